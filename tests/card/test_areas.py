"""The areas of the card are apart, and each opens to whom it is for (独立した3つの利用領域; promises C2, C3, C4)."""

import datetime
import os
from dataclasses import replace
from functools import partial

import pytest

from openjuki.card import at_the_counter, face_data, third_party, tlv
from openjuki.card.apdu import Command, Response
from openjuki.card.chip import MANAGER_AID
from openjuki.card.dialogue import open_channel, verify_pin
from openjuki.card.holder import CardKind
from openjuki.card.issuing import content_digest
from openjuki.card.layouts import (
    AUTH_PIN,
    FACE_AID,
    FACE_DATA,
    JPKI_AID,
    JUKI_AID,
    JUKI_PIN,
    service_aid,
)  # fmt: skip
from openjuki.card.layouts import CODE as CODE_FILE
from openjuki.card.memory import Right
from openjuki.card.personalisation import ServiceOrder, era_birth, personalise, reference_number
from openjuki.card.sandbox_authority import LISTED_BODY, new_authority
from openjuki.card.system import CardSystem
from openjuki.register.errors import Broken, InvalidInput, Refused
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, HOLDER, OFFICE, PINS, SERVICE, authority, blank, door, issued, order, say, status, terminal, work

SELECT_JUKI = f"00A4040C{len(JUKI_AID):02X}{JUKI_AID.hex()}"


def confirmed(card_door, by=None, pin=PINS.juki, day=DAY):
    return converse(card_door, at_the_counter.confirm_holder(by or terminal(), pin, day))


def test_card_and_pin_confirm_the_holder_at_a_counter():
    presented = confirmed(door())
    assert (presented.code, presented.data.card_id, presented.data.office) == (CODE, order().card_id, OFFICE)


def test_a_listed_body_confirms_the_holder_and_can_do_nothing_else():
    card, body = door(), terminal(LISTED_BODY, "990001")
    assert confirmed(card, body).code == CODE
    for refused in (
        at_the_counter.reset_pin(body, JUKI_AID, JUKI_PIN, "5555"), at_the_counter.add_note(body, "x"),
        at_the_counter.suspend(body), at_the_counter.end(body), at_the_counter.new_jpki_key(body, 0x17),
        at_the_counter.service_id(body, 0), at_the_counter.unload_service(body, 0),
    ):  # fmt: skip
        with pytest.raises(Refused):
            converse(card, refused)
    assert confirmed(card).code == CODE


@pytest.mark.parametrize("rights", [0, Right.RESET_PIN, Right.SERVICE | Right.LOAD_SERVICE, Right.REWRITE | Right.END])
def test_an_office_without_that_right_gets_nothing_with_the_right_pin(rights):
    with pytest.raises(Refused):
        confirmed(door(), terminal(rights))


def test_pin_and_channel_without_the_right_do_not_give_the_code():
    by = terminal(Right.REWRITE | Right.RESET_PIN | Right.END)

    def dialogue():
        channel = yield from open_channel(by, JUKI_AID)
        assert (yield from channel.say(verify_pin(JUKI_PIN, PINS.juki.encode()))).ok
        return (yield from channel.say(at_the_counter.read(CODE_FILE)))

    answer = converse(door(), dialogue())
    assert (answer.data, f"{answer.status:04X}") == (b"", "6982")


def test_a_bank_has_no_certificate_and_gets_nothing_with_the_right_pin():
    bank = new_authority(os.urandom, DAY).terminal("990001", LISTED_BODY, os.urandom, DAY)
    card = door()
    with pytest.raises(Refused, match="6A80"):
        confirmed(card, bank)
    assert status(card.card, SELECT_JUKI, verify_pin(JUKI_PIN, PINS.juki.encode())) == "6982"
    assert status(card.card, "00B0810000") == "6982"


def test_a_certificate_of_another_realm_is_refused():
    with pytest.raises(Refused):
        confirmed(door(), terminal(realm="japan"))


