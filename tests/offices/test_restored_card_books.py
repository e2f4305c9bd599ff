"""カード管理簿・発行簿の復旧: what a restored town's books have lost is work for a clerk (令30の16-30の24)."""

import pytest

from openjuki.card.life import CardEventKind, EndCause
from openjuki.card.personalisation import Stage
from openjuki.offices import card_holders, card_issue, card_recovery, card_told, work_list
from openjuki.offices.card_applications import Ground, Receiver, State, filed
from openjuki.offices.card_issue_handover import Confirmed, HandOver
from openjuki.offices.card_told import RESIDENCE_SPAN
from openjuki.procedures import card_life
from openjuki.procedures.card_issue import begin, complete_hand_over, void
from openjuki.procedures.card_life import ContinuedCard, FaceChange, FoundReport, PinRequest
from openjuki.register.errors import Conflict, InvalidInput, NotReady
from tests.offices.card_scene import Scene, with_card
from tests.offices.hub_office import AIRA
from tests.procedures.card_hall import CardHall
from tests.procedures.test_card_life import FIRST, SECOND, SHOWN, TWO, day, issued


@pytest.fixture
def scene():
    return with_card()


def unknown(step=None, with_person=True):
    """A card of which the restored town has no row at all: the backup is older than it, or than its holder."""
    scene = Scene()
    if with_person:
        scene.back_up()
    else:
        scene.backup = CardHall().snapshot()
    issued(scene.hall, scene.code)
    if step:
        step(scene)
    scene.restore()
    scene.recover(page=1)
    return scene


@pytest.mark.parametrize("with_person", [True, False])
def test_a_card_without_a_row_is_its_holders_again_and_serves_nobody_until_its_papers_are_complete(with_person):
    scene = unknown(with_person=with_person)
    scene.agree()
    assert scene.work() == [f"card {FIRST}: {card_recovery.COMPLETE}"]
    assert scene.hall.valid(scene.code) == [FIRST]
    with pytest.raises(Conflict, match="papers"):
        scene.hall.run_without_operator(card_life.check_pin, PinRequest(FIRST, TWO))
    with pytest.raises(Conflict):
        scene.hall.run(begin, scene.hall.apply(scene.code).number, SECOND)
    scene.lost()
    with pytest.raises(Conflict, match="papers"):
        scene.found()
    number = scene.hall.do(lambda t: t.value("SELECT id FROM work_item WHERE kind = ?", card_recovery.RESTORED))
    scene.hall.do(lambda t: work_list.close(t, number, "clerk-1", 1))
    scene.found()
    scene.hall.run_without_operator(card_life.check_pin, PinRequest(FIRST, TWO))
    scene.recover()
    assert len(scene.work()) == 1, "what a clerk has done is not asked again"


@pytest.mark.parametrize("step", [Scene.lost, Scene.handed_in, Scene.recoded, Scene.died])
def test_a_card_without_a_row_that_was_stopped_or_over_is_not_believed_in_use(step):
    scene = unknown(step)
    scene.agree()
    assert not scene.here().serves(scene.hall.today)
    with pytest.raises((Conflict, InvalidInput)):
        scene.hall.run(begin, scene.hall.apply(scene.code).number, FIRST)


def test_a_card_in_making_of_which_all_is_lost_failed_and_another_can_be_made():
    scene = Scene()
    scene.back_up()
    scene.hall.run(begin, scene.hall.apply(scene.code).number, FIRST)
    scene.restore()
    scene.recover()
    scene.agree()
    assert scene.here().ended_by is EndCause.NOT_MADE and scene.work() == [f"card {FIRST}: {card_recovery.COMPLETE}"]
    issued(scene.hall, scene.code, SECOND)
    assert scene.hall.valid(scene.code) == [SECOND]


def in_making():
    """The backup was made while the card lay finished in the office, and was not handed over."""
    scene = Scene()
    asked = scene.hall.apply(scene.code)
    making = scene.hall.run(begin, asked.number, FIRST)
    for stage in (Stage.SECURING, Stage.ISSUED):
        scene.hall.desk_journal().write(FIRST, str(making.person), stage)
    scene.back_up()
    return scene, asked


def hand_over(scene, asked):
    """As the office's books have it; the chip stays out of these tests."""
    given = HandOver(FIRST, Receiver.HOLDER, SHOWN, asked.fee.total_yen)
    return scene.hall.run(complete_hand_over, given, Confirmed(FIRST, scene.code))


