"""国のカード認証局: founded with the country, one for all its cards and for no other country's (令30の12, 30の14)."""

import os
import threading
import time

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from openjuki.card import at_the_counter
from openjuki.card.personalisation import reference_number
from openjuki.card.sandbox_authority import COUNTER, new_signer
from openjuki.card.sandbox_cards import ISSUER, PINS
from openjuki.card.system import CardSystem
from openjuki.card.third_party import check_face
from openjuki.cli.main import main
from openjuki.keys.folder import key_file, read_key
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError
from openjuki.simulation import ceremony, declaration
from openjuki.terminal.authority_folder import (
    AUTHORITY_FOLDER,
    SIGNERS,
    TRUST,
    found_authority,
    open_authority,
    read_authority,
    read_trust,
)
from openjuki.terminal.card_file import CardFiles, new_card_files
from openjuki.terminal.card_making import Factory, make_card
from openjuki.terminal.door import InProcessDoor, converse
from openjuki.terminal.issue_journal import JournalFile
from tests.card.cards import DAY

pytestmark = pytest.mark.slow  # RSA keys are drawn, and cards are made


@pytest.fixture(scope="module")
def countries(tmp_path_factory):
    """Two countries founded by the ceremony, as their folders."""
    folders = [tmp_path_factory.mktemp(name) for name in ("here", "there")]
    for folder in folders:
        ceremony.found(declaration.declare(("462250",)), folder, os.urandom, 1_700_000_000_000, iter(range(10_000, 20_000)).__next__)
    return folders


def run_card(*arguments):
    return CliRunner().invoke(main, ["card", *map(str, arguments), "--lang", "en"]).exit_code


def card_of(folder, number="card"):
    """A card made in that country, and what was ordered."""
    (folder / "cards").mkdir(exist_ok=True)
    files = new_card_files(folder / "cards" / number)
    held = read_authority(folder / AUTHORITY_FOLDER, DAY)
    return files, make_card("good", files, Factory(held, JournalFile(folder / "cards" / f"{number}.journal"), os.urandom, DAY))


def at_the_desk_of(folder, files):
    """The holder confirmed at a town's desk of that country, by PIN."""
    terminal = read_authority(folder / AUTHORITY_FOLDER, DAY).terminal(ISSUER.office, COUNTER, os.urandom, DAY)
    return converse(InProcessDoor(CardSystem(files, os.urandom)), at_the_counter.confirm_holder(terminal, PINS.juki, DAY))


def test_a_country_has_its_authority_from_the_ceremony_and_others_can_read_the_public_half_only(countries):
    folder = countries[0] / AUTHORITY_FOLDER
    root = key_file(folder, "terminals")
    assert (folder / TRUST).exists() and root.stat().st_mode & 0o777 == 0o600
    read_authority(folder, DAY)
    readable = {path.name for path in folder.iterdir() if path.stat().st_mode & 0o077}
    assert readable == {TRUST}
    assert read_key(root).public_key() != read_key(key_file(countries[1] / AUTHORITY_FOLDER, "terminals")).public_key()


class Drawing:
    """Draws RSA keys and counts them, and the processor's time that they took, s."""

    def __init__(self):
        self.count, self.took_s = 0, 0.0

    def __call__(self):
        key, took_s = timed(new_signer)
        self.count, self.took_s = self.count + 1, self.took_s + took_s
        return key


def timed(work, *arguments):
    """What came of it, and how much of the processor's time that took this thread, s."""
    began = time.thread_time()
    return work(*arguments), time.thread_time() - began


def test_the_founding_draws_none_of_the_slow_keys_and_takes_a_country_a_fraction_of_what_its_first_card_does(tmp_path):
    drawn, founding_s = Drawing(), 0.0
    for number in range(3):
        folder = tmp_path / str(number)
        founding_s += timed(found_authority, folder, os.urandom)[1]
        assert {path.name for path in folder.iterdir()} == {TRUST, "terminals.key.pem"}
        read_authority(folder, DAY, drawn)
        assert drawn.count == (number + 1) * len(SIGNERS)  # all of them now, so none before
        read_authority(folder, DAY, drawn)
        assert drawn.count == (number + 1) * len(SIGNERS)
    assert founding_s < drawn.took_s / 5


def test_the_cards_of_two_countries_refuse_each_others_desks_and_checks(countries):
    here, there = countries
    for own, other in ((here, there), (there, here)):
        files, order = card_of(own)
        assert at_the_desk_of(own, files).data.card_id == order.card_id
        with pytest.raises(OpenJukiError):
            at_the_desk_of(other, files)
        number = reference_number(order)
        door = InProcessDoor(CardSystem(files, os.urandom))
        assert converse(door, check_face(read_trust(own / AUTHORITY_FOLDER), number, DAY, os.urandom)).face.name
        with pytest.raises(OpenJukiError):
            converse(door, check_face(read_trust(other / AUTHORITY_FOLDER), number, DAY, os.urandom))


def test_the_commands_find_the_authority_of_the_country_in_whose_folder_a_card_is(countries):
    here, there = countries
    (here / "cards").mkdir(exist_ok=True)
    out, day = here / "cards" / "by-command", ("--date", DAY.isoformat())
    assert run_card("make", "--test-card", "good", "--out", out, *day) == 0
    assert not (here / "cards" / AUTHORITY_FOLDER).exists()
    assert at_the_desk_of(here, CardFiles(out)).data.card_id
    number = ("--number", reference_number(card_of(here, "again")[1]))
    assert run_card("verify", out, *number, *day) == 0
    assert run_card("verify", out, *number, *day, "--trust", there / AUTHORITY_FOLDER / TRUST) != 0


def test_two_that_open_a_new_authority_at_a_time_get_one(tmp_path):
    found_authority(tmp_path, os.urandom)
    opened = []
    both = [threading.Thread(target=lambda: opened.append(read_authority(tmp_path, DAY))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert opened[0].issuer_public == opened[1].issuer_public
    assert all(load_pem_private_key((tmp_path / name).read_bytes(), None) for name in SIGNERS)
    assert {path.name for path in tmp_path.iterdir()} == {*SIGNERS, TRUST, "since", "terminals.key.pem"}


def test_an_authority_is_never_made_anew_and_another_public_key_is_noticed(tmp_path):
    open_authority(tmp_path / "one", os.urandom, DAY)
    with pytest.raises(Conflict):
        found_authority(tmp_path / "one", os.urandom)
    found_authority(tmp_path / "two", os.urandom)
    (tmp_path / "one" / TRUST).write_bytes(read_trust(tmp_path / "two"))
    with pytest.raises(InvalidInput):
        read_authority(tmp_path / "one", DAY)
    with pytest.raises(InvalidInput):
        read_authority(tmp_path / "nothing", DAY)
