"""An old copy put back: known by its mark before any work, and at rest again when its peers have been heard (復旧)."""

import shutil
from pathlib import Path

import apsw
import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.marks import mark_of, say_restored
from openjuki.nodes.node import Node
from openjuki.nodes.recovering import ALARM_S
from openjuki.nodes.tables import TABLES
from openjuki.offices import identity, municipality
from openjuki.offices.marked_store import LEAP, MarkedStore
from openjuki.procedures import code_allotment, correction, move_in
from openjuki.procedures.recovery import OutboxPosition, OutboxPositionIs
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.quiet import QuietCountry

TOWN, HUB, DAY = "462250", "460001", "2013-12-02"
ARRIVAL = move_in.Arrival("住基　花子", "1980-04-03", Sex.FEMALE, "世帯主", kana="ジュウキ　ハナコ")
OTHER = move_in.Arrival("住基　次郎", "1985-04-03", Sex.MALE, "世帯主", kana="ジュウキ　ジロウ")
BEGUN, NOTICED, FINISHED = "SELECT count(*) FROM audit WHERE tag = 'node:recovery:begun'", "node:restore:noticed", "node:recovery:finished"


class Town(QuietCountry):
    """Centre, prefecture and one town on real files with their marks; the town keeps one resident."""

    def __init__(self, home: Path) -> None:
        self.home, self.heard = home, list[tuple[str, str]]()
        offices = [office for office in declare((TOWN,)).offices if office.kind in TABLES]
        self.events = list[tuple[str, str, str]]()
        super().__init__(offices, listen=self.hear)
        for office in offices:
            self.start(office.code)
        self.call(code_allotment.request, self.nodes[TOWN].office, 20)
        moved = move_in.MoveInNotification((ARRIVAL,), Address(TOWN, "宮島町", "25番地"), DAY, DAY, "鹿児島県鹿児島市")
        self.code = self.call(move_in.move_in, self.nodes[TOWN].office, "clerk-1", moved)[0].code
        self.settle()

    def hear(self, office: str, tag: str, what: str) -> None:
        self.heard.append((office, tag))
        self.events.append((office, tag, what))

    def folder(self, code: str) -> Path:
        return self.home / "offices" / code

    def start(self, code: str, make: type[Node] = Node) -> None:
        self.folder(code).mkdir(parents=True, exist_ok=True)
        scripts = TABLES[self.offices[code].kind].scripts
        store = MarkedStore(str(self.folder(code) / "register.db"), scripts, mark_of(self.folder(code)), synchronous="OFF")
        self.open(code, store, make)

    def settle(self, seconds: float = 5.0) -> None:
        self.agenda.run(lambda: False, seconds)

    def correct(self, kana: str) -> None:
        order = correction.CorrectionOrder(self.code, Items(kana=kana), DAY)
        self.call(correction.correct, self.nodes[TOWN].office, "clerk-1", order)

    def put_back(self, code: str) -> None:
        """The copy made by `back_up` in place of what is there, while the office is closed."""
        shutil.copy(self.home / f"{code}.backup", self.folder(code) / "register.db")

    def back_up(self, code: str) -> None:
        self.close(code)
        shutil.copy(self.folder(code) / "register.db", self.home / f"{code}.backup")
        self.start(code)
        self.settle()

    def tags(self, code: str) -> list[str]:
        return [tag for office, tag in self.heard if office == code]

    def kana(self) -> list[str]:
        return [municipality.decode_record(body).kana for (body,) in self.look(TOWN, "SELECT record FROM person")]


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


@pytest.mark.parametrize("code", [TOWN, HUB, CENTRE])
def test_an_office_stopped_and_started_is_not_taken_for_restored(town, code):
    for _ in range(2):
        town.close(code)
        town.start(code)
        town.settle()
    assert NOTICED not in town.tags(code)
    assert town.look(code, BEGUN) == [(0,)]


