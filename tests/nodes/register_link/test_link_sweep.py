"""What a municipality's sweep takes away, each rule the day before and the day after, and which marks guard the rest (市区町村での消去)."""

import datetime
import random

import msgspec
import pytest

from openjuki.law.retention_terms import TERMS, SweepRule
from openjuki.nodes.register_link import messages
from openjuki.nodes.register_link.lines import Line
from openjuki.offices import municipality, municipality_provisional, outbox, provision, resident_record_notices, retention_trace, work_list
from openjuki.offices.outbox import Outgoing
from openjuki.offices.retention_role import MUNICIPALITY, SweepWork
from openjuki.offices.store import BUG
from openjuki.procedures.supplement_entries import KnownAddress, RegisteredPerson, SupplementMade, make
from openjuki.procedures.supplement_transfer import SupplementLeft, leave
from openjuki.register.identity import Sex
from openjuki.register.record_notice import FamilyFiling, NoticedItems, PersonMeant, RecordNotice
from openjuki.register.supplement import LeftBecause
from tests.nodes.register_link.linked_town import moved_in
from tests.nodes.register_link.swept_town import FIRST, ONE_DAY, PUBLIC, opened
from tests.procedures.municipal_office import HOME, KIRISHIMA


@pytest.fixture
def town():
    return opened()


def closed_supplement(town):
    town.office.place = town.office.place._replace(code=KIRISHIMA)
    persons = (RegisteredPerson("住基　明", "1939-03-03", (KnownAddress("1974-05-03", HOME[KIRISHIMA]),)),)
    town.run(make, SupplementMade("鹿児島県霧島市国分中央三丁目45番地1", "住基　明", "1974-05-10", persons))
    town.run(leave, SupplementLeft(1, LeftBecause.DEATH, "2014-03-30"))


def told_rows(town):
    sql = "INSERT INTO supplement_waiting (digest, person, sender, body, received_ms, done_ms) VALUES (?, 1, 's', X'', ?, 1)"
    for digest in (b"1", b"2"):
        town.do(lambda t, digest=digest: t.execute(sql, (digest, town.clock.now_ms)) and None)


PERSON = PersonMeant("住基　太郎", "1974-05-03", Sex.MALE, HOME["462250"])
FILED = RecordNotice(1, FamilyFiling.DEATH, "2014-03-01", "2014-02-28", PERSON, NoticedItems(), None)


def filings(town):
    for number in (1, 2):
        sent = msgspec.structs.replace(FILED, number=number)
        town.do(lambda t, sent=sent: resident_record_notices.keep_received(t, KIRISHIMA, sent, town.clock.now_ms))
        town.do(lambda t, number=number: resident_record_notices.take(t, number, "clerk-1", town.clock.now_ms, "entered") and None)


def filings_sent(town):
    for number in (1, 2):
        sent = msgspec.structs.replace(FILED, number=number)
        town.do(lambda t, sent=sent: resident_record_notices.keep_sent(t, KIRISHIMA, "clerk-1", town.clock.now_ms, sent))


def decided(town):
    for _ in range(2):
        number = town.do(lambda t: municipality_provisional.put(t, town.clock.now_ms, "clerk-1", "{}", ()))
        town.do(lambda t, number=number: municipality_provisional.take(t, number, town.clock.now_ms, "chief", approved=True) and None)


def work_done(town):
    for what in ("look", "look again"):
        town.do(lambda t, what=what: municipality.put_work_item(t, town.clock.now_ms, "something", "24727059608", what))
        town.do(lambda t: work_list.close(t, t.value("SELECT max(id) FROM work_item"), "clerk-1", town.clock.now_ms) and None)
    heard(town)


def set_aside(town):
    for number in (7, 8):
        row = Outgoing(number, "RecordError", b"x", None)
        town.do(lambda t, row=row: outbox.quarantine(t, "460001", b"e", row, "malformed", town.clock.now_ms))
    heard(town)


def sent(town):
    town.do(lambda t: outbox.put(t, KIRISHIMA, "AddressSupplementNotice", b"x"))
    town.do(lambda t: outbox.acknowledge(t, KIRISHIMA, 1))
    town.swept(FIRST)


def outcomes(town):
    town.send(moved_in(1), moved_in(2, "住基　次郎"))


