"""The card in a reader, with the power going away (読取り装置のカード; promise C7)."""

import datetime
import json
import os
import signal
import sys
from hashlib import shake_256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from openjuki.card import at_the_counter, third_party
from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.system import CardSystem
from openjuki.keys.software import make_key
from openjuki.register.errors import NotReady
from openjuki.terminal import vpcd
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, OFFICE, PINS, authority, issued_files, say, status, terminal

pytestmark = pytest.mark.slow  # a reader, a daemon and processes
SELECT_PIN = ("00A4040C0AD392F000260100000001", "00A4020C020018", "00200080")


def verify_pin(room, pin):
    return room.run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", pin, check=False).returncode


def tries_left(files):
    return status(CardSystem(files, os.urandom), *SELECT_PIN)


def test_the_tries_left_survive_taking_the_card_out(reader_room, inserted):
    assert verify_pin(reader_room, "9999") != 0
    inserted.remove()
    assert tries_left(inserted.files) == "63C2"
    inserted.insert()
    assert "Tries left     : 2" in reader_room.run("pkcs15-tool", "--dump").stdout


def test_a_kill_between_the_comparison_and_its_answer_costs_the_try(reader_room, inserted):
    """Signal 9 right after the write that precedes the comparison: the client hears nothing, and the try is gone. Right PIN or wrong."""
    inserted.remove()
    for pin, left in (("9999", "63C2"), (PINS.authentication, "63C1")):
        dying = reader_room.start(sys.executable, "-m", "tests.terminal.card_process", str(inserted.files.image), "1")
        reader_room.wait_for_card()
        assert verify_pin(reader_room, pin) != 0
        dying.wait(10)
        dying.stdout.close()
        assert dying.returncode != 0 and tries_left(inserted.files) == left
        reader_room.wait_for_card(there=False)
    inserted.insert()
    assert verify_pin(reader_room, PINS.authentication) == 0


def test_the_counter_unblocks_what_three_wrong_pins_have_blocked(reader_room, inserted):
    for _ in range(3):
        verify_pin(reader_room, "9999")
    assert verify_pin(reader_room, PINS.authentication) != 0
    done = reader_room.run(sys.executable, "-m", "tests.terminal.unblock_client", *papers_in(inserted.files.image.parent))
    assert done.stdout.strip() == "unblocked"
    assert verify_pin(reader_room, "5555") == 0


def test_a_holder_is_confirmed_through_the_reader(reader_room, inserted):
    papers = papers_in(inserted.files.image.parent)
    told = reader_room.run(sys.executable, "-m", "tests.terminal.confirm_client", *papers, PINS.juki, DAY.isoformat()).stdout
    assert told.split() == ["A000000001", "12345678901"] and CODE == "12345678901"
    wrong = reader_room.run(sys.executable, "-m", "tests.terminal.confirm_client", *papers, "9999", DAY.isoformat(), check=False)
    assert wrong.returncode != 0 and CODE not in wrong.stdout + wrong.stderr


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


def papers_in(folder):
    """A terminal's key, certificate and trust as files, for a client in a process of its own."""
    by = authority().terminal(OFFICE, COUNTER, seeded, DAY)
    key = make_key(seeded).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    names = [folder / name for name in ("terminal.key", "terminal.certificate", "trust")]
    for path, content in zip(names, (key, by.certificate, by.trust), strict=True):
        path.write_bytes(content)
    return [str(path) for path in names]


def seeded(count):
    """The same bytes each time: so the key that was certified can be made once more."""
    return shake_256(b"a terminal of the tests").digest(count)


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
