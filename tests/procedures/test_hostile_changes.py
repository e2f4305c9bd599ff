"""Changes and answers of an office that lies or is broken: what a hub refuses, ignores or does not hand out (敵対的な変更情報)."""

import msgspec
import pytest

from openjuki.nodes.tables import TABLES
from openjuki.offices import identity, outbox
from openjuki.offices.recovery import HeldRecord
from openjuki.offices.store import Store, Transaction
from openjuki.offices.told_change import check_change
from openjuki.procedures import recovery
from openjuki.procedures.recovery import BucketRecords, HeldRecords
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Previous, Residence, encode_change
from openjuki.register.codes import with_check_digit
from openjuki.register.errors import InvalidInput, Refused
from openjuki.register.identity import Identity, Reason, Sex, Status
from openjuki.simulation import declaration
from openjuki.simulation.quiet import QuietCountry

CENTRE, AIRA, HACHIOJI, CHIYODA = declaration.CENTRE, "462250", "132012", "131016"
KAGOSHIMA, TOKYO = "460001", "130001"


class Country(QuietCountry):
    """All offices on stores in memory; what they log is kept."""

    def __init__(self) -> None:
        offices = declaration.declare().offices
        self.told: list[tuple[str, str, str]] = []
        super().__init__(offices, listen=lambda office, tag, what: self.told.append((office, tag, what)))
        for office in offices:
            if office.kind in TABLES:
                self.open(office.code, Store(":memory:", TABLES[office.kind].scripts))

    def tell(self, change: Change, seconds: float = 3) -> None:
        """The municipality sends a change that its clerk never entered."""
        office = self.nodes[change.residence.office].office
        self.call(
            office.write, lambda transaction: outbox.put(transaction, office.prefecture_office, "IdentityChange", encode_change(change))
        )
        self.agenda.run(lambda: False, seconds)

    def ask(self, asker: str, asked: str, question: BucketRecords) -> HeldRecords:
        return self.call(lambda then: self.nodes[asker].office.ask(asked, question, HeldRecords, then, 5_000))

    def persons(self) -> list[tuple[str, str]]:
        return self.look(CENTRE, "SELECT code, office FROM person ORDER BY code")


def code(number: int) -> str:
    return with_check_digit(f"{number:010d}")


def state(office: str, number: int, n: int = 1, version: int = 1, previous: Previous | None = None, **more) -> Change:
    shown = Identity("住基　太郎", "ジュウキ　タロウ", "1974-05-03", Sex.MALE, Address(office, "西町", "1番地"), code(number))
    change = Change(shown, Residence(n, office), version, previous, Reason.ENTRY_EX_OFFICIO, Status.RESIDENT, "2013-12-01")
    return msgspec.structs.replace(change, **more)


def shown(office: str = AIRA, **items) -> Change:
    change = state(office, 1)
    return msgspec.structs.replace(change, identity=msgspec.structs.replace(change.identity, **items))


HOSTILE = {
    "a version that no store holds": state(AIRA, 1, version=2**63),
    "a residence that no life reaches": state(AIRA, 1, n=1_000_000),
    "a handling flag that no store holds": state(AIRA, 1, handling=2**63),
    "a previous version that no store holds": state(AIRA, 1, 2, 1, Previous(1, CHIYODA, 2**63, code(1))),
    "a previous residence after this one": state(AIRA, 1, 2, 1, Previous(2, CHIYODA, 1, code(1))),
    "a previous office that is none": state(AIRA, 1, 2, 1, Previous(1, "x" * 1000, 1, code(1))),
    "the centre as previous office": state(AIRA, 1, 2, 1, Previous(1, CENTRE, 1, code(1))),
    "a previous code that is none": state(AIRA, 1, 2, 1, Previous(1, CHIYODA, 1, "1")),
    "two codes of residences elsewhere": state(AIRA, 1, 2, 1, Previous(1, CHIYODA, 1, code(2))),
    "a name of control signs": shown(name="\0<script>"),
    "a name without end": shown(name="住" * 7_500),
    "a reading of control signs": shown(kana="\0"),
    "a former name of control signs": shown(former_name="\0"),
    "an alias of control signs": shown(alias="\0"),
    "an individual number that is none": shown(individual_number="1"),
    "an address of another municipality": shown(address=Address(CHIYODA, "丸の内一丁目", "1番地")),
}


@pytest.fixture(scope="module")
def directory():
    return QuietCountry(declaration.declare().offices).directory


@pytest.mark.parametrize("what", HOSTILE)
def test_a_change_that_no_honest_office_sends_is_refused(directory, what):
    with pytest.raises((InvalidInput, Refused)):
        check_change(HOSTILE[what], directory.entries[AIRA])


@pytest.mark.parametrize(
    "change",
    [
        state(AIRA, 1),
        state(AIRA, 1, 2, 1, Previous(1, CHIYODA, 4, code(1))),
        state(AIRA, 1, 1, 2, Previous(1, AIRA, 1, code(2)), reason=Reason.CODE_CHANGE),
        state(AIRA, 1, 1, 3, Previous(3, AIRA, 2, code(1))),  # the return was annulled
        state(AIRA, 1, 2, 1, Previous(1, CHIYODA, 4, code(2)), reason=Reason.CODE_EX_OFFICIO),
        msgspec.structs.replace(shown(address=Address(CHIYODA, "丸の内一丁目", "1番地")), status=Status.REMOVED),
    ],
)
def test_what_honest_offices_send_is_taken(directory, change):
    check_change(change, directory.entries[AIRA])


