"""The centre's register of offices: four eyes, one head after another, nothing decided twice (名簿の管理)."""

import msgspec
import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.offices import outbox, registrar
from openjuki.offices.office import Office
from openjuki.offices.registrar import OPEN, PENDING, PENDING_MAX, REFUSED
from openjuki.offices.store import Store, Transaction
from openjuki.procedures import enrolment
from openjuki.procedures.enrolment import Application
from openjuki.register.errors import Broken, Conflict, InvalidInput, OpenJukiError, Reason, Refused
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.quiet import directory_of, seal_key
from openjuki.wire.directory import VALID_MS, Directory
from openjuki.wire.speech import Place
from tests.procedures.municipal_office import SeededEntropy, SetClock

TOWN = "462250"
DIGEST = b"d" * 32


class Registrar:
    """The centre in memory, its founding directory taken over."""

    def __init__(self, directory: Directory | None = None) -> None:
        keys, self.clock = seal_key(CENTRE), SetClock()
        self.store = Store(":memory:", (outbox.SCRIPT + ";\n" + registrar.SCRIPT,))
        self.directory = directory or directory_of(declare((TOWN,)).offices, self.clock.now_ms)
        self.office = Office(
            place=Place(CENTRE, OfficeKind.CENTRE, ""), realm="sandbox", store=self.store, executor=self, clock=self.clock,
            today=lambda: None, entropy=SeededEntropy("1"), directory=self.directory,
            seal_key=self.directory.entries[CENTRE].seal_keys[0].key_id, sign=lambda message: keys.sign("seal", message), ask=None,
        )  # fmt: skip
        self.run(registrar.found, self.directory)

    def submit(self, store, work, then) -> None:
        then(store.run([work])[1][0])

    def run(self, step, *arguments, **more):
        """A step on a transaction of its own."""
        outcome = self.store.run([lambda transaction: step(transaction, *arguments, **more)])[1][0]
        if isinstance(outcome, OpenJukiError):
            raise outcome
        return outcome

    def call(self, step, *arguments, **more):
        """A step of the procedure."""
        outcomes = []
        step(self.office, *arguments, outcomes.append, **more)
        if isinstance(outcomes[0], OpenJukiError):
            raise outcomes[0]
        return outcomes[0]

    def request(self, digest: bytes = DIGEST):
        return self.run(registrar.request, self.office, "462039", digest, b"body")

    def audit(self) -> list[tuple[str, str, str]]:
        return self.run(lambda transaction: transaction.all("SELECT tag, operator, what FROM audit"))


def test_the_same_request_is_one_row_and_another_is_another():
    centre = Registrar()
    first, again, other = centre.request(), centre.request(), centre.request(b"e" * 32)
    assert (first.id, again.id, other.id) == (1, 1, 2)
    assert [request.id for request in centre.run(registrar.pending)] == [1, 2]


def test_a_request_is_returned_only_once_two_different_officers_agreed():
    centre = Registrar()
    centre.request()
    assert centre.run(registrar.agree, centre.office, 1, "sato") is None
    with pytest.raises(Conflict):
        centre.run(registrar.agree, centre.office, 1, " sato ")
    agreed = centre.run(registrar.agree, centre.office, 1, "suzuki")
    assert (agreed.id, agreed.code, agreed.state, agreed.first_officer) == (1, "462039", PENDING, "sato")
    assert centre.audit() == [("directory:enrolment:agreed", officer, "1") for officer in ("sato", "suzuki")]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_nobody_decides_without_a_name(name):
    centre = Registrar()
    centre.request()
    for decide in (registrar.agree, registrar.refuse):
        with pytest.raises(InvalidInput):
            centre.run(decide, centre.office, 1, name)


def test_what_is_decided_is_not_decided_again():
    centre = Registrar()
    centre.request()
    centre.run(registrar.refuse, centre.office, 1, "sato")
    assert centre.request().state == REFUSED
    for decide in (registrar.agree, registrar.refuse):
        for number in (1, 2):
            with pytest.raises(Conflict):
                centre.run(decide, centre.office, number, "suzuki")
    centre.request(b"e" * 32)
    centre.run(registrar.settle, centre.office, 2, "suzuki", OPEN, b"certificate")
    with pytest.raises(Conflict):
        centre.run(registrar.refuse, centre.office, 2, "sato")
    assert centre.request(b"e" * 32).certificate == b"certificate"


def test_strangers_cannot_fill_the_list():
    centre = Registrar()

    def fill(transaction: Transaction) -> None:
        for number in range(PENDING_MAX):
            registrar.request(transaction, centre.office, "462039", number.to_bytes(32, "big"), b"")

    centre.run(fill)
    with pytest.raises(Refused) as raised:
        centre.request()
    assert raised.value.code is Reason.BUSY
    assert centre.request((1).to_bytes(32, "big")).id == 2, "who is on the list still hears how it stands"


