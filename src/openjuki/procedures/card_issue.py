"""Issue of a Juki card (住民基本台帳カードの交付, Act art. 30-44(1)-(4); 令30の12-30の24, 30の30; Rules 34-43; text of 2013-12).

municipality                                     desk (terminal/card_making.py)
  1 apply        kept, fee by the ordinance, old card ended if another is asked for in its place
  2 begin        blank's number, register's data of now
                                                 personalise: keys and data onto the card, journal line by line
  2 resume       after a cut; or void            a card that is gone or outdated never becomes valid
  3 prepare      who stands there may take it
                                                 the person sets the PINs, is confirmed by card and PIN
  4 hand_over    issued, in exchange for the old one: told to the prefecture (procedures/card_event.py)

Each step may be taken again after a lost reply, and does nothing twice. No PIN comes to the office.
"""

from openjuki.card.area_by_area import Looked
from openjuki.card.personalisation import Stage
from openjuki.card.photo import Photo, prepare
from openjuki.law.calendar import Rule, require
from openjuki.offices import card_applications, card_issue, card_issue_handover
from openjuki.offices.card_applications import Application, Filed, State
from openjuki.offices.card_issue_handover import Confirmed, HandOver
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say


def apply(office: Office, operator: str, application: Application, photo: bytes, then: Then) -> None:
    """Step 1, municipality: take an application, with the applicant's photo (JPEG or PNG) or b""; `then` gets the Filed or an error."""
    office.require_ready()
    require([Rule.JUKI_CARD_ISSUE], office.today(), office.profile)
    pictures: Photo | None = prepare(photo) if photo else None
    office.write(lambda transaction: card_applications.file(transaction, office, operator, application, pictures), then)


def begin(office: Office, operator: str, number: int, card_id: str, then: Then) -> None:
    """Step 2, municipality: a blank card was put in for application `number`; `then` gets the Making or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: card_issue.begin(transaction, office, operator, number, card_id), then)


def begin_with(office: Office, operator: str, put_in: tuple[int, Looked], then: Then) -> None:
    """Step 2 at the window: the desk has looked at the card put in. Conflict unless it is blank, or was begun for this application."""
    office.require_ready()
    number, seen = put_in
    office.write(lambda transaction: card_issue.begin_with(transaction, office, operator, number, seen), then)


def write_line(office: Office, operator: str, line: tuple[str, Stage], then: Then) -> None:
    """Step 2, how far the card of that number is; on disk when `then` gets None. A Conflict if the journal does not allow it."""
    card_id, stage = line
    office.write(lambda transaction: card_issue.write(transaction, office, operator, card_id, stage), then)


def resume(office: Office, card_id: str, then: Then) -> None:
    """Step 2 again, after a cut; `then` gets the Making, or a Conflict if the card is to be made void."""
    office.require_ready()
    office.write(lambda transaction: card_issue.resume(transaction, office, card_id), then)


def void(office: Office, operator: str, card_id: str, why: str, then: Then) -> None:
    """Step 2 given up: the card never becomes valid; `then` gets None or an OpenJukiError."""
    office.write(lambda transaction: card_issue.void(transaction, office, operator, card_id, why), then)


def void_begun(office: Office, operator: str, begun: tuple[str, str], then: Then) -> None:
    """The same from a form: number of the card, and why."""
    void(office, operator, *begun, then)


def withdraw(office: Office, operator: str, number: int, then: Then) -> None:
    """The application is taken back before its card was handed over; a card begun for it becomes void. `then` gets the Filed."""
    office.write(lambda transaction: _withdraw(transaction, office, operator, number), then)


def _withdraw(transaction: Transaction, office: Office, operator: str, number: int) -> Filed:
    asked = card_applications.filed(transaction, number)
    if asked.state is State.DONE:
        reason = Say("its card was handed over.", "カードは交付済みです。")
        raise Conflict("application", reason, Say("Have the card handed back.", "カードの返納を受けてください。"))
    for card_id in card_issue.in_making(transaction, asked.person):
        card_issue.void(transaction, office, operator, card_id, f"application {number} withdrawn")
    card_applications.close(transaction, number, State.WITHDRAWN)
    return card_applications.filed(transaction, number)


def prepare_hand_over(office: Office, hand_over: HandOver, then: Then) -> None:
    """Step 3, municipality: before the person sets the PINs; `then` gets the Making or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: card_issue_handover.check(transaction, office, hand_over), then)


def complete_hand_over(office: Office, operator: str, hand_over: HandOver, confirmed: Confirmed, then: Then) -> None:
    """Step 4, municipality: the PINs are set and the card has confirmed its person; `then` gets the HeldCard or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: card_issue_handover.complete(transaction, office, operator, hand_over, confirmed), then)