@pytest.mark.slow
def test_a_number_that_no_store_holds_does_not_stop_what_comes_after_it():
    country = Country()
    country.tell(state(AIRA, 1, version=2**63))
    country.tell(state(AIRA, 2))
    assert country.persons() == [(code(2), AIRA)]


@pytest.mark.slow
def test_a_prefecture_hears_of_its_own_municipalities_residents_alone_and_each_page_is_logged():
    country = Country()
    country.tell(state(AIRA, 1))
    with pytest.raises(Refused):
        country.ask(TOKYO, CENTRE, BucketRecords(AIRA, (), 0))
    assert len(country.ask(KAGOSHIMA, CENTRE, BucketRecords(AIRA, (), 0)).records) == 1
    assert country.look(CENTRE, "SELECT what FROM audit WHERE tag = 'recovery:page:given'") == [(f"{KAGOSHIMA} {AIRA} 0 1",)]


@pytest.mark.slow
def test_a_former_municipality_does_not_learn_a_code_given_later():
    country = Country()
    country.tell(state(CHIYODA, 1))
    country.tell(state(CHIYODA, 2, 1, 2, Previous(1, CHIYODA, 1, code(1)), reason=Reason.CODE_CHANGE))
    country.tell(state(HACHIOJI, 1))
    (record,) = country.ask(HACHIOJI, TOKYO, BucketRecords(HACHIOJI, (), 0)).records
    assert record.codes == (code(1),)


@pytest.mark.slow
def test_the_operator_hears_of_a_residence_not_released_and_of_two_persons_made_one():
    country = Country()
    country.tell(state(AIRA, 1))
    country.tell(state(CHIYODA, 2))
    country.tell(state(HACHIOJI, 1, 2, 1, Previous(1, AIRA, 1, code(1))))
    country.tell(state(HACHIOJI, 1, 2, 2, Previous(2, HACHIOJI, 1, code(2))))
    heard = [
        (tag, what)
        for office, tag, what in country.told
        if office == CENTRE and tag in ("change:residence:unreleased", "change:person:merged")
    ]
    assert heard == [("change:residence:unreleased", f"{AIRA} {HACHIOJI}"), ("change:person:merged", HACHIOJI)]


@pytest.mark.slow
def test_a_previous_office_that_cannot_be_asked_stops_no_other_question():
    country, asked = Country(), []
    for number, named in ((5, KAGOSHIMA), (7, "011002"), (10, AIRA)):
        country.tell(state(HACHIOJI, number, 2, 1, Previous(1, named, 1, code(number))), 0.5)
    municipality = country.nodes[AIRA]
    municipality.tables = municipality.tables._replace(
        answers={**municipality.tables.answers, BucketRecords: lambda office, asker, question, message, reply: asked.append(message.codes)}
    )
    country.agenda.run(lambda: False, 8)
    assert asked == [(code(10),)], "asked once while an answer may still come"
    country.agenda.run(lambda: False, 90)
    assert len([tag for _, tag, _ in country.told if tag == "change:person:waiting"]) == 2, "the operator is told once of each"


def learnt(record: HeldRecord, awaited: int, directory, named: str = HACHIOJI) -> Transaction:
    """A centre that knows one human of Aira and one of Chiyoda, after the office named has said this of the code awaited."""
    transaction = Transaction(Store(":memory:", identity.SCRIPTS, synchronous="OFF").connection)
    for change in (state(AIRA, 1), state(CHIYODA, 2)):
        identity.receive(transaction, change, 0)
    office = QuietCountry(declaration.declare().offices).open(CENTRE, Store(":memory:", TABLES[directory.entries[CENTRE].kind].scripts))
    recovery.learn_named(transaction, office.office, directory.entries[named], code(awaited), (record,))
    return transaction


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (state(AIRA, 1, 9), (1, 3)),  # of another office's residence
        (state(HACHIOJI, 3, 1, 2**63), (3,)),
        (state(HACHIOJI, 4), (4,)),  # not what was asked
        (state(HACHIOJI, 3), (3, 1)),  # somebody of another office
        (state(HACHIOJI, 3), (1, 2, 3)),  # two of them
        (state(HACHIOJI, 3), tuple(range(3, 200))),  # guesses
    ],
)
def test_what_the_office_cannot_know_is_ignored(directory, change, codes):
    transaction = learnt(HeldRecord(change, tuple(map(code, codes))), 3, directory)
    assert transaction.all("SELECT code, office FROM person ORDER BY id") == [(code(1), AIRA), (code(2), CHIYODA)]
    assert transaction.value("SELECT count(*) FROM code") == 2
    assert transaction.events[-1] == ("change:answer:ignored", HACHIOJI)


def test_an_honest_answer_closes_the_hole(directory):
    transaction = learnt(HeldRecord(state(AIRA, 3, 1, 2), (code(1), code(3))), 3, directory, AIRA)
    assert transaction.all("SELECT code, office FROM person ORDER BY id") == [(code(3), AIRA), (code(2), CHIYODA)]