def test_a_certificate_that_has_run_out_is_refused_once_the_card_knows_a_later_day():
    card, old = door(), terminal()
    later = DAY + datetime.timedelta(days=40)
    assert confirmed(card, old).code == CODE
    assert confirmed(card, terminal(day=later), day=later).code == CODE
    with pytest.raises(Refused):
        confirmed(card, old)


def test_a_stolen_certificate_is_of_no_use_without_its_key():
    theirs, mine = terminal(), terminal()
    thief = type(theirs)(mine.keys, mine.key_name, theirs.certificate, theirs.trust, theirs.realm, os.urandom)
    with pytest.raises(Refused, match="6300"):
        confirmed(door(), thief)


def test_a_card_of_another_issuer_is_recognised_before_any_pin_is_typed():
    card = door()
    stranger = new_authority(os.urandom, DAY)
    misled = terminal()
    misled = type(misled)(misled.keys, misled.key_name, misled.certificate, stranger.trust, misled.realm, os.urandom)
    with pytest.raises(Broken):
        confirmed(card, misled)
    assert confirmed(card).code == CODE


def test_a_wrong_pin_is_told_with_its_tries_and_blocks_after_three():
    card = door()
    for left in ("2 tries", "1 tries", "0 tries"):
        with pytest.raises(InvalidInput, match=left):
            confirmed(card, pin="9999")
    with pytest.raises(Refused, match="6984"):
        confirmed(card)
    converse(card, at_the_counter.reset_pin(terminal(), JUKI_AID, JUKI_PIN, "5555"))
    assert confirmed(card, pin="5555").code == CODE


def test_the_counter_unblocks_a_jpki_pin():
    card = door()
    select = f"00A4040C{len(JPKI_AID):02X}{JPKI_AID.hex()}"
    for _ in range(3):
        say(card.card, select, "0020009804" + b"9999".hex())
    assert status(card.card, select, "0020009804" + b"2222".hex()) == "6984"
    converse(card, at_the_counter.reset_pin(terminal(), JPKI_AID, AUTH_PIN, "5555"))
    assert status(card.card, select, "0020009804" + b"5555".hex()) == "9000"


def test_an_expired_card_confirms_nobody():
    with pytest.raises(Refused, match="30-16"):
        confirmed(door(), day=datetime.date(2023, 11, 22))
    assert confirmed(door(), day=datetime.date(2023, 11, 21)).code == CODE


def test_a_command_outside_ends_the_channel_and_all_it_granted():
    card = issued()
    card_door, by = InProcessDoor(card), terminal()

    def dialogue():
        channel = yield from open_channel(by, JUKI_AID)
        assert (yield from channel.say(at_the_counter.read(2))).ok
        yield at_the_counter.read(2)
        return (yield from channel.say(at_the_counter.read(2)))

    with pytest.raises(Broken):
        converse(card_door, dialogue())


def test_notes_are_added_and_read():
    card, by = door(), terminal()
    for note in ("平成25年12月1日 転居", "平成26年4月1日 氏名変更"):
        converse(card, at_the_counter.add_note(by, note))
    assert converse(card, at_the_counter.notes(by)) == ["平成25年12月1日 転居", "平成26年4月1日 氏名変更"]


def test_a_suspended_card_serves_nobody_until_it_is_resumed():
    card, by = door(), terminal()
    converse(card, at_the_counter.suspend(by))
    with pytest.raises(Refused, match="6A82"):
        confirmed(card)
    converse(card, at_the_counter.resume(by))
    assert confirmed(card).code == CODE


def test_a_card_that_was_ended_is_dead_for_ever():
    card, by = door(), terminal()
    converse(card, at_the_counter.end(by))
    assert card.card.dead and status(card.card, SELECT_JUKI) == "6F00"


def test_a_third_party_sees_the_face_and_never_the_code():
    card = door()
    checked = converse(card, third_party.check_face(authority().trust, reference_number(order()), DAY, os.urandom))
    assert (checked.face.name, checked.face.address, checked.face.photo, checked.office) == (
        HOLDER.name,
        HOLDER.address,
        order().photo,
        OFFICE,
    )
    assert CODE not in repr(checked)


