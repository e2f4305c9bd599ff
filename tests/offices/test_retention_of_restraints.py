"""支援措置の記録の消去: an ended restraint goes seven years after, one in force never, whatever its term (standard j160, j410, j440)."""

import pytest

from openjuki.law.restraint import EndGround, confirm, end
from openjuki.law.retention_terms import TERMS, SweepRule
from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.offices import municipality, restraint_guard, restraint_telling, restraints, retention_trace, retention_years, work_list
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraint_telling import ToldRestraint
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.offices.retention_restraints import TABLES
from openjuki.offices.retention_years import YearsSet
from openjuki.offices.store import BUG
from tests.offices.sweeping_hall import at, rows, swept
from tests.procedures.municipal_office import KIRISHIMA, TownHall, arrival, arrive

RULE = SweepRule.RESTRAINT
HER, OTHER = Protected("保護　花子", "1983-04-17"), Protected("支援　守子", "1980-01-01")
FIRST_ABUSER, SECOND_ABUSER = Abuser("加害　一郎", "1979-01-01"), Abuser("加害　二郎", "1978-01-01")
TAKEN, ENDED, KEPT_UNTIL, GOES = "2014-04-01", "2015-06-30", "2022-06-30", "2022-07-01"


@pytest.fixture
def hall():
    return at(TownHall(), TAKEN)


def accept(hall, who=HER, abuser=FIRST_ABUSER):
    return hall.do(lambda t: restraints.accept(t, hall.office, "clerk-1", Application((who,), frozenset(Output), (abuser,)))).number


def ended(hall, number, day=ENDED):
    at(hall, day)
    decision = lambda one: end(one, hall.today, EndGround.WITHDRAWN)  # noqa: E731
    hall.do(lambda t: restraints.decide(t, hall.office, "supervisor-1", number, decision, "ended"))
    return number


def numbers(hall):
    return [number for (number,) in rows(hall, "SELECT id FROM restraint ORDER BY id")]


def test_an_ended_restraint_is_kept_until_its_last_day_and_goes_whole_on_the_next(hall):
    (record,) = arrive(hall, arrival(HER.name, "世帯主", HER.birth))
    gone, stays = accept(hall), accept(hall, OTHER)
    ended(hall, gone)
    assert RULE not in swept(hall, KEPT_UNTIL, really=False) and RULE not in swept(hall, KEPT_UNTIL)
    assert swept(hall, GOES, really=False)[RULE] == 1 and numbers(hall) == [gone, stays]
    assert swept(hall, GOES)[RULE] == 1 and numbers(hall) == [stays]
    for table in sorted(TABLES - {"restraint"}):
        assert rows(hall, f"SELECT count(*) FROM {table} WHERE restraint = ?", gone) == [(0,)], table
    assert hall.do(lambda t: restraints.held_of(t, record.person)) == []
    assert RULE not in swept(hall, GOES)


def test_a_restraint_that_nobody_has_ended_never_goes_whatever_its_term(hall):
    number, full = accept(hall), accept(hall, OTHER)
    hall.do(lambda t: restraints.decide(t, hall.office, "s-1", full, lambda one: confirm(one, hall.today), "confirmed"))
    accept(hall, Protected("別人　四子", "1990-01-01"))
    (record,) = arrive(hall, arrival(HER.name, "世帯主", HER.birth))
    hall.do(lambda t: retention_years.set_years(t, hall.office, "kessai-1", YearsSet(RULE, 1, "条例")))
    assert RULE not in swept(hall, "2500-01-01") and number in numbers(hall) and full in numbers(hall)
    word = hall.do(lambda t: restraint_guard.passes(t, hall.office, WayOut.COPY, Asker.THIRD_PARTY, record.person))
    assert word is Word.EXAMINE


def test_a_decision_after_its_end_makes_it_stay_longer(hall):
    number, _ = accept(hall), accept(hall, OTHER)
    ended(hall, number)
    at(hall, "2016-01-15")
    held = hall.do(lambda t: restraints.held(t, number))
    hall.do(lambda t: restraints.keep(t, hall.office, held, source=KIRISHIMA, what="told-of-end"))
    assert RULE not in swept(hall, "2023-01-15") and swept(hall, "2023-01-16")[RULE] == 1


