"""A town with cards, its prefecture, and the town put back to an old backup (復旧の試験の場面)."""

from openjuki.card.life import fold
from openjuki.law.kinds import OfficeKind
from openjuki.offices import card_holders, card_recovery, card_told, identity, recovery
from openjuki.offices.recovery import HeldRecord
from openjuki.procedures import card_life
from openjuki.procedures.card_life import FoundReport, HandedIn, LossReport
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.procedures.move_out import MoveOutNotification, move_out
from tests.card.test_orders_with_continued_use import cards_told
from tests.offices.hub_office import AIRA, Hub
from tests.procedures.card_hall import CardHall
from tests.procedures.municipal_office import arrival, arrive
from tests.procedures.test_card_life import BIRTH, FIRST, NAME, SHOWN, day, issued

WHOLE = 1_000


class Scene:
    """The town, and its prefecture, which has heard all that the town told before the disk was lost."""

    def __init__(self):
        self.hall, self.hub = CardHall(), Hub(OfficeKind.PREFECTURE).at("2013-12-10")
        self.code = arrive(self.hall, arrival(NAME, "世帯主"))[0].code
        self.backup = b""

    def back_up(self):
        self.tell()
        self.backup = self.hall.snapshot()

    def tell(self, cards=True):
        """Everything in the town's outbox arrives."""
        self.hub.receive(*self.hall.changes())
        for office, told in cards_told(self.hall) if cards else ():
            self.hub.do(lambda t, office=office, told=told: card_told.keep(t, office, told, 0))

    def restore(self):
        self.tell()
        self.hall.restart(self.backup)

    def recover_people(self):
        rows = self.hub.do(lambda t: identity.held_records(t, AIRA, 0, WHOLE))
        for held in recovery.by_person([HeldRecord(change, codes) for _, change, codes in rows]):
            self.hall.do(lambda t, held=held: recovery.adopt(t, self.hall.office, held))

    def recover(self, page=WHOLE, pages=None):
        """People, then cards; after so many pages the town is killed (None: it is not)."""
        self.recover_people()
        after, count = None, 0
        while told := self.page(after, page):
            if count == pages:
                return
            self.hall.do(lambda t, told=told: card_recovery.adopt(t, self.hall.office, told))
            after, count = told[-1], count + 1
        self.hall.do(lambda t: card_recovery.follow_register(t, self.hall.office))

    def page(self, after=None, count=WHOLE):
        return self.hub.do(lambda t: card_told.told_by(t, AIRA, after, count))

    def at_the_hub(self, card_id=FIRST):
        return fold(card_told.event_of(one) for one in self.page() if one.card == card_id)

    def here(self, card_id=FIRST):
        return self.hall.do(lambda t: card_holders.held(t, card_id)).life

    def agree(self, *cards):
        """Town and hub say the same of the cards, once all has arrived, and the register's own look-up finds them alike."""
        self.tell()
        for card_id in cards or (FIRST,):
            assert self.here(card_id) == self.at_the_hub(card_id)
            noted = self.hall.do(lambda t, card_id=card_id: t.value("SELECT look_on FROM card_held WHERE card_id = ?", card_id))
            assert noted == card_holders.look_on(self.here(card_id))

    def twins(self):
        """Versions that the town has told with two contents, as the hub has them."""
        return self.hub.all("SELECT card, version FROM card_told GROUP BY card, version, office HAVING count(*) > 1")

    def work(self):
        sql = "SELECT what FROM work_item WHERE kind = ? ORDER BY id"
        return [what for (what,) in self.hall.do(lambda t: t.all(sql, card_recovery.RESTORED))]

    def everything(self):
        tables = ("card_event", "card_held", "card_issue", "card_issue_step", "work_item", "outbox", "card_act")
        return [self.hall.do(lambda t, table=table: t.all(f"SELECT * FROM {table}")) for table in tables]

    def lost(self):
        return self.hall.run(card_life.report_loss, LossReport(self.code, NAME, BIRTH))

    def found(self):
        return self.hall.run(card_life.report_found, FoundReport(FIRST, SHOWN))

    def handed_in(self):
        return self.hall.run(card_life.hand_in, HandedIn(FIRST, "返納"))

    def destroyed(self):
        return self.hall.run(card_life.destroy, FIRST)

    def recoded(self):
        self.code = self.hall.run(change_code, CodeChangeRequest(self.code, day(self.hall))).code

    def died(self):
        self.hall.run(enter_death, DeathNotification(self.code, day(self.hall), day(self.hall)))

    def moved_out(self):
        self.hall.run(move_out, MoveOutNotification((self.code,), "先", day(self.hall), day(self.hall)))


def with_card():
    """Its one resident has a card, and the backup knows it."""
    scene = Scene()
    issued(scene.hall, scene.code)
    scene.back_up()
    return scene
