"""The commands about cards, on files (カードのコマンド)."""

import json
import os
from datetime import date

import pytest
from click.testing import CliRunner

from openjuki.card.area_by_area import Condition, look
from openjuki.card.attacks import ATTACKS
from openjuki.card.order_check import is_card_number
from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.sandbox_cards import CATALOGUE, ISSUER, PINS
from openjuki.card.system import CardSystem
from openjuki.cli.main import main
from openjuki.terminal.authority_folder import read_authority
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.door import InProcessDoor, converse

DAY = "2013-11-22"


def run(*arguments, answers=""):
    done = CliRunner().invoke(main, ["card", *map(str, arguments), "--lang", "en"], input=answers)
    return done.exit_code, done.stdout, done.stderr


def told(*arguments, answers=""):
    code, out, _ = run(*arguments, "--json", answers=answers)
    return code, json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the authority of its cards and every card of the catalogue."""
    folder = tmp_path_factory.mktemp("cards")
    for name in CATALOGUE:
        assert run("make", "--test-card", name, "--out", folder / name, "--date", DAY)[0] == 0
    return folder


@pytest.fixture
def good(folder, tmp_path):
    """A copy of the good card, with its authority."""
    for suffix in ("", ".chip"):
        (tmp_path / f"good{suffix}").write_bytes((folder / f"good{suffix}").read_bytes())
    (tmp_path / "card-authority").symlink_to(folder / "card-authority")
    return tmp_path / "good"


pytestmark = pytest.mark.slow  # makes every card of the catalogue once


@pytest.mark.parametrize(
    ("name", "state", "applications"),
    [
        ("good", "secured", 5), ("no-photo", "secured", 4), ("no-jpki", "secured", 3), ("expired", "secured", 4),
        ("suspended", "locked", 0), ("damaged", "dead", 0), ("blank", "initialised", 0), ("rare-kanji", "secured", 4),
    ],
)  # fmt: skip
def test_each_card_of_the_catalogue_is_what_its_name_says(folder, name, state, applications):
    code, facts = told("show", folder / name, "--date", DAY)
    assert (code, facts["state"], len(facts["applications"])) == (0, state, applications)


def test_the_properties_of_the_other_cards(folder):
    show = {name: told("show", folder / name, "--date", DAY)[1] for name in CATALOGUE}
    assert show["expired"]["card"]["expired"] == "yes" and show["good"]["card"]["expired"] == "no"
    assert show["blocked-pin"]["applications"]["jpki"] == {"authentication PIN": 0, "signature password": 0}
    assert show["foreign-reader-atr"]["atr"].startswith("3B8F80") and show["good"]["atr"] == "3BE000FF8131FE4514"
    assert show["wrong-issuer"]["card"] == {"not told": "certificate, 6A80"} or "not told" in show["wrong-issuer"]["card"]
    assert show["stay-ending"]["card"]["last_day"] == "2016-03-31"


def test_a_card_is_never_overwritten_and_the_catalogue_is_told(good):
    assert run("make", "--test-card", "good", "--out", good)[0] == 1
    assert set(told("make", "--list")[1]["cards"]) == set(CATALOGUE)
    assert run("make", "--out", good)[0] == 1


def test_two_blank_cards_are_two_cards_and_the_others_have_the_number_of_the_catalogue(folder, tmp_path):
    held, numbers = read_authority(folder / "card-authority", date.fromisoformat(DAY)), set()
    at_the_desk = held.terminal(ISSUER.office, COUNTER, os.urandom, date.fromisoformat(DAY))
    for name in ("one", "two"):
        code, facts = told(
            "make", "--test-card", "blank", "--out", tmp_path / name, "--date", DAY, "--authority", folder / "card-authority"
        )
        looked = converse(InProcessDoor(CardSystem(CardFiles(tmp_path / name), os.urandom)), look(at_the_desk))
        assert (code, looked) == (0, (facts["card"], Condition.BLANK)) and is_card_number(facts["card"])
        numbers.add(facts["card"])
    assert len(numbers) == 2
    assert told("show", folder / "good", "--date", DAY)[1]["card"]["number"] == "T000000001"


def test_the_face_is_printed_with_the_card(tmp_path):
    code, _, said = run("make", "--test-card", "long-name", "--out", tmp_path / "card", "--face", tmp_path / "face.svg", "--date", DAY)
    assert code == 0 and "too long" in said and (tmp_path / "face.svg").read_text("utf-8").startswith("<svg")


def test_a_pin_is_verified_changed_and_reset(good):
    assert run("pin", good, answers=f"{PINS.juki}\n")[0] == 0
    code, _, told_why = run("pin", good, answers="9999\n")
    assert code == 1 and "2 tries" in told_why and "9999" not in told_why
    assert run("pin", good, "--change", answers=f"{PINS.juki}\n5555\n5555\n")[0] == 0
    assert run("pin", good, answers="5555\n")[0] == 0
    assert run("pin", good, "--reset", answers="6666\n6666\n")[0] == 0
    assert run("pin", good, answers="6666\n")[0] == 0
    assert run("pin", good, "--which", "signature", "--change", answers=f"{PINS.signature}\nNEWPASS1\nNEWPASS1\n")[0] == 0
    assert run("pin", good, "--which", "signature", answers="NEWPASS1\n")[0] == 0


def test_a_blocked_pin_is_not_permitted(folder):
    code, out = told("pin", folder / "blocked-pin", "--which", "authentication", answers="2222\n")
    assert code == 4 and "6984" in out["error"]["article"]


@pytest.mark.parametrize("name", ["good", "long-name", "rare-kanji", "no-photo", "foreign-reader-atr"])
def test_a_third_party_checks_a_face(folder, tmp_path, name):
    number = reference(name)
    code, facts = told("verify", folder / name, "--number", number, "--date", DAY, "--photo", tmp_path / "photo.jp2")
    assert code == 0 and facts["name"] == CATALOGUE[name].holder.name and facts["issuer"] == "462136"
    assert facts["photo"] == (name != "no-photo") and CATALOGUE[name].holder.code not in json.dumps(facts)
    assert (tmp_path / "photo.jp2").read_bytes()[4:8] == (b"" if name == "no-photo" else b"jP  ")


@pytest.mark.parametrize(("name", "code"), [("expired", 4), ("wrong-issuer", 1), ("damaged", 75), ("suspended", 4), ("blank", 4)])
def test_a_third_party_is_told_why_a_card_is_not_to_be_accepted(folder, name, code):
    assert run("verify", folder / name, "--number", reference(name), "--date", DAY)[0] == code


def test_the_age_alone_is_told_where_only_the_age_is_asked(folder):
    from datetime import date

    from openjuki.card.personalisation import era_birth
    from openjuki.card.sandbox_cards import order_of

    code, facts = told("verify", folder / "good", "--age-only", "--number", era_birth(order_of("good", date(2013, 11, 22))), "--date", DAY)
    assert (code, facts) == (0, {"ok": True, "age": 33})


def test_every_attack_on_a_copy_leaves_a_dead_card_and_the_card_lives(good):
    code, facts = told("attack", good)
    assert code == 0 and facts["attacks"] == dict.fromkeys(ATTACKS, "dead")
    assert told("show", good)[1]["state"] == "secured"
    assert run("attack", good, "--attack", "mesh", "--for-good")[0] == 0
    assert told("show", good)[1]["state"] == "dead"


def test_where_there_is_no_card_or_no_reader_it_is_said(tmp_path):
    assert run("show", tmp_path / "nothing")[0] == 1
    assert run("show")[0] == 1
    assert run("insert", tmp_path / "nothing")[0] == 1
    assert run("verify", tmp_path / "nothing", "--number", "1")[0] == 1


def test_no_virtual_reader_means_try_later(good):
    assert run("insert", good, "--port", "1")[0] == 75


def reference(name):
    from datetime import date

    from openjuki.card.personalisation import reference_number
    from openjuki.card.sandbox_cards import order_of

    return reference_number(order_of(name, date(2013, 11, 22)))
