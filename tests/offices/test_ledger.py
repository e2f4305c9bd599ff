"""Ledger, fees and yearly report are what one counts by hand from the provision log (帳簿・手数料・報告書; Rules 21, 27, 31)."""

import datetime
import random
from decimal import Decimal

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.law.provision_routes import ORDINANCE_ROUTES
from openjuki.law.purposes import catalogue, format_affair
from openjuki.offices import ledger, retention, yearly_report
from openjuki.offices.ledger import LedgerEntry, LedgerSum
from tests.offices.hub_office import CODES, Hub, swept

ONE_DAY = datetime.timedelta(1)
FIRST, LAST = datetime.date(2013, 4, 1), datetime.date(2014, 3, 31)
PENSIONS, PASSPORT, CAR_TAX = "appendix:1:77", "appendix:5:6", "ordinance:460001:car-tax"
JAPAN = datetime.timezone(datetime.timedelta(hours=9))


def day(text):
    return datetime.date.fromisoformat(text)


def busy(seed, answers=120):
    """A hub whose log holds random answers of two years, some at the edges of days and months."""
    hub, lots = Hub(), random.Random(f"{seed}")
    for _ in range(answers):
        on = lots.choice((FIRST, LAST, FIRST - ONE_DAY, LAST + ONE_DAY, day("2013-01-01") + lots.randrange(700) * ONE_DAY))
        hub.clock.now_ms = retention.start_of(on) + lots.choice((0, 1, 43_200_000, 86_399_999))
        persons = " ".join(str(lots.randrange(1, 10**6)) for _ in range(lots.choice((0, 1, 1, 1, 2, 5))))
        hub.answer(persons, asker=lots.choice(("pension", "46-passport", "46-tax")), affair=lots.choice((PENSIONS, PASSPORT, CAR_TAX)))
    return hub


def by_hand(hub, key):
    """Answers and items by what `key` makes of a row."""
    counted = {}
    for time_ms, asker, affair, persons in hub.all("SELECT time_ms, asker, affair, persons FROM provision"):
        on = datetime.datetime.fromtimestamp(time_ms / 1_000, JAPAN).date()
        place = key(on, asker, affair)
        if place is not None:
            answers, items = counted.get(place, (0, 0))
            counted[place] = answers + 1, items + len(persons.split())
    return counted


def read(hub, first=FIRST, last=LAST):
    return hub.do(lambda t: ledger.entries(t, first, last))


@pytest.mark.parametrize("seed", range(3))
def test_the_ledger_is_what_one_counts_from_the_log(seed):
    hub = busy(seed)
    found = read(hub)
    assert {tuple(entry)[:3]: tuple(entry)[3:] for entry in found} == by_hand(hub, lambda *row: row if FIRST <= row[0] <= LAST else None)
    assert found == sorted(found) and len(found) > 20
    (one,) = {entry.day for entry in read(hub, LAST, LAST)}
    assert one == LAST


@pytest.mark.parametrize("seed", range(3))
def test_the_yearly_report_is_what_one_counts_from_the_log(seed):
    hub = busy(seed)
    lines = yearly_report.lines(read(hub), str.upper)
    hand = by_hand(hub, lambda on, asker, affair: (asker, affair, f"{on.year}-{on.month:02}") if FIRST <= on <= LAST else None)
    assert {(line.asker, line.affair, line.month): (line.answers, line.items) for line in lines} == hand
    assert all(line.name == line.asker.upper() and line.ordered is (line.affair == PENSIONS) for line in lines)
    assert [line.ordered for line in lines] == sorted((line.ordered for line in lines), reverse=True)


@pytest.mark.parametrize("seed", range(3))
def test_the_sums_are_what_one_counts_and_fees_are_taken_of_appendix_1_only(seed):
    hub = busy(seed)
    hand = by_hand(hub, lambda on, asker, affair: (asker, affair) if FIRST <= on <= LAST else None)
    found = ledger.sums(read(hub), (), Decimal("8.5"))
    assert {(one.asker, one.affair): (one.answers, one.items) for one in found} == hand
    for one in found:
        assert one.fee_yen == (int(one.items * 8.5) if one.affair == PENSIONS else None)
    assert all(one.fee_yen is None for one in ledger.sums(read(hub)))


def test_ledger_and_report_are_the_same_after_a_sweep():
    hub = busy("swept")
    before = read(hub), ledger.sums(read(hub)), yearly_report.lines(read(hub), str)
    assert swept(hub, "2022-01-01")
    assert (read(hub), ledger.sums(read(hub)), yearly_report.lines(read(hub), str)) == before


def test_an_answer_is_of_the_day_and_month_that_it_is_in_japan():
    hub = Hub()
    for on, moment in (("2013-11-30", 86_399_999), ("2013-12-01", 0)):
        hub.clock.now_ms = retention.start_of(day(on)) + moment
        hub.answer("1 2")
    assert [(str(entry.day), entry.items) for entry in read(hub)] == [("2013-11-30", 2), ("2013-12-01", 2)]
    assert [line.month for line in yearly_report.lines(read(hub), str)] == ["2013-11", "2013-12"]


def test_nobody_found_is_an_answer_without_items():
    hub = Hub().at("2013-12-02")
    hub.answer("")
    assert read(hub) == [LedgerEntry(day("2013-12-02"), "pension", PENSIONS, 1, 0)]


@pytest.mark.parametrize(("calendar", "first", "last"), [(False, "2013-04-01", "2014-03-31"), (True, "2013-01-01", "2013-12-31")])
def test_a_year_begins_in_april_or_in_january(calendar, first, last):
    assert yearly_report.period(2013, calendar=calendar) == (day(first), day(last))


def test_every_affair_of_the_appendices_has_its_article():
    articles = {purpose.table: ledger.article_of(format_affair(purpose)) for purpose in catalogue()}
    assert articles == {1: "30-7(3)", 2: "30-7(4)1", 3: "30-7(5)1", 4: "30-7(6)1", 5: "30-8(1)1"}
    assert ledger.article_of("act:30-7(4)3") == "30-7(4)3"


def test_an_affair_of_an_ordinance_has_the_ordinances_article_or_its_kind():
    class Ordinance:
        id = ledger.parse_affair(CAR_TAX)
        article = next(iter(ORDINANCE_ROUTES))

    assert ledger.article_of(CAR_TAX) == "条例"
    assert ledger.article_of(CAR_TAX, (Ordinance,)) == Ordinance.article.value


def test_no_report_holds_what_a_log_row_says_of_a_person():
    hub = Hub(OfficeKind.PREFECTURE).at("2013-12-02")
    hub.answer("4711", answer=f"住基　太郎 {CODES[0]}".encode())
    shown = repr([read(hub), ledger.sums(read(hub)), yearly_report.lines(read(hub), str)])
    assert not any(word in shown for word in ("4711", "住基", CODES[0], "officer-7", "2013-1'"))
    assert LedgerSum("pension", PENSIONS, "30-7(3)", 1, 1, None) in ledger.sums(read(hub))