def test_while_another_protects_the_same_person_the_abuser_of_the_ended_one_is_still_known(hall):
    (record,) = arrive(hall, arrival(HER.name, "世帯主", HER.birth))
    first = ended(hall, accept(hall))
    second, _ = accept(hall, abuser=SECOND_ABUSER), accept(hall, OTHER)
    named = lambda who: hall.do(lambda t: restraint_guard.named_as_abuser(t, About(record.person), who.name, who.birth))  # noqa: E731
    assert RULE not in swept(hall, "2100-01-01") and named(FIRST_ABUSER) and named(SECOND_ABUSER)
    ended(hall, second, "2100-01-02")
    assert swept(hall, "2100-01-03")[RULE] == 1 and first not in numbers(hall) and second in numbers(hall)


def test_one_of_which_something_is_to_be_done_stays_until_it_is_done(hall):
    number, _ = accept(hall), accept(hall, OTHER)
    ended(hall, number)
    hall.do(lambda t: municipality.put_work_item(t, hall.clock.wall_ms(), restraints.WORK, "", f"{number} ended by {KIRISHIMA}"))
    hall.do(lambda t: municipality.put_work_item(t, hall.clock.wall_ms(), restraints.WORK, "", f"{number}7 renewal-open"))
    assert RULE not in swept(hall, GOES)
    item = rows(hall, "SELECT id FROM work_item WHERE what LIKE ?", f"{number} ended%")[0][0]
    hall.do(lambda t: work_list.close(t, item, "clerk-1", hall.clock.wall_ms()))
    assert swept(hall, GOES)[RULE] == 1


def test_the_newest_holds_the_numbering_and_no_number_comes_again(hall):
    first, second = accept(hall), accept(hall, OTHER)
    for number in (first, second):
        ended(hall, number)
    assert swept(hall, GOES)[RULE] == 1 and numbers(hall) == [second]
    assert accept(hall) == second + 1


def test_told_of_it_again_the_office_holds_it_anew_rather_than_not_at_all(hall):
    told = ToldRestraint(KIRISHIMA, 5, 1, (HER,), (), (Output.COPIES,), TAKEN, "2015-03-31", False)
    take_in = lambda what: hall.do(lambda t: restraint_telling.take_in(t, hall.office, what, KIRISHIMA))  # noqa: E731
    number, _ = take_in(told), accept(hall, OTHER)
    for (item,) in rows(hall, "SELECT id FROM work_item"):
        hall.do(lambda t, item=item: work_list.close(t, item, "clerk-1", hall.clock.wall_ms()))
    ended(hall, number)
    assert swept(hall, GOES)[RULE] == 1
    again = take_in(told)
    assert again not in (0, number) and hall.do(lambda t: restraints.held(t, again)).restraint.bears(hall.today)


def test_by_ordinance_it_is_kept_as_long_as_that_says(hall):
    number, _ = accept(hall), accept(hall, OTHER)
    ended(hall, number)
    hall.do(lambda t: retention_years.set_years(t, hall.office, "kessai-1", YearsSet(RULE, 3, "条例第9号")))
    assert RULE not in swept(hall, "2018-06-30") and swept(hall, "2018-07-01")[RULE] == 1


@pytest.mark.parametrize("table", ["restraint", "restraint_decision"])
def test_nobody_else_can_take_a_row_before_or_after_a_sweep(hall, table):
    number, _ = accept(hall), accept(hall, OTHER)
    ended(hall, number)
    delete = lambda t: t.execute(f"DELETE FROM {table}").fetchall()  # noqa: E731
    assert hall.office.store.run([delete])[1] == [BUG]
    swept(hall, GOES)
    assert hall.office.store.run([delete])[1] == [BUG]


def test_the_trace_names_the_rule_and_nobody(hall):
    number, _ = accept(hall), accept(hall, OTHER)
    ended(hall, number)
    swept(hall, GOES)
    (entry,) = [one for (body,) in rows(hall, "SELECT body FROM sweep") if (one := retention_trace._decode(body)).rule == RULE]
    assert (entry.table, entry.first, entry.last, entry.rows, entry.article) == ("restraint", number, number, 1, TERMS[RULE].source)