@pytest.mark.slow
def test_a_card_without_photo_tells_the_name_only():
    files = blank("B000000001")
    card = InProcessDoor(CardSystem(files, os.urandom))
    made = work("B000000001", kind=CardKind.NAME_ONLY)
    converse(card, personalise(made, terminal()))
    face = converse(card, third_party.check_face(authority().trust, reference_number(made.order), DAY, os.urandom)).face
    assert (face.name, face.address, face.sex, face.birth, face.photo) == (HOLDER.name, "", "", None, b"")
    with pytest.raises(InvalidInput):
        converse(card, third_party.check_age(authority().trust, era_birth(made.order), DAY, os.urandom))


@pytest.mark.parametrize(("day", "age"), [(datetime.date(2014, 2, 16), 33), (datetime.date(2014, 2, 17), 34)])
def test_only_the_age_is_read_where_only_the_age_is_asked(day, age):
    assert converse(door(), third_party.check_age(authority().trust, "550217", day, os.urandom)) == age


def test_the_age_on_a_copied_chip_is_told_to_nobody():
    """The age file of one card, copied onto a chip that cannot sign with its key."""
    real, dialogue = issued(), third_party.check_age(authority().trust, "550217", DAY, os.urandom)
    command = next(dialogue)
    while command.ins != 0x88:
        command = dialogue.send(say(real, command))
    with pytest.raises(Broken):
        dialogue.send(Response(bytes(256), 0x9000))


def test_a_wrong_reference_number_opens_nothing():
    with pytest.raises(InvalidInput):
        converse(door(), third_party.check_face(authority().trust, "5502172023" + "0000", DAY, os.urandom))


def test_a_face_under_another_authority_is_no_face():
    stranger = new_authority(os.urandom, DAY).trust
    with pytest.raises(Broken):
        converse(door(), third_party.check_face(stranger, reference_number(order()), DAY, os.urandom))


@pytest.mark.slow
def test_a_chip_that_cannot_sign_for_its_face_is_a_copy():
    """The face of one card, copied onto the chip of another."""
    one, other = door(), InProcessDoor(CardSystem(blank("C000000001"), os.urandom))
    converse(other, personalise(work("C000000001"), terminal()))
    number, trust = reference_number(order()), authority().trust
    dialogue, command = third_party.check_face(trust, number, DAY, os.urandom), None
    with pytest.raises(Broken):
        command = next(dialogue)
        while True:
            answers = one if command.ins in (0x20, 0xB0) else other
            if command.ins == 0xA4:
                one.transmit(command.encode())
            command = dialogue.send(say(answers.card, command))


def test_a_service_knows_its_own_id_and_answers_its_own_municipality_only():
    card = door()
    assert converse(card, at_the_counter.service_id(terminal(), 0, PINS.service)) == SERVICE.service_id
    with pytest.raises(Refused):
        converse(card, at_the_counter.service_id(terminal(office="462250"), 0, PINS.service))


def test_a_service_is_loaded_when_chosen_and_taken_off_with_all_it_held():
    card, by = door(), terminal()
    library = ServiceOrder(1, "図書館", bytes(range(16, 32)))
    with pytest.raises(Refused, match="6A82"):
        converse(card, at_the_counter.service_id(by, 1))
    converse(card, at_the_counter.load_service(by, order(), library, authority()))
    assert converse(card, at_the_counter.service_id(by, 1)) == library.service_id != SERVICE.service_id
    challenge = os.urandom(32)
    first = converse(card, at_the_counter.sign_for_service(by, 0, challenge, PINS.service))
    assert first != converse(card, at_the_counter.sign_for_service(by, 1, challenge))
    converse(card, at_the_counter.unload_service(by, 1))
    with pytest.raises(Refused, match="6A82"):
        converse(card, at_the_counter.service_id(by, 1))


