"""A protected person's card is handed over after two persons have released it (支援措置とカードの交付; 令30の15; standard j410, j440).

The card has the address on its face and in its chip. Who comes in the person's place gets none; who is named as abuser is told of nothing.
"""

from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.offices import restraint_guard, restraints
from openjuki.offices.office import Office
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say

_OPEN = "SELECT id FROM card_application WHERE person = ? AND state = 'open' ORDER BY id DESC"


def case_of(application: int) -> str:
    """As releases name the application for a card."""
    return f"card-{application}"


def check(transaction: Transaction, office: Office, person: int, application: int, taker: str) -> None:
    """May the card of that application go to the person ("") or to the `taker` of that name? Conflict or InvalidInput if not."""
    part = Asker.VICTIM_AGENT if taker else Asker.VICTIM
    if taker and restraints.named_as_abuser(transaction, person, taker):
        part = Asker.ABUSER_AGENT
    judged = restraint_guard.judged(transaction, office, WayOut.CARD, part, [About(person)], case_of(application))
    if judged.word is Word.REFUSED:
        raise restraint_guard.absent()
    if judged.word is Word.EXAMINE:
        raise InvalidInput("asker", judged.tell, Say("Ask the supervisor.", "支援措置責任者に確認してください。"))


def waiting(transaction: Transaction, office: Office, person: int) -> str:
    """The case of the open application of a protected person, for a release; "" if there is none, or it needs none."""
    application = transaction.value(_OPEN, person)
    if application is None or not restraints.restraints_of(transaction, person, office.today()):
        return ""
    return case_of(application)


def ask_release(transaction: Transaction, office: Office, operator: str, person: int, reason: str) -> int:
    """One person asks that the card may be handed to the person; another agrees (offices/restraint_guard.py). Raises as that."""
    case = waiting(transaction, office, person)
    return restraint_guard.ask_release(transaction, office, operator, WayOut.CARD, Asker.VICTIM, [About(person)], case, reason)