@pytest.mark.parametrize("code", [TOWN, HUB, CENTRE])
def test_an_old_copy_put_back_without_a_word_is_noticed_at_the_start_and_comes_to_rest(town, code):
    epoch = town.nodes[code].epoch
    town.back_up(code)
    town.correct("ジュウキ　ハル")
    town.settle()
    town.close(code)
    town.put_back(code)
    town.start(code)
    assert NOTICED in town.tags(code)
    assert town.nodes[code].epoch != epoch
    if code == TOWN:
        assert town.nodes[code].office.recovering, "before anything else happens"
    town.settle(60.0)
    assert FINISHED in town.tags(code)
    town.correct("ジュウキ　ナツ")
    town.settle()
    assert town.kana() == ["ジュウキ　ナツ"]
    held = [town.look(hub, "SELECT version, identity FROM person") for hub in (HUB, CENTRE)]
    assert held[0] == held[1]
    assert held[0][0][0] == town.look(TOWN, "SELECT version FROM person")[0][0]


def test_what_was_entered_before_the_hub_could_say_that_the_copy_is_old_is_told_above_what_it_holds(town):
    town.back_up(TOWN)
    mark = mark_of(town.folder(TOWN)).read()
    town.correct("ジュウキ　ハル")
    moved = move_in.MoveInNotification((OTHER,), Address(TOWN, "宮島町", "25番地"), DAY, DAY, "鹿児島県鹿児島市")
    town.call(move_in.move_in, town.nodes[TOWN].office, "clerk-1", moved)
    town.settle()
    for code in (TOWN, HUB):
        town.close(code)
    town.put_back(TOWN)
    mark_of(town.folder(TOWN)).keep(mark)  # the mark comes back with the copy, and no operator says a word
    town.start(TOWN)
    town.correct("ジュウキ　アキ")
    town.start(HUB)
    town.settle(60.0)
    assert FINISHED in town.tags(TOWN)
    assert town.kana() == ["ジュウキ　アキ", OTHER.kana]
    own = town.look(TOWN, "SELECT version FROM person WHERE code = ?", town.code)[0][0]
    for hub in (HUB, CENTRE):
        ((version, held),) = town.look(hub, "SELECT version, identity FROM person WHERE code = ?", town.code)
        assert (version, identity.decode_identity(held).kana) == (own, "ジュウキ　アキ")
    assert town.look(TOWN, "SELECT count(*) FROM work_item WHERE kind = 'restored-record' AND code = ?", town.code) == [(1,)]


def test_a_register_that_comes_to_another_machine_without_its_mark_begins_a_recovery(town):
    town.close(TOWN)
    (town.home / "marks" / TOWN).unlink()
    town.start(TOWN)
    assert NOTICED in town.tags(TOWN)


def test_the_operators_word_is_heard_at_the_next_start_and_only_then(town):
    town.close(TOWN)
    say_restored(town.folder(TOWN))
    say_restored(town.folder(TOWN))
    town.start(TOWN)
    assert town.tags(TOWN).count(NOTICED) == 1
    town.settle(60.0)
    town.close(TOWN)
    town.start(TOWN)
    assert town.tags(TOWN).count(NOTICED) == 1
    assert town.look(TOWN, BEGUN) == [(1,)]


def test_a_recovery_that_the_hub_asks_for_makes_every_other_copy_old(town):
    town.nodes[TOWN].recovery.begin()
    town.settle(60.0)
    assert FINISHED in town.tags(TOWN)
    assert town.look(TOWN, "SELECT value > ? FROM setting WHERE key = 'generation'", LEAP) == [(1,)]
    assert mark_of(town.folder(TOWN)).read() == town.look(TOWN, "SELECT value FROM setting WHERE key = 'generation'")[0][0]


class Full(MarkedStore):
    """A store whose disk is full for the first works."""

    fails = 3

    def run(self, works):
        if self.fails:
            self.fails -= 1
            return super().run([self.full])
        return super().run(works)

    def full(self, transaction):
        raise apsw.FullError("database or disk is full")


