"""A year for an application that is over, seven for who was told about whom (窓口の書類・提供記録の消去; 令34(3))."""

import datetime

import msgspec
import pytest

from openjuki.law.retention_terms import TERMS, SweepRule
from openjuki.offices import retention_papers, retention_trace
from openjuki.offices.retention_papers import PAPERS
from openjuki.offices.store import BUG
from openjuki.offices.transfer_asking import TransferAnswer
from openjuki.register.addresses import Address
from openjuki.register.change import Previous
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Sex
from openjuki.register.transfer_record import AliasNote, TransferContent, TransferredPerson
from tests.nodes.register_link.swept_town import FIRST, ONE_DAY, PUBLIC, opened

APPLIED, TOLD = SweepRule.APPLICATION, SweepRule.TOLD
DUE = {APPLIED: datetime.date(2015, 4, 2), TOLD: datetime.date(2021, 4, 2)}
"""The first day on which it may go, counted by hand from the first of April 2014."""
NOTED = AliasNote("住基　花", "462187", "2012-07-09")


@pytest.fixture
def town():
    return opened()


def insert(town, table, **given):
    """A row of a table; what is not given is 0, nothing or a number of its own."""
    columns = town.rows(f"SELECT name, type, pk FROM pragma_table_info('{table}')")
    number = town.rows(f"SELECT count(*) + 1 FROM {table}")[0][0]
    plain = {"INTEGER": 0, "TEXT": f"{table} {number}", "BLOB": b"%d" % number}
    values = {name: plain[kind] for name, kind, _ in columns} | ({"id": number} if columns[0][0] == "id" else {}) | given
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
    town.do(lambda t: t.execute(sql, tuple(values.values())) and None)
    return number


OVER = {"transfer_out": {"state": "left"}, "transfer_in": {"state": "entered", "answer": b""}, "restraint_release": {"until_ms": 1}}


def filed(town, paper, **more):
    """One paper of today, over, with a page of each kind; a moment is a column that the paper counts from, or one of these."""
    moment = "asked_ms" if paper.table == "restraint_release" else paper.counts
    number = insert(town, paper.table, **({moment: town.clock.now_ms} | OVER.get(paper.table, {}) | more))
    for table, column, named in paper.pages:
        insert(town, table, **{column: town.rows(f"SELECT {named} FROM {paper.table} WHERE id = {number}")[0][0]})
    return number


def counts(town, paper):
    return [town.rows(f"SELECT count(*) FROM {table}")[0][0] for table in (paper.table, *(table for table, *_ in paper.pages))]


@pytest.mark.parametrize("paper", PAPERS, ids=[paper.table for paper in PAPERS])
def test_each_paper_is_kept_until_its_last_day_and_goes_whole_on_the_next(town, paper):
    filed(town, paper), filed(town, paper)
    due, goes = DUE[paper.rule], {paper.rule: 1}
    assert town.swept(due - ONE_DAY, really=False) == {} == town.swept(due - ONE_DAY)
    assert town.swept(due, really=False) == goes, "the trial counts the same and takes nothing"
    assert set(counts(town, paper)) == {2}
    assert town.swept(due) == goes
    assert set(counts(town, paper)) == {1}, "it goes with its pages; the newest stays with its own"
    assert town.swept(due) == {}
    (entry,) = [entry for entry in town.do(lambda t: retention_trace.verified(t, lambda key: PUBLIC)) if entry.on == str(due)]
    assert (entry.rule, entry.table, entry.rows, entry.article) == (paper.rule, paper.table, 1, TERMS[paper.rule].source)


@pytest.mark.parametrize("table", sorted(retention_papers.TABLES))
def test_nobody_else_can_take_a_row_of_an_append_only_log_before_or_after_a_sweep(town, table):
    paper = next(paper for paper in PAPERS if table in {paper.table, *(page for page, *_ in paper.pages)})
    guard = f"SELECT count(*) FROM sqlite_master WHERE name = '{table}_no_delete'"
    guarded = town.rows(guard)
    filed(town, paper), filed(town, paper), filed(town, paper)
    town.swept(DUE[paper.rule])
    assert town.rows(guard) == guarded
    (outcome,) = town.office.store.run([lambda t: t.execute(f"DELETE FROM {table}").fetchall()])[1]
    assert (outcome is BUG) == bool(guarded[0][0])


def test_a_move_that_is_not_over_stays(town):
    out, arrival = (next(paper for paper in PAPERS if paper.table == table) for table in ("transfer_out", "transfer_in"))
    for state in ("waiting", "waiting"):
        filed(town, out, state=state)
    for state in ("asked", "told", "told"):
        filed(town, arrival, state=state)
    assert town.swept(FIRST + 900 * ONE_DAY) == {}


def test_a_release_that_runs_on_stays_until_seven_years_after_its_end(town):
    paper = next(paper for paper in PAPERS if paper.table == "restraint_release")
    for _ in range(2):
        filed(town, paper, until_ms=town.clock.now_ms + 86_400_000)
    assert town.swept(DUE[TOLD]) == {}
    assert town.swept(DUE[TOLD] + ONE_DAY) == {TOLD: 1}


@pytest.mark.parametrize(("notes", "stays"), [((NOTED,), True), ((), False)])
def test_a_transfer_record_with_notes_of_aliases_stays_since_the_next_office_is_told_of_them(town, notes, stays):
    ended = Previous(1, "462187", 1, "24727059608")
    person = TransferredPerson("WANG WEI", "1980-01-01", Sex.FEMALE, HOUSEHOLDER, "", "", "24727059608", ended, alias_notes=notes)
    record = TransferContent("WANG WEI", Address("462187", "国分中央三丁目", "45番1号"), "鹿児島県姶良市", "2014-03-30", (person,))
    answer = msgspec.msgpack.encode(TransferAnswer(record))
    paper = next(paper for paper in PAPERS if paper.table == "transfer_in")
    filed(town, paper, answer=answer), filed(town, paper)
    assert town.swept(DUE[APPLIED]) == ({} if stays else {APPLIED: 1})