def test_nobody_takes_a_service_off_by_showing_its_municipalitys_certificate_inside_a_channel_of_their_own():
    """Certificates are no secret: what counts is whose key opened the channel."""
    card, theirs, mine = door(), terminal(), terminal(office="462250")

    def dialogue():
        manager = yield from open_channel(mine, MANAGER_AID)
        shown = yield from manager.say(Command(0x00, 0x2A, 0x00, 0xBE, theirs.certificate))
        taken_off = yield from manager.say(Command(0x80, 0xE4, 0, 0, tlv.encode(0x4F, service_aid(0))))
        return f"{shown.status:04X} {taken_off.status:04X}"

    assert converse(card, dialogue()) == "6985 6982"
    assert converse(card, at_the_counter.service_id(theirs, 0, PINS.service)) == SERVICE.service_id


def test_a_service_that_is_half_loaded_is_filled_by_its_own_municipality_only():
    card, aid = door(), tlv.encode(0x4F, service_aid(1))

    def say_all(by, *commands):
        manager = yield from open_channel(by, MANAGER_AID)
        answers = []
        for command in commands:
            answers.append((yield from manager.say(command)).status)
        return [f"{one:04X}" for one in answers]

    fill_it = Command(0x80, 0xE2, 0, 0, aid + bytes.fromhex("83020001") + tlv.encode(0x53, b"forged id"))
    open_it = Command(0x80, 0xF0, 0x40, 0, aid)
    install = Command(0x80, 0xE6, 0, 0, aid)
    assert converse(card, say_all(terminal(), install)) == ["9000"]
    assert converse(card, say_all(terminal(office="462250"), install, fill_it, open_it)) == ["6982"] * 3
    assert converse(card, say_all(terminal(), install, fill_it, open_it)) == ["9000"] * 3


@pytest.mark.parametrize("rights", [Right.LOAD_SERVICE, Right.ISSUE | Right.LOAD_SERVICE])
def test_what_a_card_in_use_holds_is_told_to_nobody_by_its_digest(rights):
    """From a digest the code is found by trying all of them."""

    def dialogue():
        manager = yield from open_channel(terminal(rights), MANAGER_AID)
        return (yield from manager.say(Command(0x80, 0xF2, 0, 0, b"", 65_536)))

    answer = converse(door(), dialogue())
    assert answer.ok and JUKI_AID in answer.data and content_digest(CODE.encode()) not in answer.data


def test_after_issue_nothing_but_services_is_loaded():
    card, by = door(), terminal()

    def reload(command_ins):
        manager = yield from open_channel(by, bytes.fromhex("A0000001510000"))
        data = bytes.fromhex(f"4F{len(JUKI_AID):02X}{JUKI_AID.hex()}8302000153013F")
        return (yield from manager.say(at_the_counter.Command(0x80, command_ins, 0, 0, data)))

    for ins in (0xE6, 0xE2, 0xD8, 0x46):
        assert f"{converse(card, reload(ins)).status:04X}" == "6982"


@pytest.mark.slow
def test_new_jpki_keys_are_made_on_the_card_and_told_again_after_a_lost_answer():
    card, by = door(), terminal()
    made = converse(card, at_the_counter.new_jpki_key(by, 0x17))
    assert converse(card, at_the_counter.new_jpki_key(by, 0x17, again=True)) == made
    assert converse(card, at_the_counter.new_jpki_key(by, 0x17)) != made


def test_the_face_is_rewritten_by_one_command_after_a_move():
    card, number = door(), reference_number(order())
    look = partial(third_party.check_face, authority().trust, number, DAY, os.urandom)
    old = converse(card, look()).face
    moved = replace(order(), holder=replace(HOLDER, address="鹿児島県鹿児島市山下町11番1号"))
    content = face_data.face_file(moved, old.card_key, authority().issuer)
    converse(card, at_the_counter.write_data(terminal(), FACE_AID, {FACE_DATA: content}))
    assert converse(card, look()).face == replace(old, address="鹿児島県鹿児島市山下町11番1号")
