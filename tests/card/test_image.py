"""The card's memory at rest (カードの記憶域): kills, copies, damage."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.card.image import DEAD_MAGIC
from openjuki.card.system import CardSystem
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.terminal.card_file import CardFiles, MemoryFiles, new_card_files
from tests.card.cards import CODE, PINS, issued_files, say, status

SELECT_PIN = ("00A4040C0AD392F000260100000001", "00A4020C020018")
WRONG, RIGHT = "0020008004" + b"9999".hex(), "0020008004" + b"2222".hex()


class PowerCut(Exception):
    """The power went away."""


class CutFiles(MemoryFiles):
    """Files that lose the power at the n-th write: before it, or just after it."""

    def cut(self, at, after):
        self.at, self.after, self.count = at, after, 0
        return self

    def write_image(self, content):
        self._write(super().write_image, content)

    def write_chip(self, content):
        self._write(super().write_chip, content)

    def _write(self, write, content):
        self.count += 1
        if self.count == self.at and not self.after:
            raise PowerCut
        write(content)
        if self.count == self.at:
            raise PowerCut


def powered(files):
    return CardSystem(files, os.urandom)


def test_the_tries_left_survive_a_restart():
    files = issued_files()
    assert status(powered(files), *SELECT_PIN, WRONG) == "63C2"
    assert status(powered(files), *SELECT_PIN, "00200080") == "63C2"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2])
def test_power_cut_in_the_first_write_of_a_wrong_pin_gives_no_free_try(at, after):
    """The try is gone, or nothing was compared yet: no result has left the card."""
    files = issued_files()
    cut = CutFiles(files.image, files.chip).cut(at, after)
    card = powered(cut)
    with pytest.raises(PowerCut):
        say(card, *SELECT_PIN, WRONG)
    left = status(powered(MemoryFiles(cut.image, cut.chip)), *SELECT_PIN, "00200080")
    assert left == ("63C3" if (at, after) == (1, False) else "63C2")


def test_guessing_with_power_cuts_ends_in_a_block():
    """A thief who cuts the power whenever no answer has come yet: after three comparisons the card is blocked."""
    files = issued_files()
    for _ in range(3):
        cut = CutFiles(files.image, files.chip).cut(2, True)
        with pytest.raises(PowerCut):
            say(powered(cut), *SELECT_PIN, WRONG)
        files = MemoryFiles(cut.image, cut.chip)
    assert status(powered(files), *SELECT_PIN, RIGHT) == "6984"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_power_cut_never_makes_a_dead_card(at, after):
    files = issued_files()
    cut = CutFiles(files.image, files.chip).cut(at, after)
    with pytest.raises(PowerCut):
        say(powered(cut), *SELECT_PIN, RIGHT)
    assert status(powered(MemoryFiles(cut.image, cut.chip)), *SELECT_PIN, RIGHT) == "9000"


def test_an_old_image_put_back_kills_the_card():
    files = issued_files()
    old = files.image
    status(powered(files), *SELECT_PIN, WRONG)
    files.image = old
    card = powered(files)
    assert card.dead and status(card, *SELECT_PIN, RIGHT) == "6F00"
    assert files.image == DEAD_MAGIC and not any(files.chip)


def test_an_image_in_another_chip_is_dead():
    files = issued_files()
    assert powered(MemoryFiles(files.image, os.urandom(32) + files.chip[32:])).dead


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_changed_bit_anywhere_kills_the_card(data):
    files = issued_files()
    damaged = bytearray(files.image)
    bit = data.draw(st.integers(0, 8 * len(damaged) - 1))
    damaged[bit // 8] ^= 1 << bit % 8
    files.image = bytes(damaged)
    assert powered(files).dead and files.image == DEAD_MAGIC


@pytest.mark.parametrize("length", [0, 7, 8, 27, 28, 44, 1000])
def test_a_cut_image_is_dead(length):
    files = issued_files()
    files.image = files.image[:length]
    assert powered(files).dead


def test_nothing_of_the_card_is_readable_in_the_image():
    image = issued_files().image
    assert all(secret.encode() not in image for secret in (CODE, PINS.signature, "西之表"))


def test_files_of_a_card_belong_to_their_owner_and_are_never_overwritten(tmp_path):
    files = new_card_files(tmp_path / "card")
    files.write_image(b"image")
    files.write_chip(b"chip")
    assert (files.read_image(), files.read_chip()) == (b"image", b"chip")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    with pytest.raises(Conflict):
        new_card_files(tmp_path / "card")


def test_a_file_that_is_not_there_is_no_card(tmp_path):
    with pytest.raises(InvalidInput):
        CardFiles(tmp_path / "nothing").read_image()
