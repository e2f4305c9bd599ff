"""Provision rows and their leaves: on disk before the promise, counted without holes, never twice (提供記録; architecture section 5)."""

from hashlib import sha256
from pathlib import Path

import pytest

from openjuki.nodes.tables import TABLES
from openjuki.offices import outbox, provision
from openjuki.offices.office import Office
from openjuki.offices.provision import Provision
from openjuki.offices.store import BUG, DISK_BROKEN, Store, Transaction
from openjuki.register.errors import Broken
from openjuki.simulation.declaration import declare
from openjuki.simulation.quiet import QuietCountry
from openjuki.tlog.leaf import ProvisionLeaf, encode_record
from openjuki.tlog.promise import verify_provision

HUB, ASKER = "460001", "46-passport"


@pytest.fixture
def country(tmp_path: Path) -> QuietCountry:
    made = QuietCountry(declare(("462250",)).offices)
    opened(made, tmp_path)
    return made


def opened(country: QuietCountry, folder: Path) -> Office:
    store = Store(str(folder / "hub.db"), TABLES[country.offices[HUB].kind].scripts, synchronous="OFF")
    return country.open(HUB, store).office


def asked(number: int) -> Provision:
    question = f"question {number}".encode()
    return Provision(ASKER, "appendix:5:6", "2013-1", "officer-7", question, sha256(question).digest(), "1", 1, f"answer {number}".encode())


def recording(office: Office, *numbers: int):
    """Who looks at what a commit has promised finds its transaction with the provisions."""
    return lambda transaction: (transaction, provision.record(transaction, office, office.log, [asked(number) for number in numbers]))


def verify(office: Office, transaction: Transaction, recorded: Provision, number: int) -> int:
    """The index at which the answer provably stands; raises Broken if it does not."""
    promise = transaction.promises[recorded.position]
    leaf = ProvisionLeaf(
        office.realm, office.log.origin, promise.index, recorded.time_ms, ASKER, asked(number).question_digest,
        sha256(asked(number).answer).digest(), 1,
    )  # fmt: skip
    entry = office.directory.entries[HUB]
    verify_provision(promise, recorded.salt, encode_record(leaf), entry.seal_keys[0].public)
    return promise.index


def test_every_answer_of_a_commit_is_promised_at_its_own_place_in_the_log(country: QuietCountry):
    office = country.nodes[HUB].office
    _, first = office.store.run([recording(office, 0, 1), recording(office, 2)])
    _, second = office.store.run([recording(office, 3)])
    recorded = [(transaction, one) for transaction, provisions in (*first, *second) for one in provisions]
    assert [verify(office, *one, number) for number, one in enumerate(recorded)] == [0, 1, 2, 3]
    with pytest.raises(Broken):
        verify(office, *recorded[0], 1)
    assert country.look(HUB, "SELECT log, position, answer FROM provision ORDER BY id") == [
        (office.log.origin, number, f"answer {number}".encode()) for number in range(4)
    ]


def test_a_row_undone_leaves_no_hole_and_no_promise(country: QuietCountry):
    office = country.nodes[HUB].office

    def failing(transaction: Transaction) -> None:
        recording(office, 9)(transaction)
        raise LookupError

    transaction, outcomes = office.store.run([recording(office, 0), failing, recording(office, 1)])
    assert outcomes[1] is BUG
    assert [verify(office, transaction, outcomes[0][1][0], 0), verify(office, transaction, outcomes[2][1][0], 1)] == [0, 1]
    assert len(transaction.promises) == office.log.size == 2
    assert country.look(HUB, "SELECT position FROM provision ORDER BY id") == [(0,), (1,)]


def test_nothing_is_promised_before_it_is_on_disk(country: QuietCountry):
    office, seen = country.nodes[HUB].office, []
    sign = office.sign
    office.sign = lambda message: seen.append(Store(office.store.path, TABLES[office.kind].scripts)) or sign(message)
    office.store.run([recording(office, 0)])
    with_row = seen[0].connection.execute("SELECT count(*) FROM provision").fetchall()
    seen[0].close()
    assert with_row == [(1,)]


def test_if_the_key_cannot_sign_nobody_gets_an_answer_and_the_office_closes(country: QuietCountry):
    office = country.nodes[HUB].office

    def no_key(message: bytes) -> bytes:
        raise OSError("the key's card is gone")

    office.sign = no_key
    assert office.store.run([recording(office, 0), recording(office, 1)])[1] == [BUG, BUG]
    assert office.store.run([recording(office, 2)])[1] == [DISK_BROKEN]


def test_an_office_opened_again_goes_on_in_its_log_and_a_restored_one_begins_another(country: QuietCountry, tmp_path: Path):
    office = country.nodes[HUB].office
    office.store.run([recording(office, 0, 1)])
    origin = office.log.origin
    country.close(HUB)
    office = opened(country, tmp_path)
    assert (office.log.origin, office.log.size) == (origin, 2)
    transaction, outcomes = office.store.run([recording(office, 2)])
    assert verify(office, transaction, outcomes[0][1][0], 2) == 2
    office.store.run([lambda transaction: outbox.begin_epoch(transaction, b"another epoch of it")])
    country.close(HUB)
    office = opened(country, tmp_path)
    assert office.log.size == 0
    assert office.log.origin != origin