def test_two_officers_suspend_and_open_and_everybody_who_pulls_knows():
    centre, other = Registrar(), Directory(directory_of(declare((TOWN,)).offices).anchor)
    other.take(centre.directory.sealed, centre.directory.entries.values())
    for open_again in (False, True):
        sealed = centre.call(enrolment.suspend, TOWN, ("sato", "suzuki"), open_again=open_again)
        changed = centre.run(registrar.entries_since, other.number)
        assert [entry.code for entry in changed] == [TOWN]
        assert other.take(sealed, changed)
        assert other.entries[TOWN].open is open_again
        assert centre.directory.sealed == sealed, "the centre's own directory is the new one"
    assert [tag for tag, _, _ in centre.audit()] == ["directory:office:suspended"] * 2 + ["directory:office:opened"] * 2


@pytest.mark.parametrize(
    ("code", "officers", "error"),
    [
        (TOWN, ("sato", "sato"), Conflict),
        (TOWN, ("sato", ""), InvalidInput),
        (CENTRE, ("a", "b"), Refused),
        ("462012", ("a", "b"), Refused),
    ],
)
def test_one_officer_the_centre_itself_and_strangers_are_no_suspension(code, officers, error):
    centre = Registrar()
    with pytest.raises(error):
        centre.call(enrolment.suspend, code, officers)
    assert centre.directory.number == 1


def test_an_older_head_and_one_of_another_realm_are_refused():
    centre = Registrar()
    first, entries = centre.directory.sealed, list(centre.directory.entries.values())
    centre.call(enrolment.suspend, TOWN, ("sato", "suzuki"))
    with pytest.raises(Broken):
        centre.directory.take(first, entries)
    japan = Directory(msgspec.structs.replace(centre.directory.anchor, realm="japan"))
    with pytest.raises(Broken):
        japan.take(centre.directory.sealed, centre.directory.entries.values())


def test_the_head_is_renewed_when_it_is_half_over_and_not_before():
    centre = Registrar()
    centre.call(enrolment.suspend, TOWN, ("sato", "suzuki"))
    assert centre.call(enrolment.renew) is None
    centre.clock.now_ms += VALID_MS // 2 - 120_000
    assert centre.call(enrolment.renew) is None
    centre.clock.now_ms += 120_000
    assert centre.call(enrolment.renew).head.number == 3
    assert centre.directory.usable(centre.clock.now_ms + VALID_MS - 60_000)


def test_a_centre_that_was_not_founded_seals_nothing():
    centre = Registrar()
    centre.run(lambda transaction: transaction.execute("DELETE FROM setting WHERE key = 'directory'"))
    centre.clock.now_ms += 365 * VALID_MS
    assert centre.call(enrolment.renew) is None


def test_a_register_restored_from_a_backup_takes_over_the_newer_directory_and_never_doubles_a_number():
    centre = Registrar()
    centre.call(enrolment.suspend, TOWN, ("sato", "suzuki"))
    restored = Registrar(directory_of(declare((TOWN,)).offices, centre.clock.now_ms))
    restored.office.directory = centre.directory
    restored.call(enrolment.open_register)
    sealed = restored.call(enrolment.suspend, TOWN, ("sato", "suzuki"), open_again=True)
    assert sealed.head.number == 3
    assert restored.run(registrar.entries)[TOWN].open


def application(**changed) -> Application:
    said = Application("sandbox", "462039", OfficeKind.MUNICIPALITY, "鹿屋市", "46", "127.0.0.1", 4600, b"", b"")
    return msgspec.structs.replace(said, **changed)


def test_an_application_that_fits_its_kind_has_no_fault():
    assert enrolment.fault(application()) == ""
    assert enrolment.fault(application(kind=OfficeKind.PREFECTURE, code="460001")) == ""
    assert enrolment.fault(application(kind=OfficeKind.APPENDIX_BODY, code="pension", prefecture="")) == ""


@pytest.mark.parametrize(
    ("changed", "item"),
    [
        ({"kind": OfficeKind.CENTRE}, "kind"),
        ({"kind": OfficeKind.PREFECTURE}, "code"),
        ({"kind": OfficeKind.PREFECTURE, "code": "130001"}, "code"),
        ({"kind": OfficeKind.APPENDIX_BODY}, "code"),
        ({"prefecture": ""}, "prefecture"),
        ({"prefecture": "13"}, "code"),
        ({"name": "鹿屋\n市"}, "name"),
        ({"port": 0}, "port"),
    ],
)
def test_an_application_that_does_not_fit_its_kind_names_the_item(changed, item):
    assert enrolment.fault(application(**changed)) == item