def messages_heard(town):
    town.do(lambda t: municipality.put_work_item(t, 1, "something", "", "look"))
    heard(town)
    town.swept(FIRST)


def dropped(town):
    town.send(moved_in(1, moved_on="?"), moved_in(2, moved_on="?"))
    for number in (1, 2):
        town.ask("link-quarantine-drop", operator="chief", number=number, reason="wrong")


def heard(town):
    """The system takes its messages and says so."""
    found = town.ask("link-messages", since=0)["messages"]
    town.ask("link-acknowledge", sequence=found[-1]["sequence"])


GOLDEN = [
    (closed_supplement, "2019-04-02", {SweepRule.SUPPLEMENT: 1}),
    (told_rows, "2015-04-02", {SweepRule.PAPER: 1}),
    (filings, "2015-04-02", {SweepRule.PAPER: 1}),
    (filings_sent, "2015-04-02", {SweepRule.FILING_SENT: 1}),
    (decided, "2015-04-02", {SweepRule.DECIDED: 1}),
    (work_done, "2015-04-02", {SweepRule.WORK: 1}),
    (set_aside, "2015-04-02", {SweepRule.SET_ASIDE: 1}),
    (sent, "2015-04-02", {SweepRule.SENT: 1}),
    (outcomes, "2015-04-02", {SweepRule.LINK_OUTCOME: 2}),
    (messages_heard, "2015-04-02", {SweepRule.LINK_MESSAGE: 1}),
    (dropped, "2015-04-02", {SweepRule.LINK_SET_ASIDE: 1, SweepRule.LINK_OUTCOME: 2}),
]
"""What was left there, the first day on which it may go (counted by hand), and what goes; of numbered rows the newest stays."""


@pytest.mark.parametrize(("scene", "first", "goes"), GOLDEN, ids=[scene.__name__ for scene, *_ in GOLDEN])
def test_each_rule_keeps_until_its_last_day_and_takes_away_on_the_next(town, scene, first, goes):
    scene(town)
    day = datetime.date.fromisoformat(first)
    assert town.swept(day - ONE_DAY, really=False) == {} == town.swept(day - ONE_DAY)
    assert town.swept(day, really=False) == goes, "the trial counts the same and takes nothing"
    assert town.swept(day) == goes
    assert town.swept(day) == {}
    traced = [entry for entry in town.do(lambda t: retention_trace.verified(t, lambda key: PUBLIC)) if entry.on == first]
    assert {entry.rule: entry.rows for entry in traced} == goes
    assert {entry.article for entry in traced} == {TERMS[SweepRule(rule)].source for rule in goes}


LATER = datetime.date(2017, 1, 1)
"""Long after every term of a year."""


def test_of_what_was_closed_since_the_middle_of_2014_nothing_goes_before_150_years(town):
    closed_supplement(town.at(datetime.date(2014, 6, 20)))
    assert town.swept(datetime.date(2019, 6, 21)) == {} == town.swept(datetime.date(2164, 6, 20))
    assert town.swept(datetime.date(2164, 6, 21)) == {SweepRule.SUPPLEMENT: 1}
    assert town.rows("SELECT count(*) FROM supplement_entry") == [(0,)]


# -- what guards the rest -------------------------------------------------------------------------------------------------


def test_an_open_supplement_and_papers_and_work_that_nobody_dealt_with_stay(town):
    closed_supplement(town)
    town.do(lambda t: t.execute("UPDATE supplement SET closed_ms = 0") and None)
    told_rows(town)
    filings(town)
    work_done(town)
    for table in ("supplement_waiting", "record_notice", "work_item"):
        town.do(lambda t, table=table: t.execute(f"UPDATE {table} SET done_ms = 0") and None)
    town.do(lambda t: municipality_provisional.put(t, 1, "clerk-1", "{}", ()))
    assert town.swept(LATER) == {} == town.swept(LATER + ONE_DAY)


