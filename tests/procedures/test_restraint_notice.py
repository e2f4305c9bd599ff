"""支援措置の転送: who is told, what the receiver makes of it in any order, and that nothing told or passed lifts a restraint."""

import datetime
from itertools import permutations

import msgspec
import pytest

from openjuki.law.restraint import EndGround
from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.offices import restraint_guard, restraint_telling, restraints, work_list
from openjuki.offices.restraint_telling import ToldRestraint
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.restraint_notice import RestraintDecision, RestraintNotice, accept, decide, see_to_day
from openjuki.register.errors import InvalidInput, Refused
from openjuki.register.identity import Sex
from openjuki.wire.speech import encode
from tests.procedures.municipal_office import AIRA, CHIYODA, KIRISHIMA, SAPPORO, TownHall, arrival, arrive
from tests.procedures.municipal_post import Post, sent

NAME, BIRTH = "保護　花子", "1983-04-17"
HANAKO = Protected(NAME, BIRTH, Sex.FEMALE)
APPLICATION = Application((HANAKO,), frozenset(Output), (Abuser("加害　一郎", note="鹿児島市内"),), (KIRISHIMA, "011011"), "090-0000-0000")


@pytest.fixture
def halls():
    return {code: TownHall(code) for code in (AIRA, KIRISHIMA, SAPPORO, CHIYODA)}


@pytest.fixture
def post(halls):
    return Post(*halls.values())


def word(hall, person, asker=Asker.ABUSER):
    return hall.do(lambda t: restraint_guard.passes(t, hall.office, WayOut.COPY, asker, person))


def comes(hall):
    (record,) = arrive(hall, arrival(NAME, "世帯主", BIRTH, sex=Sex.FEMALE))
    return record


def held(hall, number=1):
    return hall.do(lambda t: restraints.held(t, number))


def works(hall):
    return [item.what for item in hall.do(work_list.items) if item.kind.startswith("restraint")]


def test_the_offices_named_hold_it_and_no_other(halls, post):
    there = comes(halls[KIRISHIMA]).person
    halls[AIRA].run(accept, APPLICATION)
    post.deliver()
    assert {receiver for receiver, name in sent(halls[AIRA]) if name == "RestraintNotice"} == {KIRISHIMA, SAPPORO}
    assert word(halls[KIRISHIMA], there) is Word.REFUSED
    assert held(halls[SAPPORO]).restraint.provisional
    assert works(halls[KIRISHIMA]) == [f"1 told by {AIRA}"]
    assert halls[CHIYODA].do(lambda t: restraints.listed(t, halls[CHIYODA].today)) == []


def test_what_is_told_keeps_contact_and_notes_at_home(halls, post):
    halls[AIRA].run(accept, APPLICATION)
    bodies = b"".join(body for _, _, body in post.waiting(AIRA, KIRISHIMA))
    assert NAME.encode() in bodies
    assert b"090-0000-0000" not in bodies
    assert "鹿児島市内".encode() not in bodies


def test_an_office_that_is_not_on_the_line_is_told_on_paper(halls):
    halls[AIRA].run(accept, msgspec.structs.replace(APPLICATION, offices=("402303",)))
    assert halls[AIRA].work_items() == ["restraint-by-paper"]


def test_confirming_and_renewing_travel_and_an_end_is_work_that_lifts_nothing(halls, post):
    aira, kirishima = halls[AIRA], halls[KIRISHIMA]
    there = comes(kirishima).person
    aira.run(accept, APPLICATION)
    aira.run(decide, RestraintDecision(1, "confirm"))
    post.deliver()
    assert not held(kirishima).restraint.provisional
    aira.run(decide, RestraintDecision(1, "end", EndGround.WITHDRAWN))
    post.deliver()
    assert word(kirishima, there) is Word.REFUSED
    assert f"1 ended by {AIRA}: decide whether it goes on here" in works(kirishima)
    kirishima.run(decide, RestraintDecision(1, "end", EndGround.NOT_NEEDED))
    assert word(kirishima, there) is Word.ALLOWED
    assert works(kirishima) == []
    assert held(aira).restraint.ended_because is EndGround.WITHDRAWN


def test_a_renewal_told_after_an_own_end_makes_it_hold_again(halls, post):
    aira, kirishima = halls[AIRA], halls[KIRISHIMA]
    there = comes(kirishima).person
    aira.run(accept, APPLICATION)
    post.deliver()
    kirishima.run(decide, RestraintDecision(1, "end", EndGround.NOT_NEEDED))
    aira.today = datetime.date(2014, 12, 1)
    aira.run(decide, RestraintDecision(1, "renew"))
    post.deliver()
    assert word(kirishima, there) is Word.REFUSED


def told(version, **more):
    first = ToldRestraint(AIRA, 1, version, (HANAKO,), (), (Output.COPIES,), "2013-12-01", "2014-11-30", True)
    return msgspec.structs.replace(first, **more)