def test_a_card_handed_over_after_the_backup_is_not_handed_over_or_made_void_again():
    scene, asked = in_making()
    hand_over(scene, asked)
    scene.restore()
    scene.recover()
    scene.agree()
    assert scene.hall.valid(scene.code) == [FIRST]
    assert scene.work() == [f"card {FIRST}: {card_recovery.COMPLETE}"]
    assert scene.hall.do(lambda t: filed(t, asked.number)).state is State.DONE
    person = scene.hall.now(scene.code).person
    assert scene.hall.do(lambda t: card_issue.in_making(t, person)) == []
    with pytest.raises(Conflict):
        scene.hall.run(void, FIRST, "?")
    with pytest.raises(Conflict):
        scene.hall.resume(FIRST)


def test_a_card_made_void_after_the_backup_is_never_handed_over():
    scene, asked = in_making()
    scene.hall.run(void, FIRST, "broken")
    scene.restore()
    scene.recover()
    scene.agree()
    assert scene.hall.do(lambda t: card_issue.stage(t, FIRST)) is Stage.VOID
    with pytest.raises(Conflict):
        hand_over(scene, asked)


def test_a_card_in_making_in_register_and_backup_goes_on():
    scene, asked = in_making()
    scene.restore()
    scene.recover()
    assert scene.work() == []
    hand_over(scene, asked)
    scene.agree()


def test_a_new_card_in_exchange_for_the_old_one_is_the_only_one_after_a_restore(scene):
    issued(scene.hall, scene.code, SECOND, ground=Ground.LOST)
    scene.restore()
    scene.recover(page=2)
    scene.agree(FIRST, SECOND)
    assert scene.hall.valid(scene.code) == [SECOND]
    assert sorted(scene.work()) == [f"card {FIRST}: {card_recovery.CHECK}", f"card {SECOND}: {card_recovery.COMPLETE}"]


@pytest.mark.parametrize(
    ("step", "cause"), [(Scene.died, EndCause.DEATH), (Scene.recoded, EndCause.CODE_CHANGED)], ids=["dead", "another code"]
)
def test_a_disk_lost_between_what_was_told_of_the_person_and_of_the_card_leaves_no_card_in_use(scene, step, cause):
    step(scene)
    scene.tell(cards=False)
    scene.hall.restart(scene.backup)
    scene.recover()
    assert scene.here().ended_by is cause
    scene.agree()
    before = scene.everything()
    scene.recover()
    assert scene.everything() == before


def test_a_card_whose_holder_left_without_a_word_of_the_card_is_work_for_a_clerk(scene):
    scene.moved_out()
    scene.tell(cards=False)
    scene.hall.restart(scene.backup)
    scene.recover()
    assert scene.work() == [f"card {FIRST}: {card_recovery.CHECK}"]


def test_what_was_told_of_somebody_who_is_not_here_stops_no_recovery_and_is_work_for_a_clerk(scene):
    stray = card_told.CardTold(SECOND, "24727059608", False, RESIDENCE_SPAN + 1, CardEventKind.LOST, "2013-12-09")
    scene.hub.do(lambda t: card_told.keep(t, AIRA, stray, 0))
    scene.recover()
    scene.agree()
    assert scene.work() == [f"card {SECOND}: {card_recovery.COMPLETE}"]
    with pytest.raises(Conflict):
        scene.hall.run(begin, scene.hall.apply(scene.code).number, SECOND)
    scene.recover()
    assert len(scene.work()) == 1


def test_a_card_of_which_a_sweep_left_the_number_alone_does_not_come_back(scene):
    scene.lost()
    scene.restore()
    row = ("UPDATE card_held SET person = ?, code = '' WHERE card_id = ?", card_holders.NOBODY, FIRST)
    scene.hall.do(lambda t: t.execute(row[0], row[1:]) and None)
    before = scene.everything()
    scene.hall.do(lambda t: card_recovery.adopt(t, scene.hall.office, scene.page()))
    assert scene.everything() == before


def test_while_the_town_has_not_heard_its_peers_no_card_is_taken_for_one_in_use(scene):
    scene.hall.office.recovering = True
    for step, asked in (
        (card_life.rewrite_face, FaceChange(FIRST, day(scene.hall), day(scene.hall))),
        (card_life.report_found, FoundReport(FIRST, SHOWN)),
        (card_life.continue_use, ContinuedCard(FIRST, scene.code, False, "2023-12-09")),
    ):
        with pytest.raises(NotReady):
            scene.hall.run(step, asked)
    with pytest.raises(NotReady):
        scene.hall.run_without_operator(card_life.check_pin, PinRequest(FIRST, TWO))
    assert not scene.lost().life.serves(scene.hall.today), "a loss is taken at any time"