def test_an_event_sent_again_after_its_outcome_was_cut_is_known_and_not_entered_twice(town):
    outcomes(town)
    town.send(moved_in(3, moved_on="?"))
    before = town.rows("SELECT count(*) FROM event")
    assert town.swept(LATER) == {SweepRule.LINK_OUTCOME: 2}, "what waits in quarantine keeps its reason"
    again = town.send(moved_in(1), moved_in(2, "住基　次郎"), moved_in(3, moved_on="?"), moved_in(4, "住基　三郎"))["outcomes"]
    assert [(one["outcome"], one.get("again", False), "persons" in one) for one in again] == [
        ("accepted", True, False), ("accepted", True, False), ("refused", True, False), ("accepted", False, True),
    ]  # fmt: skip
    assert again[2]["error"]["item"] and again[2]["quarantine"] == 1
    assert town.rows("SELECT count(*) FROM event") == [(before[0][0] + 1,)]
    assert town.rows("SELECT count(*) FROM link_quarantine") == [(1,)]
    assert town.ask("link-messages", since=0)["messages"] == [], "its own events are still known as its own"


def test_what_an_outcome_handed_out_for_another_municipality_goes_with_it(town):
    code = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    leaves = {
        "kind": "move-out",
        "leavers": [code],
        "destination": "鹿児島県霧島市",
        "leaves_on": "2014-04-20",
        "notified_on": "2014-04-01",
    }
    assert "file" in town.send(Line(2, "window-1", leaves))["outcomes"][0]
    town.swept(LATER)
    assert not [body for (body,) in town.rows("SELECT outcome FROM link_event") if code.encode() in body]


def test_a_message_stays_until_its_system_has_had_it_for_a_year(town):
    town.do(lambda t: municipality.put_work_item(t, 1, "something", "", "look"))
    town.ask("link-messages", since=0)
    assert town.swept(LATER) == {} == town.swept(LATER.replace(year=2100)), "never acknowledged"
    town.ask("link-acknowledge", sequence=1)
    assert town.swept(LATER.replace(year=2100) + ONE_DAY) == {}, "a sweep sees it for the first time"
    assert len(town.ask("link-messages", since=0)["messages"]) == 1, "a system put back from a copy hears it again"
    assert town.swept(LATER.replace(year=2101) + ONE_DAY) == {}
    assert town.swept(LATER.replace(year=2101) + 2 * ONE_DAY) == {SweepRule.LINK_MESSAGE: 1}


def test_nothing_goes_of_which_an_open_links_messages_are_still_to_be_made(town):
    filings(town)
    what = "notice 1 of 462187: death"
    town.do(lambda t: municipality.put_work_item(t, town.clock.now_ms, messages.FILED_ELSEWHERE, "", what))
    for _ in range(2):
        town.do(lambda t: municipality.put_work_item(t, town.clock.now_ms, "something", "", "look"))
        town.do(lambda t: outbox.quarantine(t, "460001", b"e", Outgoing(7, "RecordError", b"x", None), "bad", town.clock.now_ms))
    town.do(lambda t: t.execute("UPDATE work_item SET done_ms = ?", (town.clock.now_ms,)) and None)
    assert town.swept(LATER) == {}
    said = town.ask("link-messages", since=0)["messages"]
    assert said[0]["body"]["notice"]["number"] == 1, "the message says the filing whole"
    assert town.swept(LATER) == {SweepRule.PAPER: 1, SweepRule.WORK: 2, SweepRule.SET_ASIDE: 1}


def test_a_link_that_was_closed_holds_nothing_up(town):
    work_done(town)
    town.do(lambda t: t.execute("UPDATE link_source SET seen_item = 0") and None)
    assert SweepRule.WORK not in town.swept(LATER)
    town.ask("link-close", operator="chief")
    assert town.swept(LATER) == {SweepRule.WORK: 1}


def test_the_newest_of_numbered_rows_stays_so_that_no_number_is_given_twice(town):
    work_done(town)
    town.swept(LATER)
    town.do(lambda t: municipality.put_work_item(t, town.clock.now_ms, "something", "", "another"))
    assert town.rows("SELECT id FROM work_item") == [(2,), (3,)]
    assert [one["body"]["work_item"] for one in town.ask("link-messages", since=2)["messages"]] == [3]


def test_what_a_municipality_told_its_prefecture_of_its_residents_is_never_taken_away(town):
    town.send(moved_in(1))
    town.do(lambda t: outbox.acknowledge(t, "460001", 1))
    town.swept(FIRST)
    assert SweepRule.SENT not in town.swept(LATER) | town.swept(LATER.replace(year=2300))
    assert [kind for (kind,) in town.rows("SELECT type FROM outbox")] == [municipality.CHANGE]


