"""As-of and as-known questions to a hub (本人確認情報の時点照会): by the dates that changes name and the time of their receipt."""

import datetime
import random
from typing import Any

from openjuki.offices import hub_history, identity
from openjuki.offices.history import known_until
from openjuki.offices.store import Store, Transaction
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Previous, Residence
from openjuki.register.dates import DateText
from openjuki.register.identity import Identity, Reason, Sex, Status
from openjuki.register.readings import Answer, Certainty
from tests.offices.lives import moves_and_codes

HERE, THERE, AWAY = (Address("462250", "宮島町", f"{number}番地") for number in (1, 2, 3))
CODE = "24727059608"


def told(
    version: int, date: str, address: Address, status: Status = Status.RESIDENT, *, n: int = 1, name: str = "住基　太郎",
    reason: Reason = Reason.CHANGE_OF_ADDRESS, office: str = "462250",
) -> Change:  # fmt: skip
    who = Identity(name, "", "1974-05-03", Sex.MALE, address, CODE)
    reason = Reason.MOVE_IN if version == 1 else reason
    previous = Previous(n, office, version - 1, CODE) if version > 1 else None
    return Change(who, Residence(n, office), version, previous, reason, status, date)


def hub(*received: tuple[str, Change]) -> Transaction:
    transaction = Transaction(Store(":memory:", identity.SCRIPTS).connection)
    for day, change in received:
        identity.receive(transaction, change, known_until(datetime.date.fromisoformat(day)) - 1_000)
    return transaction


def lived(transaction: Transaction, as_of: str, known: str = "2014-12-31") -> Answer[Any]:
    person = hub_history.person_of(transaction, CODE)
    assert person is not None
    read = hub_history.identity_on(transaction, person, DateText(as_of), known_until(datetime.date.fromisoformat(known)))
    return read.answer(lambda state: state and (state.identity.address, state.status))


def test_what_was_received_later_was_not_known_before():
    transaction = hub(("2013-04-02", told(1, "2013-04-01", HERE)), ("2013-07-01", told(2, "2013-06-01", THERE)))
    assert lived(transaction, "2013-06-15").possible == ((THERE, Status.RESIDENT),)
    assert lived(transaction, "2013-06-15", known="2013-06-30").possible == ((HERE, Status.RESIDENT),)
    assert lived(transaction, "2013-05-31").possible == ((HERE, Status.RESIDENT),)
    assert lived(transaction, "2013-03-31").possible == (None,)
    assert hub_history.person_of(transaction, "24846016224") is None


def test_a_late_change_of_one_item_does_not_bring_the_others_of_its_state_forward():
    transaction = hub(
        ("2013-04-02", told(1, "2013-04-01", HERE)), ("2013-08-01", told(2, "2013-08-01", THERE)),
        ("2013-08-02", told(3, "2013-06-01", THERE, name="住基　太朗")),
    )  # fmt: skip
    read = hub_history.identity_on(transaction, 1, DateText("2013-07-01"))
    assert read.answer(lambda state: state and (state.identity.name, state.identity.address)).possible == (("住基　太朗", HERE),)


def test_a_planned_removal_holds_from_its_day_even_if_the_state_is_corrected_before():
    transaction = hub(
        ("2013-04-02", told(1, "2013-04-01", HERE)), ("2013-12-01", told(2, "2013-12-20", HERE, Status.REMOVED)),
        ("2013-12-05", told(3, "2013-12-05", HERE, Status.REMOVED, name="住基　太朗")),
    )  # fmt: skip
    assert lived(transaction, "2013-12-19").possible == ((HERE, Status.RESIDENT),)
    assert lived(transaction, "2013-12-20").possible == ((HERE, Status.REMOVED),)


def test_an_annulled_residence_and_an_undone_removal_never_were():
    undone = hub(
        ("2013-04-02", told(1, "2013-04-01", HERE)), ("2013-06-01", told(2, "2013-06-01", HERE, Status.REMOVED)),
        ("2013-09-01", told(3, "2013-09-01", HERE)),
    )  # fmt: skip
    assert lived(undone, "2013-07-01").possible == ((HERE, Status.RESIDENT),)
    assert lived(undone, "2013-07-01", known="2013-08-31").possible == ((HERE, Status.REMOVED),)
    never = hub(("2013-04-02", told(1, "2013-04-01", HERE)), ("2013-09-01", told(2, "2013-09-01", HERE, Status.ANNULLED)))
    assert lived(never, "2013-07-01").possible == (None,)
    assert lived(never, "2013-07-01", known="2013-08-31").possible == ((HERE, Status.RESIDENT),)


def test_a_death_on_a_partial_day_is_possible_within_it():
    transaction = hub(("2013-04-02", told(1, "2013-04-01", HERE)), ("2013-12-01", told(2, "2013-11-00", HERE, Status.DEAD)))
    assert lived(transaction, "2013-11-10").certainty is Certainty.POSSIBLE
    assert lived(transaction, "2013-11-30") == Answer(Certainty.CERTAIN, ((HERE, Status.DEAD),))


def test_of_a_residence_heard_of_late_nothing_is_known_before():
    transaction = hub(("2013-07-01", told(1, "2013-06-01", THERE)))
    (change,) = [identity.decode_change(body) for (body,) in transaction.all("SELECT change FROM state")]
    heard = hub(("2013-07-01", Change(*[*_fields(change)[:2], 5, None, Reason.CHANGE_OF_ADDRESS, *_fields(change)[5:7]])))
    assert lived(heard, "2013-05-01") == Answer(Certainty.UNKNOWN, (None, (THERE, Status.RESIDENT)))
    assert lived(heard, "2013-06-01").certainty is Certainty.CERTAIN


def test_somebody_first_heard_of_by_their_removal_may_have_been_resident_before_and_was_removed_from_then_on():
    change = told(1, "2013-06-01", THERE, Status.REMOVED)
    heard = hub(("2013-07-01", Change(*[*_fields(change)[:2], 5, None, Reason.MOVE_OUT, *_fields(change)[5:7]])))
    assert lived(heard, "2013-05-01") == Answer(Certainty.UNKNOWN, (None, (THERE, Status.RESIDENT)))
    assert lived(heard, "2013-06-01") == Answer(Certainty.CERTAIN, ((THERE, Status.REMOVED),))


def _fields(change: Change) -> list[Any]:
    return [getattr(change, name) for name in change.__struct_fields__]


def test_in_the_end_a_hub_answers_with_the_state_that_holds():
    chance = random.Random(1)
    changes = list(moves_and_codes().changes)
    for _ in range(5):
        chance.shuffle(changes)
        transaction = Transaction(Store(":memory:", identity.SCRIPTS).connection)
        for day, change in enumerate(changes):
            identity.receive(transaction, change, known_until(datetime.date(2013, 12, 10 + day)))
        for person, body, office, n in transaction.all("SELECT id, identity, office, n FROM person"):
            answer = hub_history.identity_on(transaction, person, DateText("2014-06-01")).answer(lambda state: state)
            assert answer.certainty is Certainty.CERTAIN
            (held,) = answer.possible
            assert held is not None
            assert (held.identity, held.office, held.n) == (identity.decode_identity(body), office, n)
