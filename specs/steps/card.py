"""Sentences about the card, its desk, its uses and its life, in the countries of card_town.py (住民基本台帳カードに関する文)."""

import datetime
import os

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from pytest_bdd import given, parsers, then, when

from openjuki.card import at_the_counter
from openjuki.card.apdu import Command, parse_response
from openjuki.card.attacks import ATTACKS, Target, survives
from openjuki.card.dialogue import select
from openjuki.card.holder import CardKind
from openjuki.card.identity_uses import IDENTITY_USES, check_identity, is_of_age
from openjuki.card.layouts import JPKI_AID
from openjuki.card.personalisation import era_birth, reference_number
from openjuki.offices.card_issue import making_of
from openjuki.procedures import card_life
from openjuki.procedures.card_life import LossReport
from openjuki.register.identity import Status
from openjuki.simulation.story_people import MICHIKO, NEIGHBOUR, TARO, YOSHIKO
from openjuki.simulation.story_steps import card as steps
from openjuki.simulation.story_steps import card_life as life
from openjuki.simulation.story_steps import code_change
from openjuki.simulation.story_steps.card_desk import CARDS, PASSWORD, PIN, refused
from openjuki.simulation.story_steps.stage import AIRA, CLERK
from openjuki.terminal.card_file import CardFiles, MemoryFiles
from openjuki.terminal.door import converse
from specs.steps.card_town import KIRISHIMA

SIGNATURE, AUTHENTICATION = ("001B", PASSWORD, "0001", 0x9A), ("0018", PIN, "000A", 0x97)
"""PIN's file, PIN, certificate's file and key of the two uses (公的個人認証AP)."""
FORM = "住民票の写しの交付申請書".encode()


@given("太郎が写真付きのカードを持っている")
def taro_has_one(counter, seen):
    counter.take(steps.taro_gets_his(counter.stage, counter.desk))
    seen["card"] = counter.card_of(TARO)


@when("太郎が写真付きのカードを申請し、作成の途中でカードが読取装置から抜かれる")
def taro_applies(counter, seen):
    assert counter.take(steps.taro_gets_his(counter.stage, counter.desk)).startswith("after")
    seen["card"] = counter.card_of(TARO)


@then("続きから作られたただ一枚のカードが、交付の日から十年使える")
def one_good_card(counter, seen):
    first, last = counter.stage.country.today(), seen["card"].life.last_day
    assert last == first.replace(year=first.year + 10) - datetime.timedelta(1)
    assert counter.confirmed(seen["card"]).code == counter.resident(TARO).code


@then("二枚目の交付の申請は断られる")
def no_second(counter):
    counter.take(steps.nobody_gets_two(counter.desk, counter.stage))


@when("美子が氏名だけのカードを申請する")
def yoshiko_applies(counter, seen):
    seen["card"] = counter.take(counter.desk.issued(counter.resident(YOSHIKO), CardKind.NAME_ONLY))


@then("美子のカードには写真がなく、窓口で美子と確認できる")
def name_only(counter, seen):
    assert not seen["card"].with_photo
    assert counter.confirmed(seen["card"]).code == counter.resident(YOSHIKO).code


@when(parsers.parse("「{use}」の窓口で、太郎がカードを示す"))
def card_is_shown(counter, seen, use):
    (seen["use"],) = (one for one in IDENTITY_USES.values() if one.what.ja == use)
    seen["making"] = counter.take(counter.stage.look(AIRA, lambda t: making_of(t, seen["card"].card_id)))
    seen["door"] = counter.door(seen["card"])


@then("署名された氏名・住所・写真は確かめられ、住民票コードは読取装置を通らない")
def face_is_checked(counter, seen):
    taro, trust, order = counter.resident(TARO), counter.desk.authority.trust, seen["making"].order
    dialogue = check_identity(seen["use"], trust, reference_number(order), counter.stage.country.today(), os.urandom)
    face = converse(seen["door"], dialogue).face
    assert (face.name, face.address, face.photo) == (taro.name, taro.address.text(), order.photo)
    assert taro.name.encode() in seen["door"].heard and taro.code.encode() not in seen["door"].heard


@then("課税される年齢であることだけが分かり、氏名も住所も読取装置を通らない")
def age_is_checked(counter, seen):
    taro, trust = counter.resident(TARO), counter.desk.authority.trust
    dialogue = is_of_age(seen["use"], trust, era_birth(seen["making"].order), counter.stage.country.today(), os.urandom)
    assert converse(seen["door"], dialogue) is False
    assert all(part.encode() not in seen["door"].heard for part in (taro.name, taro.address.text(), taro.code))


@then("太郎の暗証番号をすべて打っても、他の領域から住民票コードは読めない")
def areas_keep_apart(counter, seen):
    assert counter.take(steps.areas_keep_apart(counter.desk, seen["card"], counter.resident(TARO).code)) > 90


@then("姶良市の窓口では、太郎の暗証番号で太郎と分かる")
def counter_confirms(counter, seen):
    assert counter.confirmed(seen["card"]).code == counter.resident(TARO).code


@then("銀行の端末では、正しい暗証番号でも住民票コードは出ない")
def bank_gets_nothing(counter, seen):
    counter.take(steps.areas_keep_apart(counter.desk, seen["card"], counter.resident(TARO).code))


@then("美智子が暗証番号を三度誤ると使えなくなり、書類2点を示して窓口で設定し直す")
def blocked_and_reset(counter):
    counter.take(counter.desk.issued(counter.resident(MICHIKO), CardKind.WITH_PHOTO))
    counter.take(life.blocked_and_reset(counter.stage, counter.desk))


