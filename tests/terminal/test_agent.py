"""The card agent between an office's page and a card: PINs stay at the desk (カード端末)."""

import os
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from openjuki.card.apdu import Command
from openjuki.card.at_the_counter import service_id, suspend
from openjuki.card.dialogue import open_channel, read, said, select, verify_pin
from openjuki.card.evidence import evidence, shown_card
from openjuki.card.layouts import JPKI_AID, JUKI_AID, JUKI_KEY, JUKI_PIN
from openjuki.card.personalisation import ServiceOrder
from openjuki.card.sandbox_authority import LISTED_BODY, REALM
from openjuki.card.system import CardSystem
from openjuki.offices.transfer_asking import CardShown, FirstMoveIn, card_proves
from openjuki.register.errors import Refused, Say
from openjuki.terminal.agent import (
    Agent,
    CardTold,
    Confirm,
    Confirmed,
    Declined,
    Pipe,
    Piped,
    ServicePin,
    SetPins,
    SetServicePin,
    Sign,
    Signed,
    TellCard,
    decode_answer,
    decode_request,
    encode,
)  # fmt: skip
from openjuki.terminal.agent_making import LoadService, Made, Maker
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, OFFICE, PINS, authority, issued, issued_files, terminal

NUMBER, NOW_MS = "A000000001", 1_385_090_000_000
CONFIRMED = Confirmed("1", "2", "3", "4", 5, b"6", b"7")


class Person:
    """Someone at the desk who types what they were told to, and remembers what they were shown."""

    def __init__(self, *pins, willing=True):
        self.pins, self.willing, self.shown, self.tries, self.heard, self.purposes = list(pins), willing, [], [], [], []

    def pin(self, purpose, tries_left):
        self.tries.append(tries_left)
        return self.pins.pop(0) if self.pins else ""

    def choose(self, purpose, *, again):
        self.purposes.append(purpose.ja)
        return self.pins.pop(0)

    def agrees(self, text):
        self.shown.append(text)
        return self.willing

    def told(self, what):
        self.heard.append(what.en)


def agent(person, by=None, card=None):
    return Agent(InProcessDoor(card or issued()), by or terminal(), person, lambda: DAY)


def making_agent(person, files):
    """An agent at a desk where cards are made, with the card of these files in its reader."""
    door, papers = InProcessDoor(CardSystem(files, os.urandom)), terminal()
    return Agent(door, papers, person, lambda: DAY, Maker(door, papers, authority(), os.urandom))


def test_the_holder_is_confirmed_and_the_pin_is_in_no_answer():
    person = Person("9999", PINS.juki)
    desk = agent(person)
    wrong, right = desk.answer(Confirm(NOW_MS)), desk.answer(Confirm(NOW_MS))
    assert isinstance(wrong, Declined) and "2 tries" in wrong.reason_en
    assert isinstance(right, Confirmed) and right.code == CODE
    assert person.tries == [3, 2] and not any(pin.encode() in encode(answer) for pin in ("9999",) for answer in (wrong, right))


def test_the_card_signs_where_and_when_it_was_shown_and_for_whom():
    card = issued()
    shown, told = agent(Person(PINS.juki), card=card).answer(Confirm(NOW_MS)), agent(Person(), card=card).answer(TellCard())
    assert isinstance(shown, Confirmed) and isinstance(told, CardTold)

    def proves(at=OFFICE, code=CODE, when=NOW_MS):
        return card_proves(
            told.public, REALM, at, FirstMoveIn(code, CardShown(shown.card_id, when, shown.proof), "2013-11-22", "2013-11-22")
        )

    def number(told=shown, trust=None, at=OFFICE, code=CODE, when=NOW_MS):
        sent = evidence(told.certificate, NOW_MS, told.proof)
        try:
            return shown_card(sent, trust or authority().trust, realm=REALM, office=at, code=code, shown_ms=when)
        except Refused:
            return ""

    assert number() == shown.card_id
    assert not any((number(at="131016"), number(code="00000000000"), number(when=NOW_MS + 1), number(trust=told.public)))
    assert proves() and not proves(at="131016") and not proves(code="00000000000") and not proves(when=NOW_MS + 1)


