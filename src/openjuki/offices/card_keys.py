"""How a card of this town proves itself: kept at hand-over, asked when another office says it was shown (カードの真正性の確認).

    hand-over, continued use ── certificate of the card's Juki Net key, checked by the desk's terminal ──> keep
    wide-area copy ── the card's signature on office, code and time (card/evidence.py) ──> own_valid_card

Act art. 12-4(1), Rules art. 4(1): the home office believes no other machine's word that a card was checked.
"""

from openjuki.card.evidence import shown_by
from openjuki.offices import card_holders, municipality
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say
from openjuki.register.wide_area_copy import CopyRequest

SCRIPT = "CREATE TABLE card_key (card_id TEXT PRIMARY KEY, certificate BLOB NOT NULL) WITHOUT ROWID"


def keep(transaction: Transaction, card_id: str, certificate: bytes) -> None:
    """The certificate of a card that the desk here has just checked. Conflict if the card had another: then one of the two is a copy."""
    transaction.execute("INSERT OR IGNORE INTO card_key VALUES (?, ?)", (card_id, certificate))
    if transaction.value("SELECT certificate FROM card_key WHERE card_id = ?", card_id) != certificate:
        reason = Say("another card of this number was handed over here.", "同じ番号の別のカードが交付されています。")
        raise Conflict("card", reason, Say("Keep it, and tell the officer in charge.", "カードを預かり、責任者に知らせてください。"))


def own_valid_card(transaction: Transaction, office: Office, asker: str, request: CopyRequest) -> bool:
    """Whether the card's proof in the check is that of the requester's own card, which serves today and was shown at the asking office."""
    person = transaction.value("SELECT person FROM code_used WHERE code = ?", request.code)
    if person is None or municipality.record_of(transaction, person).code != request.code:
        return False
    return any(
        shown_by(
            request.check.card, certificate, realm=office.realm, office=asker, code=request.code, shown_ms=request.check.checked_ms
        )
        for certificate in _serving(transaction, office, person)
    )  # fmt: skip


def _serving(transaction: Transaction, office: Office, person: int) -> list[bytes]:
    """Certificates of the person's cards that serve today."""
    serving = [card.card_id for card in card_holders.cards_of(transaction, person) if card.life.serves(office.today())]
    found = (transaction.value("SELECT certificate FROM card_key WHERE card_id = ?", card_id) for card_id in serving)
    return [certificate for certificate in found if certificate is not None]
