"""支援措置の管理: whom a restraint meets and keeps, each decision as a version, and that nothing ends it but a decision."""

import datetime

import apsw
import pytest

from openjuki.law.restraint import EndGround, confirm, end, keep_after_move, renew
from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.offices import restraint_guard, restraints
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.supplement_entries import KnownAddress, RegisteredPerson, SupplementCorrection, SupplementMade, make
from openjuki.procedures.supplement_entries import correct as correct_supplement
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from tests.procedures.municipal_office import HOME, KIRISHIMA, TownHall, arrival, arrive

NAME, BIRTH = "保護　花子", "1983-04-17"
HANAKO = Protected(NAME, BIRTH, Sex.FEMALE)
EVERYTHING = frozenset(Output)
APPLICATION = Application((HANAKO,), EVERYTHING, (Abuser("加害　一郎", "1980-01-01"),))
MINUTE_MS = 60_000


@pytest.fixture
def hall():
    return TownHall()


def comes(hall, name=NAME, birth=BIRTH):
    (record,) = arrive(hall, arrival(name, "世帯主", birth, sex=Sex.FEMALE, nobody_known=True))
    return record


def accept(hall, application=APPLICATION):
    return hall.do(lambda t: restraints.accept(t, hall.office, "clerk-1", application))


def decide(hall, number, decision, what="decided"):
    return hall.do(lambda t: restraints.decide(t, hall.office, "supervisor-1", number, decision, what))


def word(hall, person, way=WayOut.COPY, asker=Asker.ABUSER, case=""):
    return hall.do(lambda t: restraint_guard.passes(t, hall.office, way, asker, person, case))


def test_it_holds_from_the_moment_it_is_asked_for(hall):
    person = comes(hall).person
    assert word(hall, person) is Word.ALLOWED
    assert accept(hall).restraint.provisional
    assert word(hall, person) is Word.REFUSED
    assert word(hall, person, asker=Asker.FAMILY) is Word.EXAMINE
    assert word(hall, person, WayOut.IDENTITY_QUERY, Asker.LISTED_BODY) is Word.ALLOWED


def test_it_stands_before_the_person_comes(hall):
    accept(hall)
    assert word(hall, comes(hall, "保護 花子").person) is Word.REFUSED


def test_a_new_name_does_not_lose_it(hall):
    accept(hall)
    record = comes(hall)
    hall.run(correct, CorrectionOrder(record.code, Items(name="安全　花子"), "2013-12-02"))
    assert hall.now(record.code).name == "安全　花子"
    assert word(hall, record.person) is Word.REFUSED
    assert word(hall, comes(hall, "安全　花子", "1990-01-01").person) is Word.ALLOWED


def test_a_member_of_a_supplement_keeps_it_under_every_name_that_was_ever_recorded(hall):
    town = TownHall(KIRISHIMA)
    accept(town)
    person = RegisteredPerson(NAME, BIRTH, (KnownAddress("2001-00-00", HOME[KIRISHIMA]),))
    town.run(make, SupplementMade("鹿児島県霧島市国分中央三丁目45番地1", NAME, "2001-05-10", (person,)))
    town.run(correct_supplement, SupplementCorrection(1, "2013-12-02", member=1, name="安全　花子"))

    def judged(member):
        about = [About(supplement=1, member=member)]
        return town.do(lambda t: restraint_guard.judged(t, town.office, WayOut.ADDRESS_SUPPLEMENT, Asker.ABUSER, about)).word

    assert judged(1) is Word.REFUSED
    assert judged(2) is Word.ALLOWED


def test_another_human_of_that_name_and_birth_date_is_set_apart_by_a_word_only(hall):
    number = accept(hall).number
    hers, other = comes(hall).person, comes(hall).person
    assert word(hall, other) is Word.REFUSED
    hall.do(lambda t: restraints.set_apart(t, hall.office, "supervisor-1", number, other))
    assert (word(hall, hers), word(hall, other)) == (Word.REFUSED, Word.ALLOWED)
    with pytest.raises(Conflict):
        hall.do(lambda t: restraints.set_apart(t, hall.office, "supervisor-1", number, other))


def test_passing_its_term_lifts_nothing_and_puts_work_on_the_list_once(hall):
    person, number = comes(hall).person, accept(hall).number
    decide(hall, number, lambda held: confirm(held, hall.today))
    hall.today = datetime.date(2016, 1, 1)
    for _ in range(2):
        hall.do(lambda t: restraints.put_work(t, hall.office, hall.today))
    assert word(hall, person) is Word.REFUSED
    items = hall.do(lambda t: t.all("SELECT what FROM work_item WHERE kind = 'restraint'"))
    assert items == [(f"{number} renewal-overdue",)]