def test_the_proof_needs_the_pin():
    channel = converse(door := InProcessDoor(issued()), open_channel(terminal(), JUKI_AID))
    prove = Command(0x00, 0x88, 0x00, 0x80 | JUKI_KEY, bytes(32), 256)
    with pytest.raises(Refused):
        converse(door, said(channel.say, prove, Say("proof", "証明")))
    converse(door, said(channel.say, verify_pin(JUKI_PIN, PINS.juki.encode()), Say("PIN", "暗証番号")))
    assert converse(door, said(channel.say, prove, Say("proof", "証明")))


def test_a_blocked_pin_and_a_suspended_card_are_said_and_no_pin_is_asked_for():
    person, card = Person("9999", "9999", "9999", PINS.juki), issued()
    desk = agent(person, card=card)
    assert [desk.answer(Confirm(NOW_MS)).reason_en[:5] for _ in range(4)][2:] == ["wrong", "block"] and person.tries == [3, 2, 1]
    converse(InProcessDoor(card), suspend(terminal()))
    told = desk.answer(Confirm(NOW_MS))
    assert isinstance(told, Declined) and told.item == "card" and "suspended" in told.reason_en and len(person.tries) == 3


def test_the_holder_chooses_new_pins_of_a_blocked_card_twice_each_and_none_that_its_face_tells():
    card, ask = issued(), SetPins(NOW_MS, every=True, jpki=True, birth="1980-02-17")
    for _ in range(3):
        agent(Person("9999"), card=card).answer(Confirm(NOW_MS))
    assert isinstance(agent(Person("4713", "4714"), card=card).answer(ask), Declined)
    assert isinstance(agent(Person("0217", "0217"), card=card).answer(ask), Declined)
    twice = ["4713", "4713", "4715", "4715", "4717", "4717", "JUKINET1", "JUKINET1"]
    done = agent(Person(*twice), card=card).answer(ask)
    assert isinstance(done, Confirmed) and done.code == CODE
    assert isinstance(agent(Person("4713"), card=card).answer(Confirm(NOW_MS)), Confirmed)
    assert isinstance(agent(Person(*twice), terminal(LISTED_BODY), card).answer(ask), Declined)


def test_the_holder_chooses_the_pin_of_a_service_at_the_hand_over_when_it_is_loaded_and_anew():
    files, seal = issued_files(), ServicePin(0, "印鑑登録証")
    person = Person(*["4713"] * 2, *["4715"] * 2, *["4719"] * 2)
    desk = making_agent(person, files)
    assert isinstance(desk.answer(SetPins(NOW_MS, every=True, services=(seal,))), Confirmed) and person.pins == []
    read = lambda number, pin: converse(InProcessDoor(CardSystem(files, os.urandom)), service_id(terminal(), number, pin))  # noqa: E731
    assert read(0, "4719") == bytes(range(16))
    library = ServiceOrder(3, "図書館カード", bytes(16), with_pin=True)
    assert isinstance(making_agent(Person("4721", "4722"), files).answer(LoadService(NUMBER, library)), Declined)
    assert isinstance(making_agent(Person("0217", "0217"), files).answer(LoadService(NUMBER, library, "1980-02-17")), Declined)
    chosen = Person("4721", "4721")
    assert isinstance(making_agent(chosen, files).answer(LoadService(NUMBER, library, "1980-02-17")), Made)
    assert read(3, "4721") == bytes(16)
    for number in (NUMBER, "A000000002"):
        answer = making_agent(Person("4723", "4723"), files).answer(SetServicePin(number, seal, "1980-02-17"))
        assert isinstance(answer, Made if number == NUMBER else Declined)
        assert b"4723" not in encode(answer)
    assert read(0, "4723") == bytes(range(16)) and any("図書館カード" in purpose for purpose in chosen.purposes)


def test_a_service_whose_name_hides_what_it_says_gets_no_pin():
    person = Person("4713", "4713")
    declined = making_agent(person, issued_files()).answer(SetServicePin(NUMBER, ServicePin(0, "印鑑\u202e登録証")))
    assert isinstance(declined, Declined) and len(person.pins) == 2


