"""A resident's card in a reader: the power goes away, PINs block, the counter helps (読取り装置のカード; promises C4, C7)."""

import datetime
import json
import os
import signal
import sys

import pytest

from openjuki.card import at_the_counter, third_party
from openjuki.card.memory import Right
from openjuki.card.sandbox_authority import new_authority
from openjuki.card.system import CardSystem
from openjuki.register.errors import NotReady
from openjuki.simulation.story_steps.stage import AIRA
from openjuki.terminal import vpcd
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import DAY, PINS, authority, issued_files, say, status, terminal

pytestmark = pytest.mark.slow  # a reader, a daemon and processes
SELECT_PIN = ("00A4040C0AD392F000260100000001", "00A4020C020018", "00200080")


def verify_pin(room, pin):
    return room.run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", pin, check=False).returncode


def tries_left(files):
    return status(CardSystem(files, os.urandom), *SELECT_PIN)


def test_the_tries_left_survive_taking_the_card_out(reader_room, residents_card):
    assert verify_pin(reader_room, "9999") != 0
    residents_card.remove()
    assert tries_left(residents_card.files) == "63C2"
    residents_card.insert()
    assert "Tries left     : 2" in reader_room.run("pkcs15-tool", "--dump").stdout


def test_a_kill_between_the_comparison_and_its_answer_costs_the_try(reader_room, residents_card, resident):
    """Signal 9 right after the write that precedes the comparison: the client hears nothing, and the try is gone. Right PIN or wrong."""
    residents_card.remove()
    for pin, left in (("9999", "63C2"), (resident.pin, "63C1")):
        dying = reader_room.start(sys.executable, "-m", "tests.terminal.card_process", str(residents_card.files.image), "1")
        reader_room.wait_for_card()
        assert verify_pin(reader_room, pin) != 0
        dying.wait(10)
        dying.stdout.close()
        assert dying.returncode != 0 and tries_left(residents_card.files) == left
        reader_room.wait_for_card(there=False)
    residents_card.insert()
    assert verify_pin(reader_room, resident.pin) == 0


def test_the_counter_unblocks_what_three_wrong_pins_have_blocked(reader_room, residents_card, resident, tmp_path):
    for _ in range(3):
        verify_pin(reader_room, "9999")
    assert verify_pin(reader_room, resident.pin) != 0
    done = reader_room.run(sys.executable, "-m", "tests.terminal.unblock_client", *resident.papers_in(tmp_path))
    assert done.stdout.strip() == "unblocked"
    assert verify_pin(reader_room, "5555") == 0


def confirmed(room, papers, pin, day):
    command = (sys.executable, "-m", "tests.terminal.confirm_client", *papers, pin, day.isoformat())
    return room.run(*command, check=False)


def test_a_holder_is_confirmed_through_the_reader(reader_room, residents_card, resident, tmp_path):
    """It is the card of the person whom the country's register has under that code."""
    papers, code = resident.papers_in(tmp_path), resident.record.code
    assert confirmed(reader_room, papers, resident.pin, resident.day).stdout.split() == [resident.card_id, code]
    wrong = confirmed(reader_room, papers, "9999", resident.day)
    assert wrong.returncode != 0 and code not in wrong.stdout + wrong.stderr


@pytest.mark.parametrize("office", [AIRA, "990001"])
def test_a_reader_without_the_right_gets_nothing_for_the_right_pin(reader_room, residents_card, resident, tmp_path, office):
    """An office that the Act does not list: the country certifies its terminals for nothing."""
    refused = confirmed(reader_room, resident.papers_in(tmp_path, office, Right(0)), resident.pin, resident.day)
    told = refused.stdout + refused.stderr
    assert refused.returncode != 0 and "Refused" in told and resident.record.code not in told and resident.record.name not in told


def test_a_banks_reader_under_an_authority_of_its_own_gets_nothing(reader_room, residents_card, resident, tmp_path):
    bank = resident._replace(authority=new_authority(os.urandom, resident.day))
    refused = confirmed(reader_room, bank.papers_in(tmp_path, "990001"), resident.pin, resident.day)
    assert refused.returncode != 0 and "6A80" in refused.stderr and resident.record.code not in refused.stdout + refused.stderr
    assert confirmed(reader_room, resident.papers_in(tmp_path), resident.pin, resident.day).returncode == 0


def test_the_command_puts_a_card_in_and_takes_it_out(reader_room, tmp_path):
    made = issued_files()
    files = CardFiles(tmp_path / "card")
    files.write_image(made.image)
    files.write_chip(made.chip)
    command = (sys.executable, "-m", "openjuki.cli.main", "card")
    card = reader_room.start(*command, "insert", str(files.image), "--json", "--lang", "en")
    reader_room.wait_for_card()
    assert reader_room.run("opensc-tool", "-n").stdout.strip() == "jpki"
    shown = json.loads(reader_room.run(*command, "show", "--reader", "0", "--json").stdout)
    assert (shown["state"], shown["applications"]["jpki"]["authentication PIN"]) == ("secured", 3)
    card.send_signal(signal.SIGINT)
    told, _ = card.communicate(timeout=10)
    assert card.returncode == 0 and '{"ok": true, "dead": false}' in told
    reader_room.wait_for_card(there=False)


def test_a_third_party_checks_the_face_in_process_as_in_the_reader():
    door = InProcessDoor(CardSystem(issued_files(), os.urandom))
    number = "55021720238642"
    assert converse(door, third_party.check_face(authority().trust, number, DAY, os.urandom)).office == "462136"


def test_no_reader_says_so():
    with pytest.raises(NotReady):
        vpcd.connect(port=1)


def test_the_files_of_a_card_are_its_disk(tmp_path):
    files = CardFiles(tmp_path / "card")
    made = issued_files()
    files.write_image(made.image)
    files.write_chip(made.chip)
    presented = converse(InProcessDoor(CardSystem(files, os.urandom)), at_the_counter.confirm_holder(terminal(), PINS.juki, DAY))
    assert presented.data.last_day == datetime.date(2023, 11, 21)
    assert say(CardSystem(files, os.urandom), "00A4040C00").ok