def test_an_office_that_finds_its_disk_full_opens_when_there_is_space_again(town):
    town.close(TOWN)
    store = Full(str(town.folder(TOWN) / "register.db"), TABLES[OfficeKind.MUNICIPALITY].scripts, mark_of(town.folder(TOWN)))
    node = town.open(TOWN, store)
    assert node.running
    assert town.tags(TOWN).count("node:office:failed") == Full.fails


def test_an_office_that_was_stopped_before_its_disk_had_space_does_not_open_later(town):
    town.close(TOWN)
    store = Full(str(town.folder(TOWN) / "register.db"), TABLES[OfficeKind.MUNICIPALITY].scripts, mark_of(town.folder(TOWN)))
    store.fails = 100
    node = town.open(TOWN, store)
    assert not node.running
    node.stop()
    store.fails = 0
    town.settle(60.0)
    assert not node.running


# -- a recovery that does not end -----------------------------------------------------------------------------------------


class Boaster(Node):
    """A town's node that claims to have written what it never sends."""

    def asked(self, link, questions):
        for question in questions:
            if isinstance(question.message, OutboxPosition):
                question.reply(OutboxPositionIs(self.epoch, 2**60))
            else:
                super().asked(link, [question])


def stuck(town):
    """A prefecture in recovery that waits for a town which boasts."""
    town.close(TOWN)
    town.start(TOWN, Boaster)
    town.nodes[HUB].recovery.begin()
    town.settle(30.0)


def whats(town, tag):
    return [what for office, said, what in town.events if said == tag]


def test_a_recovery_that_does_not_end_says_for_whom_it_waits_once_and_then_every_ten_minutes(town):
    stuck(town)
    assert town.nodes[HUB].office.recovering
    waiting = whats(town, "node:recovery:waiting")
    assert len(waiting) <= 2 and waiting[-1].startswith(f"{TOWN}: ") and waiting[-1].endswith(f" of {2**60}")
    assert not whats(town, "node:recovery:stuck")
    town.settle(2 * ALARM_S)
    assert [what.split(":")[0] for what in whats(town, "node:recovery:stuck")] == [TOWN, TOWN]


def test_the_operators_word_lets_a_hub_open_without_an_office_below_it_and_the_next_recovery_waits_for_it_again(town):
    stuck(town)
    town.call(town.nodes[HUB].recovery.without, "operator-1", [TOWN])
    town.settle(30.0)
    assert not town.nodes[HUB].office.recovering
    assert town.look(HUB, "SELECT operator, what FROM audit WHERE tag = 'recovery:office:left-out'") == [("operator-1", TOWN)]
    town.correct("ジュウキ　アキ")
    town.settle()
    assert town.look(HUB, "SELECT version FROM person") == town.look(CENTRE, "SELECT version FROM person") == [(2,)]
    town.nodes[HUB].recovery.begin()
    town.settle(30.0)
    assert town.nodes[HUB].office.recovering


def test_a_word_given_before_a_crash_holds_after_it(town):
    stuck(town)
    town.close(CENTRE)
    town.call(town.nodes[HUB].recovery.without, "operator-1", [TOWN])
    town.settle(30.0)
    assert town.nodes[HUB].office.recovering, "nobody can do without the office above"
    town.close(HUB)
    town.start(HUB)
    assert town.nodes[HUB].office.recovering
    town.start(CENTRE)
    town.settle(60.0)
    assert not town.nodes[HUB].office.recovering


@pytest.mark.parametrize("code", [CENTRE, HUB, "462012", "999999"])
def test_nobody_can_do_without_the_office_above_or_one_that_does_not_report_here(town, code):
    with pytest.raises(InvalidInput):
        town.nodes[HUB].recovery.without("operator-1", [code], lambda outcome: None)
