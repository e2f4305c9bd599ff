"""As-of and as-known questions to a register (時点照会): against a replay by brute force, and one by one."""

import itertools
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from openjuki.offices import history, municipality, outbox
from openjuki.offices.store import Store, Transaction
from openjuki.register.dates import DateText
from openjuki.register.events import Event, EventKind, Items, encode_event
from openjuki.register.fold import fold
from openjuki.register.identity import Reason, Status
from openjuki.register.readings import Answer, Certainty
from openjuki.register.search_keys import fold_text
from tests.offices.history_oracle import Verdict, ask, bounds
from tests.offices.town_lives import HOMES, START, Town

TOWNS, QUESTIONS_PER_TOWN, ADDRESSES_PER_TOWN = 20, 480, 20
WHOLE = ("name", "birth", "address", "code", "relationship", "residence", "status", "moved_to", "other")
ASKED = (WHOLE, ("address",), ("name", "birth", "address", "code"), ("status",))


def of_dict(items: tuple[str, ...]) -> Callable[[dict[str, Any] | None], Any]:
    return lambda record: None if record is None else tuple(plain(record[name]) for name in items)


def of_record(items: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda record: None if record is None else tuple(plain(getattr(record, name)) for name in items)


def plain(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


def verdict(answer: Answer[Any]) -> Verdict:
    assert len(set(answer.possible)) == len(answer.possible)
    return Verdict(str(answer.certainty), frozenset(answer.possible))


def a_day(chance: random.Random, life: list[Any]) -> str:
    """A day on which something turns, or one beside it, or any; or a month, seldom a season."""
    turn = chance.choice([day for event in life for day in bounds(event) if 2000 < day.year < 2100] or [START])
    day = chance.choice((turn, turn - timedelta(1), turn + timedelta(1), START + timedelta(chance.randint(-50, 700))))
    return chance.choice((*[str(day)] * 30, f"{day:%Y-%m}-00", f"{day:%Y-%m}-E2", f"{day:%Y}-A4-00"))


def a_time(chance: random.Random, life: list[Any]) -> int | None:
    return chance.choice((None, chance.choice(life).entered_ms + chance.choice((-1, 0, 1))))


def ask_town(seed: int) -> dict[str, int]:
    """Every question to one town, each answered as the replay answers it; how many there were by certainty."""
    town, chance, counts = Town(seed), random.Random(f"questions {seed}"), dict.fromkeys(Certainty, 0)
    store, transaction = town.store()
    people = itertools.islice(itertools.cycle(town.events), QUESTIONS_PER_TOWN)
    for person, items in zip(people, itertools.cycle((*ASKED, WHOLE)), strict=False):
        life = town.events[person]
        as_of, known_ms = a_day(chance, life), a_time(chance, life)
        answer = history.record_on(transaction, person, DateText(as_of), known_ms).answer(of_record(items))
        assert verdict(answer) == ask(life, as_of, known_ms, of_dict(items)), (seed, person, as_of, known_ms, items)
        counts[answer.certainty] += 1
    while not history.read_addresses(transaction, 40):
        pass
    for _ in range(ADDRESSES_PER_TOWN):
        home, life = chance.choice(HOMES), town.events[chance.choice(list(town.events))]
        as_of, known_ms = a_day(chance, life), a_time(chance, life)
        found = history.lived_at(transaction, fold_text(home.text()), DateText(as_of), known_ms)
        told = {dweller.record.person: str(dweller.certainty) for dweller in found}
        assert told == dwellers(town, home, as_of, known_ms), (seed, home, as_of, known_ms)
        counts[Certainty.CERTAIN] += 1
    store.close()
    return counts


def dwellers(town: Town, home: Any, as_of: str, known_ms: int | None) -> dict[int, str]:
    """Who lived there, or may have, by asking everybody."""

    def at_home(record: dict[str, Any] | None) -> bool:
        return record is not None and record["status"] == 1 and (record["address"].town, record["address"].block) == (home.town, home.block)

    verdicts = {person: ask(life, as_of, known_ms, at_home) for person, life in town.events.items()}
    return {person: each.certainty for person, each in verdicts.items() if True in each.possible}


@pytest.mark.slow
def test_10_000_questions_are_answered_as_a_replay_of_all_worlds_answers_them():
    counts = [ask_town(seed) for seed in range(TOWNS)]
    by_certainty = {each: sum(count[each] for count in counts) for each in Certainty}
    assert sum(by_certainty.values()) == 10_000
    assert min(by_certainty.values()) > 300, by_certainty


def test_what_is_shown_first_is_what_the_register_itself_says():
    town, chance = Town(100, events=120), random.Random(100)
    _, transaction = town.store()
    for person, life in town.events.items():
        as_of, known_ms = START + timedelta(chance.randint(-50, 600)), a_time(chance, life)
        answer = history.record_on(transaction, person, DateText(str(as_of)), known_ms).answer(lambda record: record)
        assert answer.possible[0] == fold(life, as_of=as_of, known_ms=known_ms)


def one_life(*events: Event) -> Transaction:
    store = Store(":memory:", (outbox.SCRIPT + ";\n" + municipality.SCRIPT, history.SCRIPT))
    transaction = Transaction(store.connection)
    for event in events:
        transaction.execute("INSERT INTO event (person, body) VALUES (1, ?)", (encode_event(event),))
    return transaction


def happened(kind: EventKind, on: str, notified: str, entered: str, target: int = 0, **items: Any) -> Event:
    entered_ms = history.known_until(date.fromisoformat(entered)) - 1_000
    return Event(0, 1, kind, Reason.CORRECTION_EX_OFFICIO, on, notified, entered_ms, "c", Items(**items), target)


HERE, THERE = HOMES[0], HOMES[2]
ENTERED = happened(EventKind.ENTRY, "2013-02-01", "2013-02-03", "2013-02-03", address=HERE, name="住基　太郎", status=Status.RESIDENT)


def address(transaction: Transaction, as_of: str, known: str = "2013-12-31") -> Answer[Any]:
    read = history.record_on(transaction, 1, DateText(as_of), history.known_until(date.fromisoformat(known)))
    return read.answer(lambda record: record and record.address)


def test_a_move_on_a_partial_day_is_possible_while_the_day_may_be_and_certain_after():
    moved = one_life(ENTERED, happened(EventKind.CHANGE, "2013-06-00", "2013-07-10", "2013-07-10", address=THERE))
    assert address(moved, "2013-05-31") == Answer(Certainty.CERTAIN, (HERE,))
    assert address(moved, "2013-06-01") == Answer(Certainty.POSSIBLE, (HERE, THERE))
    assert address(moved, "2013-06-29") == Answer(Certainty.POSSIBLE, (HERE, THERE))
    assert address(moved, "2013-06-30") == Answer(Certainty.CERTAIN, (THERE,))
    assert address(moved, "2013-06-15", known="2013-07-09") == Answer(Certainty.CERTAIN, (HERE,))


def test_a_wholly_unknown_day_answers_unknown_until_it_was_notified():
    moved = one_life(ENTERED, happened(EventKind.CHANGE, "0000-00-00", "2013-07-10", "2013-07-10", address=THERE))
    assert address(moved, "2013-06-15") == Answer(Certainty.UNKNOWN, (HERE, THERE))
    assert address(moved, "2013-07-10") == Answer(Certainty.CERTAIN, (THERE,))


def test_a_partial_day_asked_about_answers_with_all_that_held_within_it():
    moved = one_life(ENTERED, happened(EventKind.CHANGE, "2013-06-10", "2013-06-10", "2013-06-10", address=THERE))
    assert address(moved, "2013-06-00") == Answer(Certainty.POSSIBLE, (THERE, HERE))
    assert address(moved, "2013-07-00") == Answer(Certainty.CERTAIN, (THERE,))
    assert address(moved, "0000-00-00") == Answer(Certainty.UNKNOWN, (THERE, HERE, None))


def test_a_correction_of_the_past_changes_as_of_but_not_what_was_known_before_it():
    corrected = one_life(ENTERED, happened(EventKind.PAST_CORRECTION, "2013-09-01", "2013-09-01", "2013-09-01", 1, address=THERE))
    assert address(corrected, "2013-03-01").possible == (THERE,)
    assert address(corrected, "2013-03-01", known="2013-08-31").possible == (HERE,)


def test_an_annulled_move_never_was_as_known_after_its_annulment():
    moved = happened(EventKind.CHANGE, "2013-06-10", "2013-06-10", "2013-06-10", address=THERE)
    undone = one_life(ENTERED, moved, happened(EventKind.ANNULMENT, "2013-09-01", "2013-09-01", "2013-09-01", 2))
    assert address(undone, "2013-07-01").possible == (HERE,)
    assert address(undone, "2013-07-01", known="2013-08-31").possible == (THERE,)
    standing = [entered.stands for entered in history.history(undone, 1)]
    assert standing == [True, False, True]


def test_known_on_a_day_is_known_until_its_end_in_japan():
    assert history.known_until(date(2013, 12, 2)) == 1_385_996_399_999  # 2013-12-02 14:59:59.999 UTC


def test_addresses_are_read_in_turns_and_none_twice():
    moved = one_life(ENTERED, happened(EventKind.CHANGE, "2013-06-10", "2013-06-10", "2013-06-10", address=THERE))
    assert not history.read_addresses(moved, 1)
    assert not history.read_addresses(moved, 1)
    assert history.read_addresses(moved, 1)
    dwellers = history.lived_at(moved, fold_text(THERE.text()), DateText("2013-07-01"))
    assert [(dweller.certainty, dweller.record.name) for dweller in dwellers] == [(Certainty.CERTAIN, "住基　太郎")]
    assert history.lived_at(moved, fold_text(HERE.text()), DateText("2013-07-01")) == []
