"""The reader that all tests of this room share, and cards to put into it."""

import sys

import pytest

from openjuki.terminal.card_file import CardFiles
from tests.card.cards import issued_files
from tests.terminal.reader_room import ReaderRoom, missing
from tests.terminal.residents_card import issued_in_a_country


@pytest.fixture(scope="module")
def reader_room(tmp_path_factory):
    """pcscd and vpcd of our own. Fails, and does not skip, where they are not installed: `tools/setup.py reader` does it."""
    lacking = missing()
    assert not lacking, f"missing: {', '.join(lacking)}; run: make setup and tools/setup.py core reader"
    room = ReaderRoom(tmp_path_factory.mktemp("reader"))
    yield room
    room.close()


class InsertedCard:
    """A card in the reader, in a process of its own."""

    def __init__(self, room, path):
        self.room, self.files = room, CardFiles(path)
        self.insert()

    def insert(self):
        self.process = self.room.start(sys.executable, "-m", "tests.terminal.card_process", str(self.files.image))
        self.room.wait_for_card()

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()
        self.room.wait_for_card(there=False)


@pytest.fixture
def put_in(reader_room, tmp_path):
    """Puts a card with these files into the reader; it is taken out at the end of the test."""
    inserted = []

    def put(files):
        on_disk = CardFiles(tmp_path / f"card{len(inserted)}")
        on_disk.write_image(files.image)
        on_disk.write_chip(files.chip)
        inserted.append(InsertedCard(reader_room, on_disk.image))
        return inserted[-1]

    yield put
    for card in inserted:
        card.remove()


@pytest.fixture
def inserted(put_in):
    """A test card, personalised and in the reader."""
    return put_in(issued_files())


@pytest.fixture(scope="session")
def resident(tmp_path_factory):
    """A resident of a country, with the card that it issued."""
    return issued_in_a_country(tmp_path_factory.mktemp("issuing") / "country")


@pytest.fixture
def residents_card(put_in, resident):
    """That resident's card in the reader; each test gets it as it was handed over."""
    return put_in(resident.files)
