"""Budgets of what one municipality asks of another: exact windows, offices and operators apart (中継業務の照会の上限)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.law.limits import DAY_MS, HOUR_MS, TEN_MINUTES_MS
from openjuki.offices.relay_guard import OF_OFFICE, OF_OPERATOR, RelayQuestion, spent
from openjuki.register.errors import Reason

NOW_MS = 1_386_000_000_000


def asked(count: int, *, ago_ms: int = 1_000, operator: str = "clerk-1", missed: bool = False) -> list[RelayQuestion]:
    return [RelayQuestion(NOW_MS - ago_ms, operator, missed)] * count


def everybody(count: int, *, ago_ms: int = 1_000, missed: bool = False) -> list[RelayQuestion]:
    """As many questions, each of another operator."""
    return [RelayQuestion(NOW_MS - ago_ms, f"clerk-{number}", missed) for number in range(count)]


def test_a_fresh_office_has_its_budget():
    assert spent([], "clerk-1", NOW_MS) is None


def test_an_operator_is_stopped_after_an_hours_questions_and_others_go_on():
    full = asked(OF_OPERATOR.per_hour)
    assert spent(full[1:], "clerk-1", NOW_MS) is None
    stopped = spent(full, "clerk-1", NOW_MS)
    assert stopped == ("clerk-1", Reason.OVER_LIMIT, NOW_MS - 1_000 + HOUR_MS)
    assert spent(full, "clerk-2", NOW_MS) is None


def test_new_operators_do_not_widen_the_offices_budget():
    assert spent(everybody(OF_OFFICE.per_hour - 1), "new", NOW_MS) is None
    stopped = spent(everybody(OF_OFFICE.per_hour), "new", NOW_MS)
    assert stopped is not None and (stopped.operator, stopped.reason) == ("", Reason.OVER_LIMIT)


def test_a_day_has_fewer_questions_than_its_hours_together():
    spread = [RelayQuestion(NOW_MS - 2 * HOUR_MS - number, f"clerk-{number}", False) for number in reversed(range(OF_OFFICE.per_day))]
    stopped = spent(spread, "new", NOW_MS)
    assert stopped is not None and stopped.reason is Reason.OVER_LIMIT
    assert stopped.until_ms == spread[0].at_ms + DAY_MS
    assert OF_OFFICE.per_day < 24 * OF_OFFICE.per_hour and OF_OPERATOR.per_day < 24 * OF_OPERATOR.per_hour


def test_misses_are_dear():
    few = asked(OF_OPERATOR.misses_per_10min, missed=True)
    assert spent(few[1:], "clerk-1", NOW_MS) is None
    stopped = spent(few, "clerk-1", NOW_MS)
    assert stopped == ("clerk-1", Reason.TOO_MANY_MISSES, NOW_MS - 1_000 + TEN_MINUTES_MS)
    old = asked(OF_OPERATOR.misses_per_day, ago_ms=2 * HOUR_MS, missed=True)
    assert spent(old, "clerk-1", NOW_MS) == ("clerk-1", Reason.TOO_MANY_MISSES, NOW_MS - 2 * HOUR_MS + DAY_MS)
    office = everybody(OF_OFFICE.misses_per_10min, missed=True)
    assert spent(office, "new", NOW_MS) == ("", Reason.TOO_MANY_MISSES, NOW_MS - 1_000 + TEN_MINUTES_MS)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 2 * DAY_MS), st.integers(0, 5), st.booleans()), max_size=300))
def test_the_verdict_is_that_of_counting(drawn):
    questions = sorted(RelayQuestion(NOW_MS - ago_ms, f"clerk-{operator}", missed) for ago_ms, operator, missed in drawn)

    def counted(limits, own):
        within = lambda window_ms, missed: sum(NOW_MS - q.at_ms < window_ms and (q.missed or not missed) for q in own)  # noqa: E731
        return (
            within(HOUR_MS, False) >= limits.per_hour or within(DAY_MS, False) >= limits.per_day
            or within(TEN_MINUTES_MS, True) >= limits.misses_per_10min or within(DAY_MS, True) >= limits.misses_per_day
        )  # fmt: skip

    over = counted(OF_OFFICE, questions) or counted(OF_OPERATOR, [q for q in questions if q.operator == "clerk-1"])
    verdict = spent(questions, "clerk-1", NOW_MS)
    assert (verdict is not None) == over
    assert verdict is None or verdict.until_ms > NOW_MS