def test_every_decision_is_a_version_that_stays(hall):
    person, number = comes(hall).person, accept(hall).number
    decide(hall, number, lambda held: confirm(held, hall.today), "confirmed")
    hall.today = datetime.date(2014, 12, 1)
    decide(hall, number, lambda held: renew(held, hall.today), "renewed")
    decide(hall, number, lambda held: keep_after_move(held, hall.today), "moved")
    assert word(hall, person) is Word.REFUSED
    decide(hall, number, lambda held: end(held, hall.today, EndGround.WITHDRAWN), "ended")
    assert word(hall, person) is Word.ALLOWED
    told = hall.do(lambda t: restraints.decisions(t, number))
    assert [(what, state.version) for _, _, _, what, state in told] == [
        ("accepted", 1), ("confirmed", 2), ("renewed", 3), ("moved", 4), ("ended", 5),
    ]  # fmt: skip
    for statement in ("DELETE FROM restraint", "DELETE FROM restraint_decision", "UPDATE restraint_decision SET what = ''"):
        with pytest.raises(apsw.ConstraintError):
            hall.office.store.connection.execute(statement)


def asked(hall, person, operator="clerk-1", case="受付7", for_ms=MINUTE_MS, asker=Asker.VICTIM, way=WayOut.COPY):
    about = [About(person)]
    return hall.do(lambda t: restraint_guard.ask_release(t, hall.office, operator, way, asker, about, case, "来庁した本人", for_ms))


def agree(hall, number, supervisor="supervisor-1"):
    return hall.do(lambda t: restraint_guard.agree(t, hall.office, supervisor, number))


def test_two_release_one_request_and_it_shuts_by_itself_while_the_restraint_goes_on(hall):
    person, number = comes(hall).person, accept(hall).number
    before = hall.do(lambda t: restraints.held(t, number))
    release = asked(hall, person)
    assert word(hall, person, asker=Asker.VICTIM, case="受付7") is Word.EXAMINE
    agree(hall, release)
    assert word(hall, person, asker=Asker.VICTIM, case="受付7") is Word.ALLOWED
    assert word(hall, person, asker=Asker.VICTIM, case="受付8") is Word.EXAMINE
    assert word(hall, person, asker=Asker.VICTIM) is Word.EXAMINE
    assert word(hall, person, asker=Asker.ABUSER, case="受付7") is Word.REFUSED
    assert word(hall, person, WayOut.REMOVED_RECORD_COPY, Asker.VICTIM, "受付7") is Word.EXAMINE
    hall.clock.now_ms += MINUTE_MS
    assert word(hall, person, asker=Asker.VICTIM, case="受付7") is Word.EXAMINE
    assert hall.do(lambda t: restraints.held(t, number)) == before


def test_one_person_alone_releases_nothing(hall):
    person = comes(hall).person
    accept(hall)
    release = asked(hall, person)
    for alone in ("clerk-1", " clerk-1 ", ""):
        with pytest.raises(InvalidInput):
            agree(hall, release, alone)
    assert word(hall, person, asker=Asker.VICTIM, case="受付7") is Word.EXAMINE
    agree(hall, release)
    with pytest.raises(Conflict):
        agree(hall, release, "supervisor-2")


@pytest.mark.parametrize("more", [{"case": ""}, {"operator": " "}, {"for_ms": 0}, {"asker": Asker.ABUSER}, {"way": WayOut.KIOSK}])
def test_a_release_without_a_request_or_of_what_is_never_released_is_not_even_asked_for(hall, more):
    with pytest.raises(InvalidInput):
        asked(hall, 1, **more)


def test_lists_and_counts_leave_out_who_is_not_shown(hall):
    hers, other = comes(hall).person, comes(hall, "住基　光").person
    accept(hall)

    def shown(asker, way=WayOut.HIT_COUNT):
        return hall.do(lambda t: restraint_guard.shown(t, hall.office, way, asker, [hers, other]))

    assert shown(Asker.OTHER_SECTION) == [other]
    assert shown(Asker.REGISTER_CLERK) == [hers, other]


@pytest.mark.parametrize(
    "application",
    [
        Application((), EVERYTHING),
        Application((HANAKO,), frozenset()),
        Application((HANAKO,) * 21, EVERYTHING),
        Application((Protected("", BIRTH),), EVERYTHING),
        Application((Protected(NAME, "1983-13-01"),), EVERYTHING),
    ],
    ids=["nobody", "nothing", "too-many", "no-name", "no-day"],
)
def test_an_application_that_cannot_be_is_refused(hall, application):
    with pytest.raises(InvalidInput):
        accept(hall, application)


def test_the_abuser_named_is_known_by_name_and_birth_date(hall):
    person = comes(hall).person
    accept(hall)

    def named(*who):
        return hall.do(lambda t: restraint_guard.named_as_abuser(t, About(person), *who))

    assert named("加害 一郎")
    assert named("加害　一郎", "1980-01-01")
    assert not named("加害　一郎", "1981-01-01")
    assert not named("無縁　一郎")
