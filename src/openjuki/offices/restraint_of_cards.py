"""A card with a protected person's address is handed over after two persons have released it (支援措置とカードの交付; 令30の15).

The card has the address on its face and in its chip (standard j410, j440). In a protected person's place nobody gets it; for somebody
unprotected who lives with one an agent may come, to the same check. Who is named as abuser is told of nothing.
"""

from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.offices import restraint_guard
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
    part = _part(taker)
    if taker and restraint_guard.named_as_abuser(transaction, About(person), taker):
        part = Asker.ABUSER_AGENT
    judged = restraint_guard.judged(transaction, office, WayOut.CARD, part, [About(person)], case_of(application))
    if judged.word is Word.REFUSED:
        raise restraint_guard.absent()
    if judged.word is Word.EXAMINE:
        raise InvalidInput("asker", judged.tell, Say("Ask the supervisor.", "支援措置責任者に確認してください。"))


def _part(taker: str) -> Asker:
    return Asker.VICTIM_AGENT if taker else Asker.VICTIM


def waiting(transaction: Transaction, office: Office, person: int, taker: str = "") -> str:
    """The case of the person's open application that only a release lets go to them (or to who comes for them); "" if there is none."""
    application = transaction.value(_OPEN, person)
    if application is None:
        return ""
    about, case = [About(person)], case_of(application)
    return case if restraint_guard.judged(transaction, office, WayOut.CARD, _part(taker), about).word is Word.EXAMINE else ""


def ask_release(transaction: Transaction, office: Office, operator: str, person: int, reason: str, taker: str = "") -> int:
    """One person asks that the card may be handed to the person, or to who comes for them; another agrees. Raises as restraint_guard."""
    case, about = waiting(transaction, office, person, taker), [About(person)]
    return restraint_guard.ask_release(transaction, office, operator, WayOut.CARD, _part(taker), about, case, reason)
