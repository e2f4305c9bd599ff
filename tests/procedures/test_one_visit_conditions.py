"""When there is no move with one visit (令24の2): terms, cards, somebody else's code, withdrawn, on paper; each says what to do next."""

import datetime

import msgspec
import pytest

from openjuki.law.calendar import Profile
from openjuki.offices import relay_guard, transfer_arrivals
from openjuki.offices.transfers import MoveState
from openjuki.procedures import one_visit_move
from openjuki.procedures.move_in import MoveInNotification, arrivals_of, move_in
from openjuki.procedures.one_visit_move import Withdrawal
from openjuki.register.errors import Conflict, InvalidInput, NotReady, OpenJukiError, Refused
from openjuki.register.identity import Sex, Status
from openjuki.register.transfer_record import NoTransfer
from tests.procedures.municipal_office import arrival
from tests.procedures.one_visit_country import THERE, Card, MovingCountry
from tests.procedures.wide_area_country import AIRA, CHIYODA, KIRISHIMA

DAY = datetime.timedelta(days=1)
PLANNED = datetime.date(2013, 12, 12)


@pytest.fixture
def country():
    return MovingCountry()


def refused(country, kind=Conflict, **changed) -> OpenJukiError:
    with pytest.raises(kind) as error:
        country.visit(**changed)
    assert error.value.reason.ja and error.value.remedy.ja
    return error.value


def withdraw(country, number, on="2013-12-10", **more):
    return country.call(one_visit_move.withdraw, country.office(AIRA), "clerk-1", Withdrawal(number, on, **more))


def certify(country, number):
    return country.call(one_visit_move.certify, country.office(AIRA), "clerk-1", number)


@pytest.mark.parametrize(("days", "fits"), [(30, True), (31, False)])
def test_thirty_days_after_the_planned_day_it_is_too_late(country, days, fits):
    country.announce()
    country.next_day(PLANNED + days * DAY)
    if fits:
        assert len(country.enter(country.visit().number)) == 3
    else:
        assert "30" in refused(country).reason.en
        assert country.questions() == [NoTransfer.TOO_LATE]


@pytest.mark.parametrize(("days", "fits"), [(14, True), (15, False)])
def test_fourteen_days_after_moving_in_it_is_too_late(country, days, fits):
    country.announce()
    country.next_day(PLANNED + days * DAY)
    if fits:
        assert len(country.enter(country.visit(moved_on=PLANNED.isoformat()).number)) == 3
    else:
        refused(country, moved_on=PLANNED.isoformat())
        assert country.questions() == [], "that is seen before anybody is asked"


def test_no_move_is_announced(country):
    assert "announced" in refused(country).reason.en
    assert country.questions() == [NoTransfer.NOT_ANNOUNCED]
    assert [one.outcome for one in expected(country)] == ["transfer_record"]


def expected(country):
    return country.call(lambda then: country.office(CHIYODA).write(transfer_arrivals.expected, then))


def test_somebody_elses_code_somebody_elses_card_and_a_forged_proof_get_the_same_word(country):
    country.announce()
    other = Card("neighbour")
    words = {
        refused(country, code=country.codes[1]).text(),
        refused(country, code="24727059608", card=country.card.shown(country, "24727059608")).text(),
        refused(country, card=other.shown(country, country.codes[0])).text(),
        refused(country, card=msgspec.structs.replace(country.card.shown(country, country.codes[0]), proof=b"forged")).text(),
        refused(country, card=country.card.shown(country, country.codes[0], KIRISHIMA), operator="clerk-8").text(),
    }
    assert len(words) == 1
    assert country.questions() == [NoTransfer.NOT_ANNOUNCED] * 5


def test_misses_use_up_the_budget_of_operator_and_office_and_raise_the_alarm(country):
    country.announce()
    for _ in range(relay_guard.OF_OPERATOR.misses_per_10min):
        refused(country, code=country.codes[1])
    assert isinstance(refused(country, OpenJukiError), Refused), "also with the right card: the operator is stopped"
    assert relay_guard.WORK in country.work(AIRA)
    assert country.visit(operator="clerk-8").answer is not None, "a colleague may go on"


