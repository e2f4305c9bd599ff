"""What goes down to an existing system and what a clerk does with what was set aside (通知・隔離の処理)."""

from typing import Any

import pytest

from openjuki.nodes.entering import read_undecided
from openjuki.nodes.register_link import messages
from openjuki.nodes.register_link.ledger import LEAP
from openjuki.nodes.register_link.lines import Line
from openjuki.offices import municipality, outbox
from openjuki.offices.outbox import Outgoing
from openjuki.procedures import resident_record_notice
from openjuki.procedures.change_notice import RecordError, error_arrives
from openjuki.procedures.quarantine import Quarantined
from openjuki.procedures.resident_record_notice import ResidentRecordNotice
from openjuki.register.errors import Conflict, InvalidInput, NotReady
from openjuki.register.identity import Sex
from openjuki.register.record_notice import FamilyFiling, NoticedItems, PersonMeant, RecordNotice
from tests.nodes.register_link.linked_town import DAY, LinkedTown, born, died, moved_in
from tests.procedures.municipal_office import AIRA, KIRISHIMA


def entered(town: LinkedTown, event: dict[str, Any]) -> Any:
    notification, step = read_undecided(event)
    return town.run(step, notification)


def down(town: LinkedTown, since: int = 0) -> list[tuple[int, str]]:
    return [(one["sequence"], one["kind"]) for one in town.ask("link-messages", since=since)["messages"]]


@pytest.fixture
def town():
    return LinkedTown()


def test_of_its_own_events_a_system_hears_nothing_and_of_others_the_record(town):
    code = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    assert down(town) == []
    entered(town, {"kind": "code-change", "code": code, "requested_on": DAY})
    town.send(moved_in(2, "住基　次郎"))
    (message,) = town.ask("link-messages", since=0)["messages"]
    body = message["body"]
    assert (body["reason"], body["version"], body["earlier_codes"]) == ("住民票コードの変更請求", 2, [code])
    assert body["code"] == body["record"]["resident_code"] != code
    assert (body["record"]["name"], body["operator"]) == ("住基　太郎", "clerk-1")


def test_a_refused_event_between_own_ones_is_no_ones_else(town):
    mother = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    town.send(born(2, mother, sex="girl"), born(3, mother), died(4, "00000000000"))
    assert down(town) == []
    entered(town, born(9, mother, "住基　歩").event)
    town.send(died(5, mother))
    assert down(town) == [(1, "event-entered")]


def test_what_hubs_report_goes_down_in_order_and_once(town):
    centre = town.office.directory.entries["centre"]
    code = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    for item, why in (("residence", "two offices claim this residence"), ("previous", "the office before does not hold the record")):
        town.do(lambda t, i=item, w=why: error_arrives(t, town.office, centre, RecordError(AIRA, code, i, w), None))
    epoch = town.do(outbox.epoch)
    report = Quarantined(epoch, 1, municipality.CHANGE, "bad-seal")
    hub = town.office.directory.entries["460001"]
    town.do(lambda t: messages.report_arrives(t, town.office, hub, report, None))
    town.do(lambda t: outbox.quarantine(t, "460001", b"e", Outgoing(7, "RecordError", b"", None), "malformed", 1))
    town.do(lambda t: municipality.put_work_item(t, 1, "something-new", "", "look"))
    said = [(1, "record-error"), (2, "person-lost"), (3, "notice-set-aside-by-hub"), (4, "work-item"), (5, "notice-set-aside")]
    assert down(town) == down(town) == said
    assert down(town, 3) == said[3:]
    bodies = [one["body"] for one in town.ask("link-messages", since=0)["messages"]]
    assert [body.get("code") for body in bodies[:3]] == [code] * 3
    assert {kind for _, kind in said} <= set(messages.KINDS)


def test_a_filing_accepted_elsewhere_goes_down_with_what_it_says_and_is_struck_off_by_an_event(town):
    code = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    person = PersonMeant("住基　太郎", "1974-05-03", Sex.MALE, town.home)
    notice = RecordNotice(7, FamilyFiling.DEATH, DAY, DAY, person, NoticedItems(), None)
    elsewhere = town.office.directory.entries[KIRISHIMA]
    town.do(lambda t: resident_record_notice.notice_arrives(t, town.office, elsewhere, ResidentRecordNotice(notice), None))
    (message,) = town.ask("link-messages", since=0)["messages"]
    body = message["body"]
    assert (message["kind"], body["code"], body["number"], body["notice"]["filing"]) == ("resident-record-notice", code, 1, "死亡届")
    assert body["notice"]["person"]["name"] == "住基　太郎"
    taken = town.send(Line(2, "window-1", {"kind": "notice-entered", "number": 1}))
    assert [(one["outcome"], one["persons"][0]["code"]) for one in taken["outcomes"]] == [("accepted", code)], taken
    assert town.now(code).status.name == "DEAD"


def test_what_is_to_be_decided_may_be_handed_over_too(town):
    code = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    change = {"kind": "code-change", "code": code, "requested_on": DAY}
    (kept,) = town.send(Line(2, "window-1", {"kind": "provisional", "event": change}))["outcomes"]
    assert (kept["outcome"], kept["number"], town.now(code).code) == ("accepted", 1, code)
    same, other = (Line(number, name, {"kind": "decision", "number": 1}) for number, name in ((3, "window-1"), (4, "chief")))
    refused, decided = town.send(same, other)["outcomes"]
    assert (refused["error"]["item"], decided["outcome"], decided["persons"][0]["version"]) == ("operator", "accepted", 2)
    assert town.now(code).code == decided["persons"][0]["code"] != code


