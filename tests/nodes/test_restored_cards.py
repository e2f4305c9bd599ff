"""A town put back to an old copy hears of its prefecture what it told of its cards (復旧後のカード管理簿; 令30の24)."""

from openjuki.card.holder import CardKind
from openjuki.card.life import CardEventKind, CardStanding, EndCause
from openjuki.card.personalisation import Stage
from openjuki.nodes.marks import mark_of
from openjuki.offices import card_holders, card_recovery, card_told, municipality
from openjuki.offices.card_applications import Applicant, Application, Ground, Proof, Receiver
from openjuki.offices.card_issue_handover import Confirmed, HandOver
from openjuki.offices.card_told import RESIDENCE_SPAN, CardTold
from openjuki.procedures import card_life, move_out
from openjuki.procedures.card_issue import apply, begin, complete_hand_over, write_line
from openjuki.procedures.card_life import FoundReport, LossReport
from openjuki.procedures.card_recovery import PAGE_MAX
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.register.change import decode_change
from openjuki.simulation.declaration import CENTRE
from tests.nodes.test_restored_offices import ARRIVAL, DAY, FINISHED, HUB, TOWN, Town

CARD = "A000000001"
SHOWN = frozenset({Proof.PHOTO_DOCUMENT})
HELD = "SELECT card, version, body FROM card_told WHERE office = ? ORDER BY card, version, body"


class CardTown(Town):
    """The same three offices; the town's one resident gets a card."""

    @property
    def office(self):
        return self.nodes[TOWN].office

    def act(self, step, *arguments):
        done = self.call(step, self.office, "clerk-1", *arguments)
        self.settle()
        return done

    def issue(self):
        asked = Application(self.code, CardKind.NAME_ONLY, Ground.FIRST, applicant=Applicant(proofs=SHOWN))
        filed = self.act(apply, asked, b"")
        self.act(begin, filed.number, CARD)
        for stage in (Stage.SECURING, Stage.ISSUED):
            self.act(write_line, (CARD, stage))
        self.act(complete_hand_over, HandOver(CARD, Receiver.HOLDER, SHOWN, filed.fee.total_yen), Confirmed(CARD, self.code))

    def lose_card(self):
        self.act(card_life.report_loss, LossReport(self.code, ARRIVAL.name, ARRIVAL.birth))

    def restore(self, *codes):
        for code in codes:
            self.close(code)
            self.put_back(code)
        for code in codes:
            self.start(code)

    def life(self, card_id=CARD):
        return self.call(self.office.write, lambda t: card_holders.held(t, card_id)).life

    def state(self, code):
        """What a hub says of the card today."""
        return self.call(self.nodes[code].office.write, lambda t: card_told.state(t, CARD, self.day)).standing

    def held(self, code):
        return self.look(code, HELD, TOWN)

    def work(self):
        return [what for (what,) in self.look(TOWN, "SELECT what FROM work_item WHERE kind = ?", card_recovery.RESTORED)]


def standings(town):
    return [town.life().standing(town.day), town.state(HUB), town.state(CENTRE)]


def versions(town, code=HUB):
    return [version - RESIDENCE_SPAN for _, version, _ in town.held(code)]


def test_a_card_lost_after_the_backup_is_stopped_again_and_found_under_a_version_never_used(tmp_path):
    town = CardTown(tmp_path)
    town.issue()
    town.back_up(TOWN)
    town.lose_card()
    town.restore(TOWN)
    assert town.life().serves(town.day) and town.office.recovering, "as the backup has it, before anybody was heard"
    town.settle(60.0)
    assert FINISHED in town.tags(TOWN)
    assert standings(town) == [CardStanding.SUSPENDED] * 3
    town.act(card_life.report_found, FoundReport(CARD, SHOWN))
    assert standings(town) == [CardStanding.VALID] * 3
    assert versions(town) == [1, 2, 3, 4] and town.held(HUB) == town.held(CENTRE)


def put_back_unnoticed(town, *, losses):
    """The mark came back with the copy, the hub is away, and the town tells of a move under the version of the first loss."""
    town.issue()
    town.back_up(TOWN)
    mark = mark_of(town.folder(TOWN)).read()
    for number in range(losses):
        town.lose_card()
        if number < losses - 1:
            town.act(card_life.report_found, FoundReport(CARD, SHOWN))
    for code in (TOWN, HUB):
        town.close(code)
    town.put_back(TOWN)
    mark_of(town.folder(TOWN)).keep(mark)
    town.start(TOWN)
    town.act(move_out.move_out, move_out.MoveOutNotification((town.code,), "先", DAY, DAY))
    town.start(HUB)
    town.settle(60.0)


def test_a_move_told_under_the_version_of_a_loss_before_the_hub_could_say_so_hides_the_loss_nowhere(tmp_path):
    town = CardTown(tmp_path)
    put_back_unnoticed(town, losses=2)
    assert FINISHED in town.tags(TOWN), "the hub expects more than the copy ever wrote"
    assert standings(town) == [CardStanding.SUSPENDED] * 3
    assert versions(town) == [1, 2, 3, 3, 4, 5, 6] and town.held(HUB) == town.held(CENTRE)
    assert town.work() == [f"card {CARD}: {card_recovery.CHECK}"]
    assert town.life().planned == town.day