def test_a_card_shown_yesterday_is_shown_again(country):
    country.announce()
    old = country.card.shown(country, country.codes[0], shown_ms=country.now_ms - 13 * 3_600_000)
    assert refused(country, InvalidInput, card=old).item == "card"


def test_whose_moving_out_notification_was_withdrawn_stays_where_they_are(country):
    waiting = country.announce()
    assert withdraw(country, waiting.number).state is MoveState.WITHDRAWN
    assert withdraw(country, waiting.number).state is MoveState.WITHDRAWN, "again: nothing"
    assert "withdrawn" in refused(country).reason.en
    country.next_day(PLANNED)
    assert country.at(AIRA, country.codes[0]).status is Status.RESIDENT


def test_a_withdrawal_after_the_planned_day_annuls_the_removals_and_who_headed_those_who_stayed(country):
    waiting = country.announce(leavers=(country.codes[0], country.codes[2]))
    country.next_day(PLANNED)
    assert country.at(AIRA, country.codes[1]).relationship == "世帯主"
    withdraw(country, waiting.number, "2013-12-12")
    country.settle()
    assert [country.at(AIRA, code).status for code in country.codes] == [Status.RESIDENT] * 3
    assert [country.at(AIRA, code).relationship for code in country.codes] == ["世帯主", "妻", "子"]
    assert country.look("460001", "SELECT n, status FROM person ORDER BY id") == [(1, 1)] * 3


def test_what_was_told_or_entered_elsewhere_is_not_withdrawn_without_a_word_from_there(country):
    waiting = country.announce()
    number = country.visit().number
    with pytest.raises(Conflict, match=CHIYODA):
        withdraw(country, waiting.number)
    country.call(one_visit_move.drop, country.office(CHIYODA), "clerk-7", number, "did not move after all")
    assert withdraw(country, waiting.number, given_back=True).state is MoveState.WITHDRAWN
    again = country.announce()
    country.enter(country.visit().number)
    country.settle()
    with pytest.raises(Conflict, match="entered"):
        withdraw(country, again.number, given_back=True)


def test_a_certificate_on_paper_in_place_of_the_record_when_the_line_is_down(country):
    waiting = country.announce()
    certificate = certify(country, waiting.number)
    assert (certificate.householder, certificate.leaves_on, certificate.reissued) == ("住基　太郎", "2013-12-12", False)
    assert [person.ended.n for person in certificate.persons] == [1, 1, 1]
    assert certify(country, waiting.number).reissued
    assert "certificate" in refused(country).reason.en
    words = dict(zip(country.codes, ("世帯主", "妻", "子"), strict=True))
    notification = MoveInNotification(arrivals_of(certificate, words), THERE, "2013-12-10", "2013-12-10", certificate.old_address.text())
    country.call(move_in, country.office(CHIYODA), "clerk-7", notification)
    country.settle()
    assert [country.arrived(code)[0].confirmed for code in country.codes] == [True] * 3


def test_who_did_not_come_along_gets_a_certificate_alone(country):
    waiting = country.announce()
    country.enter(country.visit().number, country.codes[0], country.codes[1])
    country.settle()
    assert [person.code for person in certify(country, waiting.number).persons] == [country.codes[2]]


def test_nobody_is_certified_who_is_recorded_elsewhere(country):
    waiting = country.announce()
    country.enter(country.visit().number)
    country.settle()
    with pytest.raises(Conflict):
        certify(country, waiting.number)


def test_nobody_is_told_of_people_who_were_recorded_elsewhere_since(country):
    country.moved()
    error = refused(country, at=KIRISHIMA)
    assert "another register" in error.reason.en
    assert country.questions()[-1] is not None
    assert country.questions()[-1] == NoTransfer.ELSEWHERE


