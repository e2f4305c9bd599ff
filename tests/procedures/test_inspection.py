"""住民基本台帳の一部の写しの閲覧: what the articles ask for, what a list shows, and that neither list nor count tells of a restraint."""

import apsw
import msgspec
import pytest

from openjuki.law.ways_out import Asker, Output, WayOut
from openjuki.offices import inspections, restraint_guard, restraints
from openjuki.offices.inspections import Inspection, InspectionGround
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Application, Protected
from openjuki.procedures.inspection import InspectionVerdict, apply, grant, show
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Sex
from tests.procedures.municipal_office import arrival, arrive
from tests.procedures.timed_office import timed_hall

KANJI = "〇一二三四五"
POLL = Inspection(
    InspectionGround.RESEARCH, "世論調査会　代表　調査　一郎", "生活意識調査", ("調査　二郎　千代田区",), ("宮島町",), True, "施錠保管"
)  # fmt: skip
ORGAN = Inspection(InspectionGround.PUBLIC_BODY, "自衛隊鹿児島地方協力本部", "自衛隊法97条", ("事務官　三郎",), ("宮島町",), True)


@pytest.fixture
def hall():
    town = timed_hall()
    for number in range(1, 6):
        arrive(town, arrival(f"住民　{KANJI[number]}子", "世帯主", f"19{70 + number}-04-17", sex=Sex.FEMALE))
    return town


def restrain(hall, name="住民　三子", birth="1973-04-17"):
    application = Application((Protected(name, birth, Sex.FEMALE),), frozenset(Output))
    hall.do(lambda t: restraints.accept(t, hall.office, "clerk-1", application))


def listed(hall, inspection=POLL):
    number = hall.run(apply, inspection)
    hall.run(grant, InspectionVerdict(number, True, "法11条の2第1項1号"))
    return hall.run(show, number)


def test_a_list_has_the_four_items_of_the_residents_of_the_towns_named(hall):
    lines = listed(hall).lines
    assert [(line.number, line.name) for line in lines] == [(n, f"住民　{KANJI[n]}子") for n in range(1, 6)]
    assert lines[0]._fields == ("number", "name", "birth", "sex", "address")
    assert listed(hall, msgspec.structs.replace(POLL, towns=("加治木町本町",))).lines == ()
    young = msgspec.structs.replace(POLL, born_from="1973-01-01", born_until="1974-12-31", sex=Sex.FEMALE)
    assert len(listed(hall, young).lines) == 2
    assert listed(hall, msgspec.structs.replace(POLL, sex=Sex.MALE)).lines == ()


@pytest.mark.parametrize("inspection", [POLL, ORGAN])
def test_the_list_with_somebody_restrained_is_the_list_of_a_town_where_they_do_not_live(hall, inspection):
    there = timed_hall()
    for number in (1, 2, 4, 5):
        arrive(there, arrival(f"住民　{KANJI[number]}子", "世帯主", f"19{70 + number}-04-17", sex=Sex.FEMALE))
    restrain(hall)
    assert listed(hall, inspection).lines == listed(there, inspection).lines


def test_an_organ_gets_the_line_after_a_release_by_two_and_a_poll_never(hall):
    restrain(hall)
    number = hall.run(apply, ORGAN)
    hall.run(grant, InspectionVerdict(number, True, "法11条1項"))
    case, whose = inspections.case_of(number), [About(3)]
    ask = restraint_guard.ask_release
    with pytest.raises(InvalidInput):
        hall.do(lambda t: ask(t, hall.office, "clerk-1", WayOut.INSPECTION, Asker.THIRD_PARTY, whose, case, "調査"))
    release = hall.do(lambda t: ask(t, hall.office, "clerk-1", WayOut.INSPECTION, Asker.PUBLIC_BODY, whose, case, "捜査"))
    assert len(hall.run(show, number).lines) == 4
    hall.do(lambda t: restraint_guard.agree(t, hall.office, "supervisor-1", release))
    assert len(hall.run(show, number).lines) == 5


def test_who_has_left_is_not_listed(hall):
    code = hall.do(lambda t: t.value("SELECT code FROM person WHERE id = 2"))
    hall.run(move_out, MoveOutNotification((code,), "東京都千代田区", "2013-12-09", "2013-12-09"))
    assert [line.name for line in listed(hall).lines] == [f"住民　{KANJI[n]}子" for n in (1, 3, 4, 5)]


@pytest.mark.parametrize(
    "without",
    [
        {"applicant": ""}, {"purpose": " "}, {"inspectors": ()}, {"inspectors": ("",)}, {"towns": ()}, {"towns": ("町",) * 51},
        {"identity_checked": False}, {"safekeeping": ""}, {"purpose": "あ" * 5_000},
    ],
)  # fmt: skip
def test_an_application_without_what_the_article_asks_for_is_not_taken(hall, without):
    with pytest.raises(InvalidInput):
        hall.run(apply, msgspec.structs.replace(POLL, **without))


def test_nothing_is_shown_before_the_mayor_has_found_it_proper(hall):
    number = hall.run(apply, POLL)
    with pytest.raises(Conflict):
        hall.run(show, number)
    hall.run(grant, InspectionVerdict(number, True, "法11条の2"))
    hall.run(grant, InspectionVerdict(number, False, "利用目的の虚偽が判明"))
    with pytest.raises(Conflict):
        hall.run(show, number)
    with pytest.raises(InvalidInput):
        hall.run(grant, InspectionVerdict(number, True, ""))
    with pytest.raises(Conflict):
        hall.run(grant, InspectionVerdict(99, True, "法11条の2"))


def test_every_list_shown_is_recorded_with_whom_it_held(hall):
    restrain(hall)
    shown = listed(hall)
    steps = hall.do(lambda t: inspections.steps(t, shown.number))
    assert [step.what for step in steps] == ["granted", "shown"]
    assert steps[1].persons == (1, 2, 4, 5)
    for table in ("inspection", "inspection_step"):
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            hall.office.store.connection.execute(f"DELETE FROM {table}")


def test_the_yearly_publication_names_what_the_act_names(hall):
    for ground in InspectionGround:
        listed(hall, msgspec.structs.replace(POLL, ground=ground, applicant=ground.value))
    hall.run(apply, msgspec.structs.replace(POLL, applicant="取り下げた者"))
    published = hall.do(lambda t: inspections.published(t, 2013))
    assert [one.applicant for one in published] == ["public-body", "research", "welfare"]
    assert hall.do(lambda t: inspections.published(t, 2014)) == []
