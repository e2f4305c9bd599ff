"""Our own side of the measurements asks lawful questions about residents that are really there."""

import msgspec
import pytest

from benchmarks.ours.filling import entry_change, fill
from benchmarks.ours.frames import NUMBER_BYTES, header, number_at, read_answer, write_questions
from benchmarks.ours.node import AGENCY, CENTRE, REALM, questions
from benchmarks.people import person
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import identity
from openjuki.offices.hub_search import find
from openjuki.offices.store import Store, Transaction
from openjuki.procedures.identity_query import IdentityQuery
from openjuki.wire.frame import FrameReader

RESIDENTS = 40


def stored(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {table: store.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ("person", "code", "state")}


@pytest.fixture
def filled(tmp_path):
    store = Store(str(tmp_path / "filled.sqlite"), TABLES[OfficeKind.CENTRE].scripts)
    fill(store, RESIDENTS)
    yield store
    store.close()


def test_filling_at_once_writes_what_the_centres_own_door_writes(tmp_path, filled):
    store = Store(str(tmp_path / "door.sqlite"), TABLES[OfficeKind.CENTRE].scripts)
    for change in map(entry_change, map(person, range(RESIDENTS))):
        store.run([lambda transaction, change=change: identity.receive(transaction, change, 0)])
    assert stored(store) == stored(filled)
    assert len(stored(store)["person"]) == RESIDENTS
    store.close()


@pytest.mark.parametrize("kind", ["code", "name"])
def test_every_question_finds_exactly_one_person(filled, kind):
    transaction = Transaction(filled.connection)
    for _, question in zip(range(200), questions(kind, RESIDENTS), strict=False):
        assert len(find(transaction, question.key, 11)) == 1


def test_prepared_frames_are_read_by_the_wire_and_carry_their_number_where_the_load_puts_it(tmp_path):
    head = header(REALM, AGENCY, CENTRE, IdentityQuery)
    asked = list(questions("code", RESIDENTS))[:3]
    data = bytearray(write_questions(tmp_path / "frames", head, asked).read_bytes())
    at = number_at(head)
    assert data[at : at + 5] == NUMBER_BYTES
    data[at + 1 : at + 5] = (70_001).to_bytes(4, "big")
    found = list(FrameReader(lambda header, size: True).frames(bytes(data)))
    assert [header.id for header, _ in found][:2] == [70_001, 0x01020304]
    assert [msgspec.msgpack.decode(body, type=IdentityQuery) for _, body in found] == asked


def test_an_answer_is_cut_out_of_its_frame(tmp_path):
    asked = next(questions("name", RESIDENTS))
    data = write_questions(tmp_path / "one", header(REALM, AGENCY, CENTRE, IdentityQuery), [asked]).read_bytes()
    assert read_answer(data, IdentityQuery) == asked