def test_who_has_announced_a_move_does_not_announce_another(country):
    country.announce()
    with pytest.raises(Conflict):
        country.announce(leavers=(country.codes[1],), holder=country.codes[1])


@pytest.mark.parametrize(
    "changed",
    [
        {"destination": ""},
        {"leaves_on": "2013-11-20"},
        {"leaves_on": "2013-12-00"},
        {"notified_on": "2013-12-11"},
        {"card": Card(valid_until="2013-12-08").data},
        {"leavers": ()},
    ],
)
def test_an_announcement_that_cannot_be_is_refused(country, changed):
    with pytest.raises(InvalidInput):
        country.announce(**changed)
    assert country.look(AIRA, "SELECT count(*) FROM transfer_out") == [(0,)]


def test_only_the_householders_card_covers_others(country):
    with pytest.raises(InvalidInput, match="householder"):
        country.announce(leavers=country.codes[1:], holder=country.codes[1])
    assert country.announce(leavers=(country.codes[1],), holder=country.codes[1]).state is MoveState.WAITING


def test_another_household_is_announced_by_itself(country):
    (other,) = country.arrive(arrival("辻　一郎", "世帯主", "1950-01-01", sex=Sex.MALE))
    with pytest.raises(InvalidInput, match="household"):
        country.announce(leavers=(*country.codes, other.code))


def test_the_holder_comes_along_and_nobody_who_is_not_in_the_record(country):
    country.announce()
    number = country.visit().number
    with pytest.raises(InvalidInput):
        country.enter(number, country.codes[1])
    with pytest.raises(InvalidInput):
        country.enter(number, relationships={country.codes[0]: "世帯主", "24727059608": "妻"})
    assert country.look(CHIYODA, "SELECT count(*) FROM person") == [(0,)]


def test_nobody_is_entered_before_the_old_office_has_told_or_after_the_notification_was_dropped(country):
    refused(country)
    with pytest.raises(Conflict):
        country.enter(1)
    country.call(one_visit_move.drop, country.office(CHIYODA), "clerk-7", 1, "no move")
    with pytest.raises(Conflict):
        country.enter(1)


def test_from_here_to_here_is_a_withdrawal(country):
    country.announce()
    assert refused(country, InvalidInput, at=AIRA).item == "old_office"


def test_an_office_on_no_line_is_a_matter_for_paper(country):
    error = refused(country, NotReady, old_office="011002")
    assert "certificate" in error.remedy.en


def test_before_the_second_services_nobody_moves_with_one_visit(country):
    country.office(AIRA).profile = country.office(CHIYODA).profile = Profile.JAPAN
    country.day = datetime.date(2003, 8, 24)
    with pytest.raises(OpenJukiError):
        country.announce(leaves_on="2003-08-30", notified_on="2003-08-24")


def test_they_come_back_with_one_visit_too(country):
    country.moved()
    back = {"old_office": CHIYODA, "at": AIRA}
    notification = one_visit_move.OneVisitNotification(
        country.codes, country.codes[0], country.card.data, "鹿児島県姶良市", "2013-12-11", "2013-12-10"
    )
    country.call(one_visit_move.notify_move_out, country.office(CHIYODA), "clerk-7", notification)
    number = country.visit(**back).number
    arrival = one_visit_move.OneVisitArrival(number, dict(zip(country.codes, ("世帯主", "妻", "子"), strict=True)), country.taro.address)
    records = country.call(one_visit_move.enter_arrival, country.office(AIRA), "clerk-1", arrival)
    country.settle()
    assert [(record.person, record.residence) for record in records] == [(one.person, 3) for one in country.family]
    assert country.look("centre", "SELECT n, office, status FROM person ORDER BY id") == [(3, AIRA, 1)] * 3
    assert country.look("130001", "SELECT count(*) FROM transfer_confirmed") == [(3,)]