def test_a_municipalitys_old_answers_are_emptied_as_a_hubs(town):
    row = ("log", 0, town.clock.now_ms, "officer", "appendix:1:77", "2013-1", "officer-7", b"q", "1 2", b"a", b"s", b"leaf")
    town.do(lambda t: t.execute(provision._INSERT, row) and None)
    assert town.swept(datetime.date(2021, 4, 1)) == {}
    assert town.swept(datetime.date(2021, 4, 2)) == {SweepRule.PROVISION: 1}
    assert town.rows("SELECT persons, operator, answer, leaf FROM provision") == [("0 0", "", b"", b"leaf")]


FORBIDDEN = [
    "DELETE FROM event", "UPDATE event SET body = X''", "DELETE FROM person", "UPDATE person SET record = X''", "DELETE FROM household",
    "DELETE FROM code_used", "DELETE FROM link_event", "UPDATE link_event SET digest = X''", "DELETE FROM link_source", "DELETE FROM audit",
    "UPDATE link_source SET heard = 0", "UPDATE outbox SET body = X''", "INSERT INTO work_item SELECT * FROM work_item",
    "DELETE FROM sweep", "UPDATE link_message SET body = X''", "DELETE FROM provision", "DROP TABLE supplement", "DELETE FROM setting",
]  # fmt: skip


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_role_of_a_municipalitys_sweep_can_nothing_else(town, sql):
    outcomes(town)
    assert town.office.store.run([SweepWork(lambda t: t.execute(sql).fetchall(), MUNICIPALITY)])[1] == [BUG]
    assert town.rows("SELECT count(*) FROM event") == [(2,)] == town.rows("SELECT count(*) FROM link_event")


class _System:
    """An existing system: what it has sent and heard, and its copies."""

    def __init__(self, town):
        self.town, self.sent, self.heard, self.copies = town, [], 0, []

    def sends(self, random_):
        line = moved_in(
            len(self.sent) + 1, f"住基　{'一二三四五六七八九'[len(self.sent) % 9]}郎", **random_.choice(({}, {"moved_on": "?"}))
        )
        self.sent.append((line, self.town.send(line)["outcomes"][0]["outcome"]))

    def hears(self):
        for one in self.town.ask("link-messages", since=self.heard)["messages"]:
            self.heard = one["sequence"]
        if self.heard:
            self.town.ask("link-acknowledge", sequence=self.heard)

    def copies_itself(self):
        self.copies.append((self.town.today, len(self.sent), self.heard))


def clerk_works(town, random_):
    town.do(lambda t: municipality.put_work_item(t, town.clock.now_ms, "something", "", "look"))
    waiting = [number for (number,) in town.rows("SELECT id FROM work_item WHERE done_ms = 0")]
    for number in waiting[: random_.randrange(3)]:
        town.do(lambda t, n=number: work_list.close(t, n, "clerk-1", town.clock.now_ms) and None)
    for held in town.ask("link-quarantine-list")["waiting"][: random_.randrange(2)]:
        town.ask("link-quarantine-drop", operator="chief", number=held["number"], reason="wrong")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_a_system_put_back_from_a_copy_of_up_to_a_year_misses_nothing_and_enters_nothing_twice(town, seed):
    random_, system = random.Random(f"copies {seed}"), _System(town)
    for _ in range(40):
        town.at(town.today + ONE_DAY * random_.randrange(1, 60))
        random_.choice((lambda: system.sends(random_), system.hears, lambda: clerk_works(town, random_)))()
        if random_.random() < 0.4:
            town.swept(town.today)
        system.copies_itself()
    town.swept(town.today)
    events, told = town.rows("SELECT count(*) FROM event"), town.ask("link-messages", since=system.heard)["messages"]
    last = max([system.heard, *(one["sequence"] for one in told)])
    for day, sent, heard in system.copies:
        if town.today - day <= datetime.timedelta(365):
            answered = town.send(*[line for line, _ in system.sent[sent:]])["outcomes"] if sent < len(system.sent) else []
            assert [(one["outcome"], one["again"]) for one in answered] == [(outcome, True) for _, outcome in system.sent[sent:]]
            numbers = [one["sequence"] for one in town.ask("link-messages", since=heard)["messages"]]
            assert numbers == list(range(heard + 1, last + 1))
    assert town.rows("SELECT count(*) FROM event") == events