def test_the_hubs_forget_no_loss_while_nobody_notices_and_the_operators_word_mends_the_town(tmp_path):
    town = CardTown(tmp_path)
    put_back_unnoticed(town, losses=1)
    assert FINISHED not in town.tags(TOWN), "the copy has written as much as the hub expects"
    assert standings(town) == [CardStanding.MOVING, CardStanding.SUSPENDED, CardStanding.SUSPENDED]
    town.nodes[TOWN].recovery.begin()
    town.settle(60.0)
    assert standings(town) == [CardStanding.SUSPENDED] * 3
    assert versions(town) == [1, 2, 3, 3, 4] and town.held(HUB) == town.held(CENTRE)


def test_a_card_of_which_the_backup_has_no_row_is_known_again_and_work_for_a_clerk(tmp_path):
    town = CardTown(tmp_path)
    town.back_up(TOWN)
    town.issue()
    town.lose_card()
    town.restore(TOWN)
    town.settle(60.0)
    assert standings(town) == [CardStanding.SUSPENDED] * 3
    assert town.work() == [f"card {CARD}: {card_recovery.COMPLETE}"]
    assert versions(town) == [1, 2, 3]


def test_town_and_prefecture_that_lost_their_disks_together_hear_it_of_the_centre(tmp_path):
    town = CardTown(tmp_path)
    town.issue()
    for code in (TOWN, HUB):
        town.back_up(code)
    town.lose_card()
    assert versions(town, CENTRE) == [1, 2, 3]
    town.restore(HUB, TOWN)
    assert versions(town) == [1, 2]
    town.settle(120.0)
    assert FINISHED in town.tags(TOWN) and FINISHED in town.tags(HUB)
    assert standings(town) == [CardStanding.SUSPENDED] * 3
    assert town.held(HUB) == town.held(CENTRE)


def test_a_card_is_over_after_the_recovery_if_the_holders_death_was_told_and_the_cards_end_was_not(tmp_path):
    """The line fell between the two notices, then the disk was lost."""
    town = CardTown(tmp_path)
    town.issue()
    town.back_up(TOWN)
    town.act(enter_death, DeathNotification(town.code, DAY, DAY))
    for code in (HUB, CENTRE):
        town.call(town.nodes[code].office.write, lambda t: t.all("DELETE FROM card_told WHERE version > ?", RESIDENCE_SPAN + 2))
        assert versions(town, code) == [1, 2]
    town.restore(TOWN)
    town.settle(60.0)
    assert FINISHED in town.tags(TOWN)
    assert standings(town) == [CardStanding.ENDED] * 3
    assert town.life().ended_by is EndCause.DEATH
    assert versions(town) == [1, 2, 3] and town.held(HUB) == town.held(CENTRE)


def test_more_events_than_a_page_holds_come_back_and_a_town_killed_on_the_way_goes_on(tmp_path):
    town = CardTown(tmp_path)
    town.issue()
    lost = [
        CardTold(f"B{card:09d}", town.code, False, RESIDENCE_SPAN + version, kind, DAY)
        for card in range(PAGE_MAX)
        for version, kind in enumerate((CardEventKind.MAKING, CardEventKind.ISSUED, CardEventKind.RETURNED), 1)
    ]
    for code in (HUB, CENTRE):
        town.call(town.nodes[code].office.write, lambda t: [card_told.keep(t, TOWN, one, 0) for one in lost] and None)
    town.nodes[TOWN].recovery.begin()
    town.agenda.run(lambda: len(town.look(TOWN, "SELECT 1 FROM card_held")) > 1, 30.0)
    held = len(town.look(TOWN, "SELECT 1 FROM card_held"))
    assert 1 < held < PAGE_MAX
    town.close(TOWN)
    town.start(TOWN)
    town.settle(120.0)
    assert FINISHED in town.tags(TOWN)
    assert len(town.look(TOWN, "SELECT 1 FROM card_event")) == len(lost) + 2
    assert town.life(lost[0].card).told is town.life(lost[-1].card).told is CardStanding.RETURNED
    assert town.look(HUB, "SELECT count(*) FROM card_told") == [(len(lost) + 2,)]
    pages = [what.split()[-1] for (what,) in town.look(HUB, "SELECT what FROM audit WHERE tag = 'recovery:cards:given'")]
    assert max(map(int, pages)) == PAGE_MAX and pages[-1] == "0"


def test_who_lives_in_the_town_is_known_before_their_cards_are_taken_over(tmp_path):
    """A backup older than the holder: the person is entered bare, then the card is theirs."""
    town = CardTown(tmp_path)
    town.issue()
    before = [decode_change(change).identity.code for (change,) in town.look(TOWN, "SELECT change FROM person")]
    town.close(TOWN)
    (town.folder(TOWN) / "register.db").unlink()
    town.start(TOWN)
    town.nodes[TOWN].recovery.begin()
    town.settle(60.0)
    assert before == [town.code]
    assert standings(town) == [CardStanding.VALID] * 3
    person = town.call(town.office.write, lambda t: municipality.person_of_code(t, town.code))
    assert town.look(TOWN, "SELECT person FROM card_held") == [(person,)]