VERSIONS = (
    told(1),
    told(2, provisional=False, outputs=(Output.COPIES, Output.SUPPLEMENT)),
    told(3, provisional=False, outputs=(Output.COPIES,), renew_by="2015-11-30"),
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_any_order_and_twice_the_last_version_holds_with_all_outputs_that_came_before_it(order):
    hall = TownHall(KIRISHIMA)
    for place in (*order, *order):
        hall.do(lambda t, place=place: restraint_telling.take_in(t, hall.office, VERSIONS[place], AIRA))
    state = held(hall).restraint
    assert (state.renew_by, state.provisional) == (datetime.date(2015, 11, 30), False)
    assert Output.COPIES in state.outputs
    assert word(hall, comes(hall).person) is Word.REFUSED
    assert len(hall.do(lambda t: restraints.listed(t, hall.today))) == 1


def test_an_old_word_of_an_end_that_comes_late_changes_nothing():
    hall = TownHall(KIRISHIMA)
    for what in (told(3), told(2, ended_on="2013-12-05")):
        hall.do(lambda t, what=what: restraint_telling.take_in(t, hall.office, what, AIRA))
    assert held(hall).restraint.bears(hall.today)
    assert not any("ended" in what for what in works(hall))


def test_an_end_of_what_was_never_held_is_nothing():
    hall = TownHall(KIRISHIMA)
    assert hall.do(lambda t: restraint_telling.take_in(t, hall.office, told(3, ended_on="2013-12-05"), AIRA)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 0}, {"number": 0}, {"outputs": ()}, {"protected": ()}, {"renew_by": "2000-01-01"}, {"since": "2013-12-00"},
        {"protected": (Protected("", BIRTH),)},
    ],
)  # fmt: skip
def test_a_notice_that_cannot_be_is_refused(wrong):
    hall = TownHall(KIRISHIMA)
    with pytest.raises(InvalidInput):
        hall.do(lambda t: restraint_telling.take_in(t, hall.office, msgspec.structs.replace(told(1), **wrong), AIRA))


def test_an_office_tells_of_its_own_restraints_only(halls, post):
    with pytest.raises(Refused, match="wrong-office"):
        post.hand_over(SAPPORO, KIRISHIMA, RestraintNotice, encode(RestraintNotice(told(1))))


def test_a_release_never_travels(halls, post):
    aira = halls[AIRA]
    comes(aira)
    aira.run(accept, APPLICATION)
    post.deliver()
    about, hour_ms = [restraint_guard.About(1)], 20 * 60_000
    number = aira.do(
        lambda t: restraint_guard.ask_release(t, aira.office, "clerk-1", WayOut.COPY, Asker.VICTIM, about, "受付1", "来庁", hour_ms)
    )
    aira.do(lambda t: restraint_guard.agree(t, aira.office, "supervisor-1", number))
    assert post.deliver() == []


def test_the_transfer_record_carries_what_bears_and_the_old_office_goes_on_provisionally(halls):
    aira, tokyo = halls[AIRA], halls[CHIYODA]
    record = comes(aira)
    aira.run(accept, msgspec.structs.replace(APPLICATION, offices=()))
    aira.run(decide, RestraintDecision(1, "confirm"))
    carried = aira.do(lambda t: restraint_telling.told_of(t, aira.office, record.person))
    assert tokyo.do(lambda t: restraint_telling.take_all_in(t, tokyo.office, carried, AIRA)) == [1]
    assert word(tokyo, comes(tokyo).person) is Word.REFUSED
    aira.run(move_out, MoveOutNotification((record.code,), "東京都千代田区九段南1-2-1", "2013-12-09", "2013-12-09"))
    for _ in range(2):
        aira.do(lambda t: see_to_day(t, aira.office))
    assert held(aira).restraint.provisional
    assert held(aira).restraint.version == 3
    assert word(aira, record.person) is Word.REFUSED
    aira.run(decide, RestraintDecision(1, "confirm"))
    aira.do(lambda t: see_to_day(t, aira.office))
    assert not held(aira).restraint.provisional, "what the supervisor decided after the move stays"


def test_at_a_former_address_a_full_restraint_stays_full(halls, post):
    aira, kirishima = halls[AIRA], halls[KIRISHIMA]
    there = comes(kirishima)
    kirishima.run(move_out, MoveOutNotification((there.code,), "鹿児島県姶良市宮島町25番地", "2013-12-09", "2013-12-09"))
    aira.run(accept, APPLICATION)
    aira.run(decide, RestraintDecision(1, "confirm"))
    post.deliver()
    kirishima.do(lambda t: see_to_day(t, kirishima.office))
    assert not held(kirishima).restraint.provisional
    assert word(kirishima, there.person) is Word.REFUSED