def test_a_report_about_another_outbox_names_nobody(town):
    town.send(moved_in(1))
    hub = town.office.directory.entries["460001"]
    town.do(lambda t: messages.report_arrives(t, town.office, hub, Quarantined(b"older", 1, municipality.CHANGE, "x"), None))
    (message,) = town.ask("link-messages", since=0)["messages"]
    assert message["body"]["code"] == ""


def test_a_system_acknowledges_only_what_it_was_sent(town):
    town.do(lambda t: municipality.put_work_item(t, 1, "record-error", "", "x"))
    with pytest.raises(Conflict):
        town.ask("link-acknowledge", sequence=1)
    down(town)
    assert town.ask("link-acknowledge", sequence=1) == {"acknowledged": 1}
    assert town.ask("link-acknowledge", sequence=0) == {"acknowledged": 1}
    assert town.status()["acknowledged"] == 1


def test_after_a_restore_no_number_is_used_for_a_second_message(town):
    town.do(lambda t: municipality.put_work_item(t, 1, "record-error", "", "first"))
    assert down(town) == [(1, "record-error")]
    town.do(lambda t: outbox.begin_epoch(t, b"restored"))
    town.do(lambda t: municipality.put_work_item(t, 1, "record-error", "", "second"))
    assert down(town) == [(1, "record-error"), (LEAP + 2, "record-error")]
    town.do(lambda t: municipality.put_work_item(t, 1, "record-error", "", "third"))
    assert down(town, 1) == [(LEAP + 2, "record-error"), (LEAP + 3, "record-error")]
    assert town.status()["unacknowledged"] == 3
    assert town.ask("link-acknowledge", sequence=LEAP + 3)["acknowledged"] == LEAP + 3


def test_a_link_opened_late_hears_only_what_comes_from_then_on():
    town = LinkedTown(opened=False)
    entered(town, moved_in(1).event)
    town.do(lambda t: municipality.put_work_item(t, 1, "record-error", "", "x"))
    town.ask("link-open", operator="chief", first=1)
    assert down(town) == []


def test_what_was_set_aside_is_listed_without_content_and_shown_to_whom_is_named(town):
    mother = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    town.send(born(2, mother, sex="girl"))
    (listed,) = town.ask("link-quarantine-list")["waiting"]
    assert (listed["number"], listed["sequence"], listed["kind"], listed["error"]["item"]) == (1, 2, "birth", "sex")
    assert "girl" not in str(listed)
    assert "住基" not in str(listed)
    assert town.ask("link-quarantine-show", number=1, operator="chief")["event"]["sex"] == "girl"
    logged = town.do(lambda t: t.all("SELECT tag, operator, what FROM audit WHERE tag LIKE 'link:quarantine:%'"))
    assert logged == [("link:quarantine:shown", "chief", "1 juki 2")]


def test_an_event_released_after_its_reason_was_mended_is_entered_and_told(town):
    taken = town.send(born(1, "00000001236"))
    assert taken["outcomes"][0]["outcome"] == "refused"
    entered(town, moved_in(9).event)
    with pytest.raises(Conflict):
        town.ask("link-quarantine-redo", number=1, operator="chief")
    code = town.do(lambda t: t.value("SELECT code FROM person"))
    town.do(lambda t: t.execute("INSERT INTO code_used VALUES ('00000001236', (SELECT id FROM person WHERE code = ?))", (code,)))
    outcome = town.ask("link-quarantine-redo", number=1, operator="chief")
    assert (outcome["outcome"], town.status()["quarantined"]) == ("accepted", 0)
    assert town.ask("link-outcomes", since=0)["outcomes"] == [outcome]
    told = {one["kind"]: one["body"] for one in town.ask("link-messages", since=0)["messages"]}
    assert told["event-released"]["sequence"] == 1
    with pytest.raises(Conflict):
        town.ask("link-quarantine-redo", number=1, operator="chief")
    assert town.send(born(1, "00000001236"))["outcomes"][0]["again"]


def test_why_it_still_cannot_be_entered_is_kept(town):
    mother = town.send(moved_in(1))["outcomes"][0]["persons"][0]["code"]
    town.send(born(2, "00000000000"))
    town.do(lambda t: t.execute("INSERT INTO code_used VALUES ('00000000000', (SELECT id FROM person WHERE code = ?))", (mother,)))
    town.send(died(3, mother))
    with pytest.raises(InvalidInput):
        town.ask("link-quarantine-redo", number=1, operator="chief")
    assert town.ask("link-quarantine-list")["waiting"][0]["error"]["item"] == "mother_code"
    town.office.recovering = True
    with pytest.raises(NotReady):
        town.ask("link-quarantine-redo", number=1, operator="chief")
    assert town.ask("link-quarantine-list")["waiting"][0]["error"]["item"] == "mother_code"


def test_an_event_is_dropped_with_a_reason_and_its_content_goes(town):
    town.send(born(1, "00000000000"))
    with pytest.raises(InvalidInput):
        town.ask("link-quarantine-drop", number=1, operator="chief", reason="  ")
    town.ask("link-quarantine-drop", number=1, operator="chief", reason="sent again as 2")
    assert town.status()["quarantined"] == 0
    assert down(town) == [(1, "event-dropped")]
    row = town.do(lambda t: t.one("SELECT settled_by, verdict, event FROM link_quarantine"))
    assert row == ("chief", "dropped: sent again as 2", b"{}")
    assert ("link:quarantine:dropped", "1 juki 1") in town.events_told
