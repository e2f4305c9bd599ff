"""Cards in a restored register: what a hub was told of them is taken over, and the town's books follow it (カード管理簿の復旧; 令30の24).

    adopt ── a page of events: those that were lost are written down again; a card without its papers is work for a clerk, and
             serves nobody at the counter until that is done
    follow_register ── a card whose holder is dead, gone or has another code is over, though the disk was lost before that was told

Done again, whether after a crash in the middle or years later, it changes nothing (architecture section 4, "Recovery").
"""

from collections.abc import Sequence

from openjuki.card.life import CardLife, CardStanding, EndCause
from openjuki.card.personalisation import Stage
from openjuki.offices import card_applications, card_holders, card_holders_following, card_issue, card_states, municipality
from openjuki.offices.card_applications import State
from openjuki.offices.card_holders import ALIVE, NEVER, HeldCard
from openjuki.offices.card_told import CardTold
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say
from openjuki.register.identity import Status

OPERATOR = "recovery"
RESTORED = "restored-card"
"""Kind of the work items."""
COMPLETE, CHECK = "complete from the papers", "check against the papers"
_ENDED_BY = {Status.DEAD: EndCause.DEATH, Status.ANNULLED: EndCause.ERASED}


def adopt(transaction: Transaction, office: Office, told: Sequence[CardTold]) -> None:
    """Take over what a hub holds of this town's own events; of each card the newest comes first, on this page or one before."""
    told = [one for one in told if not _taken_away(transaction, one.card)]
    lost = {one.card for one in told if card_states.hear(transaction, office, one)}
    newest = {one.card: one for one in reversed(told)}
    for card_id in sorted(newest):
        _take_up(transaction, office, newest[card_id], lost=card_id in lost)


def _taken_away(transaction: Transaction, card_id: str) -> bool:
    """Whether a sweep left nothing here but the number: what was let go does not come back."""
    return transaction.value("SELECT 1 FROM card_held WHERE card_id = ? AND person = ?", card_id, card_holders.NOBODY) is not None


def _take_up(transaction: Transaction, office: Office, told: CardTold, *, lost: bool) -> None:
    """The town's books of one card say what its events say; what they lack is work for a clerk."""
    card_id = told.card
    lacking = not _is_held(transaction, card_id)
    if lacking and not _hold(transaction, told):  # of nobody here
        if lost:
            _put_work(transaction, office, told.code, card_id, COMPLETE)
        return
    life = card_states.life(transaction, card_id)
    transaction.execute("UPDATE card_held SET look_on = ? WHERE card_id = ?", (card_holders.look_on(life), card_id))
    if _rewrite_journal(transaction, office, card_id, life) or lacking:
        _put_work(transaction, office, told.code, card_id, COMPLETE)
    elif lost and not _lacks_papers(transaction, card_id):
        _put_work(transaction, office, told.code, card_id, CHECK)
    if _is_being_made(life) and card_issue.stage(transaction, card_id) is None:
        card_holders.end(transaction, office, OPERATOR, card_id, EndCause.NOT_MADE)


def _put_work(transaction: Transaction, office: Office, code: str, card_id: str, what: str) -> None:
    card_holders.put_work(transaction, office, RESTORED, code, _words(card_id, what))


def _words(card_id: str, what: str) -> str:
    return f"card {card_id}: {what}"


def _is_held(transaction: Transaction, card_id: str) -> bool:
    return transaction.value("SELECT 1 FROM card_held WHERE card_id = ?", card_id) is not None


def _hold(transaction: Transaction, told: CardTold) -> bool:
    """Put a card that was lost into the register of cards; False if none of its codes is one of a person here."""
    sql = "SELECT person FROM card_event JOIN code_used USING (code) WHERE card_id = ? ORDER BY version DESC LIMIT 1"
    person = transaction.value(sql, told.card)
    if person is not None:
        card_holders.hold(transaction, told.card, person, told.code, with_photo=told.with_photo)
    return person is not None


def _is_being_made(life: CardLife) -> bool:
    return life.told is CardStanding.MAKING and life.ended_by is None


def _rewrite_journal(transaction: Transaction, office: Office, card_id: str, life: CardLife) -> bool:
    """A card that the journal believes to be in making was handed over or made void since; whether it said otherwise."""
    if card_issue.stage(transaction, card_id) in (None, Stage.VOID) or card_issue.handed_over(transaction, card_id):
        return False
    if _is_being_made(life):
        return False
    if life.ended_by is EndCause.NOT_MADE:
        card_issue.write(transaction, office, OPERATOR, card_id, Stage.VOID)
        return True
    transaction.execute("UPDATE card_issue SET handed_ms = ? WHERE card_id = ?", (office.clock.wall_ms(), card_id))
    application = transaction.value("SELECT application FROM card_issue WHERE card_id = ?", card_id)
    card_applications.close(transaction, application, State.DONE)
    return True


def check_complete(transaction: Transaction, card_id: str) -> None:
    """Conflict while a clerk has yet to complete what the town has lost of the card: until then it serves nobody at the counter."""
    if _lacks_papers(transaction, card_id):
        reason = Say("its papers were lost with the old disk.", "復旧前の記録が失われています。")
        raise Conflict("card", reason, Say("Complete them first: see the work list.", "先に要確認事項の記録を補完してください。"))


def _lacks_papers(transaction: Transaction, card_id: str) -> bool:
    sql = "SELECT 1 FROM work_item WHERE kind = ? AND what = ? AND done_ms = 0"
    return transaction.value(sql, RESTORED, _words(card_id, COMPLETE)) is not None


def follow_register(transaction: Transaction, office: Office) -> None:
    """After the last page: cards of people who are no longer what they were when the card was last heard of."""
    sql = """SELECT h.card_id FROM card_held h JOIN person p ON p.id = h.person
      WHERE h.look_on <> ? AND (p.code <> h.code OR p.status <> ?) ORDER BY h.card_id"""
    for (card_id,) in transaction.all(sql, NEVER, int(Status.RESIDENT)):
        card = card_holders.held(transaction, card_id)
        if card.life.standing(office.today()) in ALIVE:
            _follow(transaction, office, card)


def _follow(transaction: Transaction, office: Office, card: HeldCard) -> None:
    record = municipality.record_of(transaction, card.person)
    cause = _ENDED_BY.get(record.status) if record.code == card.code else EndCause.CODE_CHANGED
    if cause is not None:
        card_holders_following.over(transaction, office, OPERATOR, card, cause)
    elif card.life.planned is None:
        _put_work(transaction, office, card.code, card.card_id, CHECK)