def test_the_card_is_told_without_a_pin():
    person = Person()
    told = agent(person).answer(TellCard())
    assert isinstance(told, CardTold) and told.card_id == "A000000001" and person.tries == []


@pytest.mark.parametrize(("login", "pin"), [(False, PINS.signature), (True, PINS.authentication)])
def test_what_is_signed_was_shown_first(login, pin):
    person = Person(pin)
    signed = agent(person).answer(Sign("旅券の申請", login))
    assert isinstance(signed, Signed) and person.shown == ["旅券の申請"]
    key = x509.load_der_x509_certificate(signed.certificate).public_key()
    key.verify(signed.signature, sha256("旅券の申請".encode()).digest(), padding.PKCS1v15(), Prehashed(SHA256()))


@pytest.mark.parametrize(("login", "pin", "key"), [(False, PINS.signature, 0x9A), (True, PINS.authentication, 0x97)])
def test_after_a_signature_the_office_gets_none_that_the_holder_has_not_seen(login, pin, key):
    desk = agent(Person(pin))
    assert isinstance(desk.answer(Sign("旅券の申請", login)), Signed)
    unseen = Command(0x80, 0x2A, 0x02, key, sha256("口座の解約".encode()).digest(), 256)
    assert desk.answer(Pipe(unseen.encode())) == Piped(bytes.fromhex("6982"))


@pytest.mark.parametrize("hidden", ["\x1b[8m", "\x1b[2J", "\r", "\u202e", "\u2066", "\u200b", "\x00"])
def test_a_text_that_a_screen_would_show_as_another_is_not_even_shown(hidden):
    person = Person(PINS.signature)
    declined = agent(person).answer(Sign(f"旅券の申請{hidden}口座の解約"))
    assert isinstance(declined, Declined) and declined.item == "text" and not person.shown and not person.tries
    assert isinstance(agent(Person(PINS.signature)).answer(Sign("旅券の申請\n辻󠄂　邉󠄐子")), Signed)


def test_a_birth_date_that_is_none_is_declined_and_the_agent_stays():
    desk = agent(Person("4713", "4713"))
    assert isinstance(desk.answer(SetPins(NOW_MS, birth="1980-02-30")), Declined)
    assert isinstance(desk.answer(TellCard()), CardTold)


def test_who_does_not_agree_or_types_nothing_signs_nothing():
    assert isinstance(agent(Person(PINS.signature, willing=False)).answer(Sign("x")), Declined)
    assert isinstance(agent(Person()).answer(Sign("x")), Declined)
    assert isinstance(agent(Person()).answer(Confirm(NOW_MS)), Declined)


def test_the_office_may_send_commands_but_none_about_pins():
    desk = agent(Person())
    assert desk.answer(Pipe(select(JPKI_AID).encode())) == Piped(b"\x90\x00")
    assert isinstance(desk.answer(Pipe(read(0x0A).encode())), Piped)
    for apdu in (verify_pin(0x18, b"2222").encode(), bytes.fromhex("0C20009204AAAAAAAA"), bytes.fromhex("0024019804") + b"2222"):
        assert isinstance(desk.answer(Pipe(apdu)), Declined)
    assert isinstance(desk.answer(Pipe(b"\x00")), Declined)


def test_a_terminal_without_the_right_is_declined():
    assert isinstance(agent(Person(PINS.juki), terminal(0)).answer(Confirm(NOW_MS)), Declined)
    assert isinstance(agent(Person(PINS.juki), terminal(LISTED_BODY)).answer(Confirm(NOW_MS)), Confirmed)


@pytest.mark.parametrize("message", [Confirm(NOW_MS), TellCard(), Pipe(b"\x00\xa4"), Sign("x", True)])
def test_questions_come_back_from_their_bytes(message):
    assert decode_request(encode(message)) == message


@pytest.mark.parametrize(
    "message", [Confirmed("1", "2", "3", "4", 5, b"6", b"7"), Piped(b"\x90"), Signed(b"1", b"2"), Declined("a", "b", "c", "d", "e")]
)
def test_answers_come_back_from_their_bytes(message):
    assert decode_answer(encode(message)) == message
