"""カード管理簿の復旧: a town restored from an old backup holds every event of its cards again, and uses no version for two (令30の24)."""

import random

import pytest

from openjuki.card.life import CardEventKind, CardStanding
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import card_recovery, card_states, card_told, municipality
from openjuki.offices.card_told import RESIDENCE_SPAN
from openjuki.offices.store import Store
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError
from tests.card.test_orders_with_continued_use import cards_told
from tests.offices.card_scene import WHOLE, Scene, with_card
from tests.offices.hub_office import AIRA
from tests.procedures.test_card_life import FIRST, issued


@pytest.fixture
def scene():
    return with_card()


HAPPENINGS = {
    "lost": [Scene.lost],
    "lost and found": [Scene.lost, Scene.found],
    "handed in": [Scene.handed_in],
    "destroyed": [Scene.handed_in, Scene.destroyed],
    "another code": [Scene.recoded],
    "dead": [Scene.died],
    "gone": [Scene.lost, Scene.moved_out],
}


@pytest.mark.parametrize("page", [1, 2, WHOLE])
@pytest.mark.parametrize("happening", HAPPENINGS)
def test_what_happened_to_a_card_after_the_backup_is_held_again_and_said_again_by_nobody(scene, happening, page):
    for step in HAPPENINGS[happening]:
        step(scene)
    scene.restore()
    scene.recover(page)
    told = len(cards_told(scene.hall))
    scene.agree()
    assert scene.work() == [f"card {FIRST}: {card_recovery.CHECK}"]
    assert scene.twins() == [] and told == 2, "only what the backup holds: the making and the issue"
    before = scene.everything()
    scene.recover(page)
    assert scene.everything() == before


@pytest.mark.parametrize("pages", range(4))
def test_a_recovery_that_is_killed_between_two_pages_is_made_up_by_the_next(scene, pages):
    for step in (Scene.lost, Scene.found, Scene.lost):
        step(scene)
    scene.restore()
    scene.recover(page=1, pages=pages)
    scene.recover(page=2)
    scene.agree()
    assert scene.here().told is CardStanding.SUSPENDED and scene.twins() == []
    assert len(scene.work()) == 1


def test_the_next_event_takes_a_version_that_the_town_has_never_used(scene):
    scene.lost()
    scene.restore()
    scene.recover()
    version = scene.at_the_hub().version
    scene.found()
    assert scene.here().version == version + 1
    scene.agree()
    assert scene.twins() == []


@pytest.mark.parametrize("heard_first", [False, True])
def test_what_was_told_under_a_used_version_before_the_loss_was_noticed_is_told_again_above(scene, heard_first):
    """Lost before; the same card goes along in a move after the backup was put back. Whatever the hub hears first, the loss holds."""
    scene.lost()
    scene.restore()
    scene.moved_out()
    if heard_first:
        scene.tell()
    scene.recover(page=1)
    scene.agree()
    assert scene.twins() == [(FIRST, RESIDENCE_SPAN + 3)]
    kinds = [(one.version - RESIDENCE_SPAN, one.kind) for _, one in cards_told(scene.hall)]
    assert kinds[2:] == [(3, CardEventKind.MOVED_OUT), (4, CardEventKind.MOVED_OUT)]
    assert scene.here().told is CardStanding.SUSPENDED and scene.here().planned == scene.hall.today
    before = scene.everything()
    scene.recover()
    assert scene.everything() == before


def test_the_same_event_told_again_is_one(scene):
    scene.lost()
    scene.restore()
    scene.lost()
    scene.recover()
    scene.agree()
    assert scene.twins() == [] and scene.work() == [] and scene.here().version == RESIDENCE_SPAN + 3


def test_told_again_means_above_everything_that_the_hub_holds_of_the_card(scene):
    for step in (Scene.lost, Scene.found, Scene.lost):
        step(scene)
    scene.restore()
    scene.handed_in()
    scene.recover(page=1)
    scene.agree()
    assert scene.here().version == RESIDENCE_SPAN + 6 and scene.here().told is CardStanding.RETURNED
    assert scene.twins() == [(FIRST, RESIDENCE_SPAN + 3)]


def test_the_same_old_backup_put_back_twice_tells_nothing_a_second_time(scene):
    scene.lost()
    scene.restore()
    scene.moved_out()
    scene.recover()
    scene.restore()
    scene.recover(page=1)
    assert len(cards_told(scene.hall)) == 2
    scene.agree()


@pytest.mark.parametrize(
    ("kind", "script", "table"),
    [
        (OfficeKind.MUNICIPALITY, card_states.HEARD_SCRIPT, "card_event"),
        (OfficeKind.PREFECTURE, card_told.TWINS_SCRIPT, "card_told"),
        (OfficeKind.CENTRE, card_told.TWINS_SCRIPT, "card_told"),
    ],
)
def test_what_stood_in_a_table_that_is_made_anew_stands_there_still(tmp_path, kind, script, table):
    path, scripts = str(tmp_path / "register.db"), TABLES[kind].scripts
    old = Store(path, scripts[: scripts.index(script)])
    row = {"card_event": (FIRST, 1001, "24727059608", 1, 5, b"event"), "card_told": (FIRST, 1001, AIRA, "24727059608", 5, b"event")}[table]
    old.run([lambda t: t.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)", row) and None])
    old.close()
    new = Store(path, scripts)
    _, (rows, refused) = new.run([lambda t: t.all(f"SELECT * FROM {table}"), lambda t: t.execute(f"DELETE FROM {table}") and None])
    assert rows == [(*row, 0)]
    assert isinstance(refused, OpenJukiError) == (table == "card_event"), "what a town wrote of its cards can only be added to"
    new.close()


# -- by chance -------------------------------------------------------------------------------------------------------------

STEPS = (Scene.lost, Scene.lost, Scene.found, Scene.found, Scene.handed_in, Scene.destroyed, Scene.recoded, Scene.moved_out, Scene.died)


def some_steps(scene, chance, count):
    for _ in range(chance.randrange(count)):
        try:
            chance.choice(STEPS)(scene)
        except (Conflict, InvalidInput):
            continue
        scene.hall.later(chance.randrange(3))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_happens_before_and_after_the_loss_town_and_hub_agree(seed):
    chance, scene = random.Random(seed), Scene()
    if chance.random() < 0.8:
        issued(scene.hall, scene.code)
    scene.back_up()
    code = scene.code
    if not scene.hall.valid(scene.code):
        issued(scene.hall, scene.code)
    some_steps(scene, chance, 6)
    last = scene.code
    scene.restore()
    scene.code = code
    some_steps(scene, chance, 3)
    if chance.random() < 0.5:
        scene.tell()
    if chance.random() < 0.5:
        scene.recover(page=1, pages=chance.randrange(4))
    scene.recover(page=chance.choice((1, 2, WHOLE)))
    scene.agree()
    stopped = not scene.at_the_hub().serves(scene.hall.today)
    assert stopped == (not scene.here().serves(scene.hall.today))
    before = scene.everything()
    scene.recover()
    assert scene.everything() == before
    assert scene.hall.do(lambda t: municipality.person_of_code(t, last)) == scene.hall.do(lambda t: municipality.person_of_code(t, code))
