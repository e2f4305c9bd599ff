"""N12: each thing that happened is counted once where it happened, and the sums are counts times constants typed here by hand."""

import datetime
from collections import Counter

import pytest

from openjuki.law.ways_out import Output
from openjuki.offices import savings
from openjuki.offices.restraints import Application, Protected
from openjuki.offices.savings import Happened, Saved
from openjuki.offices.store import DISK_FULL
from openjuki.procedures.restraint_notice import accept
from openjuki.register.errors import NotReady, Say
from tests.procedures.municipal_office import KIRISHIMA, TownHall

DAY = datetime.date(2013, 12, 10)


@pytest.fixture
def hall():
    return TownHall()


def counted(hall, *days):
    return hall.do(lambda t: savings.counted(t, *days))


def test_a_notice_between_municipalities_is_a_letter_not_posted_and_no_other_row_is(hall):
    hall.run(accept, Application((Protected("保護　花子", "1983-04-17"),), frozenset(Output), offices=(KIRISHIMA,)))
    hall.do(lambda t: t.execute("INSERT INTO outbox VALUES ('460001', 1, 'IdentityChange', x'', NULL)"))
    assert counted(hall) == {Happened.NOTICE_ONLINE: 1}


def test_a_letter_that_was_undone_was_never_counted(hall):
    def work(transaction):
        transaction.execute("INSERT INTO outbox VALUES ('462187', 1, 'MoveInNotice', x'', NULL)")
        raise NotReady("test", Say("undone", "取消し"), Say("-", "-"))

    hall.office.store.run([work])
    assert counted(hall) == Counter()


def test_what_was_noted_is_written_by_the_duty_and_letters_get_their_day_when_it_turns(hall):
    savings.keep(hall.office)
    hall.do(lambda t: t.execute("INSERT INTO outbox VALUES ('462187', 1, 'MoveInNotice', x'', NULL)"))
    savings.note(hall.office, Happened.IDENTITY_CONFIRMED)
    savings.keep(hall.office)
    savings.keep(hall.office)
    assert counted(hall) == {Happened.NOTICE_ONLINE: 1, Happened.IDENTITY_CONFIRMED: 1}
    assert counted(hall, "2013-12-10", "2013-12-10") == {Happened.IDENTITY_CONFIRMED: 1}
    hall.today = DAY + datetime.timedelta(1)
    savings.keep(hall.office)
    assert counted(hall, "2013-12-10", "2013-12-10") == {Happened.NOTICE_ONLINE: 1, Happened.IDENTITY_CONFIRMED: 1}
    assert counted(hall, "2013-12-11") == Counter()


class NoRoom:
    """An executor whose disk is full."""

    def submit(self, store, work, then):
        then(DISK_FULL)


def test_what_a_full_disk_did_not_take_is_written_later(hall):
    savings.note(hall.office, Happened.WIDE_AREA_COPY)
    hall.office.executor, inline = NoRoom(), hall.office.executor
    savings.keep(hall.office)
    hall.office.executor = inline
    assert hall.office.happened[DAY, Happened.WIDE_AREA_COPY] == 1
    savings.keep(hall.office)
    assert counted(hall) == {Happened.WIDE_AREA_COPY: 1}


def test_the_sums_are_those_made_by_hand():
    counts = {
        Happened.IDENTITY_CONFIRMED: 3, Happened.CLIENT_CONFIRMED: 2, Happened.NOTICE_ONLINE: 5, Happened.WIDE_AREA_COPY: 1,
        Happened.ONE_VISIT_MOVE: 1,
    }  # fmt: skip
    assert savings.saved(counts) == Saved(
        copies_not_attached=3, reports_not_filed=2, letters_not_posted=2 * 2 + 5 + 1, visits=3 + 1 + 1, fees_yen=900,
        staff_minutes=3 * 10 + 2 * 5 + 5 * 5 + 10,
    )  # fmt: skip
    assert savings.saved({}) == Saved()


def test_every_kind_saves_something():
    assert set(savings.EFFECTS) == set(Happened)
    assert all(sum(effect) > 0 for effect in savings.EFFECTS.values())


def test_a_pension_bodys_question_saves_a_report_and_any_other_a_copy():
    assert savings.confirmed("appendix:1:77") is Happened.CLIENT_CONFIRMED
    assert savings.confirmed("appendix:5:6") is Happened.IDENTITY_CONFIRMED