def said(door, file, pin, certificate, key):
    """The certificate and the signature that a card gives after so much as was typed; b"" for what it refuses."""

    def say(command):
        return parse_response(door.transmit(command.encode()))

    say(select(JPKI_AID))
    say(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex(file)))
    if pin:
        say(Command(0x00, 0x20, 0x00, 0x80, pin.encode()))
    signature = say(Command(0x80, 0x2A, 0x03, key, FORM, 256)).data
    say(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex(certificate)))
    return say(Command(0x00, 0xB0, 0x00, 0x00, b"", 0x4000)).data, signature


@when("太郎が暗証番号を打ち、申請書に署名する")
def taro_signs(counter, seen):
    door = counter.door(seen["card"])
    seen["signed"] = [said(door, *use) for use in (SIGNATURE, AUTHENTICATION)]


@then("署名は、カードにある太郎の電子証明書で確かめられる")
def signature_holds(seen):
    for certificate, signature in seen["signed"]:
        key = x509.load_der_x509_certificate(certificate).public_key()
        key.verify(signature, FORM, padding.PKCS1v15(), SHA256())
        with pytest.raises(InvalidSignature):
            key.verify(signature, FORM + b"!", padding.PKCS1v15(), SHA256())


@then("証明書には氏名・生年月日・性別・住所があり、住民票コードはない")
def four_items(counter, seen):
    taro, certificate = counter.resident(TARO), seen["signed"][0][0]
    names = x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    items = [name.value[2:].decode() for name in names]
    assert {taro.name, "319740503", "1", taro.address.text()} <= set(items)
    assert taro.code.encode() not in certificate


@then("暗証番号を打たなければ、どの鍵も署名しない")
def no_pin_no_signature(counter, seen):
    for file, _, certificate, key in (SIGNATURE, AUTHENTICATION):
        assert said(counter.door(seen["card"]), file, "", certificate, key)[1] == b""


@when("太郎のカードの写しに、知られている攻撃をすべて試みる")
def attacked(counter, seen):
    files = CardFiles(counter.stage.country.folder / CARDS / f"{seen['card'].card_id}.card")
    seen["left"] = {}
    for name, attack in ATTACKS.items():
        target = Target(MemoryFiles(files.read_image(), files.read_chip()), os.urandom, counter.desk.terminal())
        assert survives(target), "it was alive before"
        attack.run(target)
        seen["left"][name] = survives(target)


@then("どの攻撃の後にも、使えないカードだけが残り、鍵は一つも残らない")
def nothing_is_left(seen):
    assert seen["left"] and not any(seen["left"].values())


@then("美智子が電話で紛失を届け出ると全国で一時停止になり、見つければまた使える")
def lost_and_found(counter):
    counter.take(life.lost_and_found(counter.stage, counter.desk))


@then("他人が電話しても、一時停止にはならない")
def stranger_rings(counter):
    report = LossReport(counter.resident(MICHIKO).code, MICHIKO, "1950-01-01", by_phone=True)
    assert counter.take(refused(counter.stage.do(card_life.report_loss, counter.stage.office(AIRA), CLERK, report)))
    assert counter.card_of(MICHIKO).life.serves(counter.stage.country.today())


@when("美子の住民票コードが変更される")
def code_changes(counter):
    counter.take(code_change.change(counter.stage))


@then("美子のカードは失効し、返納されて廃棄される")
def voided(counter):
    counter.take(life.code_change_voided_it(counter.stage, counter.desk))


@pytest.fixture
def moved(card_towns, seen):
    """A country of its own, since its calendar goes on."""
    seen["elsewhere"] = card_towns()
    return seen["elsewhere"]


@when("辻󠄂がカードで霧島市に転入し、霧島市で継続利用する")
def she_moves(moved, seen):
    seen["code"] = moved.resident(NEIGHBOUR).code
    seen["card"] = moved.take(life.moves_with_one_visit(moved.stage, moved.desk))


@then("辻󠄂は同じ住民票コードで霧島市の住民であり、姶良市の住民票は消除されている")
def lives_there(moved, seen):
    assert moved.resident(NEIGHBOUR).status is Status.REMOVED
    row = moved.take(moved.stage.look(KIRISHIMA, lambda t: t.one("SELECT status FROM person WHERE code = ?", seen["code"])))
    assert row == (Status.RESIDENT.value,)


@then("姶良市からの転出証明書情報は、都県にも全国センターにも残っていない")
def hubs_hold_nothing(moved):
    told = moved.resident(NEIGHBOUR)
    for hub in moved.stage.hubs:
        held = moved.take(moved.stage.held(hub))
        assert told.code.encode() in held, "the control: identity is there"
        assert told.registered_domicile.encode() not in held and "世帯主".encode() not in held
    assert told.registered_domicile.encode() in moved.take(moved.stage.held(KIRISHIMA)), "the control: it came to Kirishima"


@then("個人番号カードはまだ交付されない")
def not_yet(moved, seen):
    said = moved.take(life.individual_number_card_comes(moved.stage, moved.desk.at(KIRISHIMA), seen["card"]))
    assert said.en.startswith("There is no individual-number card yet")


@when("暦が2016年1月4日になり、辻󠄂が個人番号カードを受け取る")
def number_card(moved, seen):
    moved.calendar.day = datetime.date(2016, 1, 4)
    seen["said"] = moved.take(life.individual_number_card_comes(moved.stage, moved.desk.at(KIRISHIMA), seen["card"]))


@then("住基カードは無効になり、記念として返される")
def memento(moved, seen):
    assert "memento" in seen["said"].en or "went back to her" in seen["said"].en
    assert moved.take(refused(moved.desk.reads(seen["card"].card_id, at_the_counter.card_data)))
