"""Whether a card was presented at the counter of who asks about it: what the card signed there (カードの提示の確認, 規則43(3); 令30の24).

    certificate under the country's card authority ── its key signed office, code and time ── the code that was told with that card,
    the office that asks, a few minutes ago, and not asked with before

The proof is taken once. Told apart by what is signed, since a signature can be altered and still hold.
"""

import msgspec

from openjuki.card.evidence import CardEvidence, shown_card
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Reason, Refused

SCRIPT = """
CREATE TABLE card_presented (card TEXT NOT NULL, office TEXT NOT NULL, shown_ms INTEGER NOT NULL,
  PRIMARY KEY (card, office, shown_ms)) WITHOUT ROWID;
CREATE INDEX card_presented_shown_ms ON card_presented (shown_ms)"""

ARTICLE = "規則43(3)"
FRESH_MS, AHEAD_MS = 300_000, 60_000
"""How old a presentation may be, and how far the counter's clock may be ahead of this one. Ours: one visit to a counter."""

_decode = msgspec.msgpack.Decoder(CardEvidence).decode


def check(transaction: Transaction, office: Office, asker: str, card: str, evidence: bytes) -> None:
    """Refused unless that card was presented at the asker's counter just now; the same presentation is refused from then on."""
    shown_ms = _shown_ms(evidence)
    if not -AHEAD_MS <= office.clock.wall_ms() - shown_ms <= FRESH_MS:
        raise Refused(Reason.LATE, ARTICLE)
    if not _signed(transaction, office, asker, card, evidence, shown_ms):
        raise Refused(Reason.INVALID, ARTICLE)
    transaction.execute("DELETE FROM card_presented WHERE shown_ms < ?", (office.clock.wall_ms() - FRESH_MS,))
    if transaction.value("SELECT 1 FROM card_presented WHERE card = ? AND office = ? AND shown_ms = ?", card, asker, shown_ms):
        raise Refused(Reason.CONFLICT, ARTICLE)
    transaction.execute("INSERT INTO card_presented VALUES (?, ?, ?)", (card, asker, shown_ms))


def _shown_ms(evidence: bytes) -> int:
    try:
        return _decode(evidence).shown_ms
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(Reason.INVALID, ARTICLE) from error


def _signed(transaction: Transaction, office: Office, asker: str, card: str, evidence: bytes, shown_ms: int) -> bool:
    """Whether a card of the country with that number signed it, for a code that a town told with it; unknown cards cannot be checked."""
    codes = transaction.all("SELECT DISTINCT code FROM card_told WHERE card = ?", card) if office.card_trust else []
    return any(_holds(office, asker, card, evidence, code, shown_ms) for (code,) in codes)


def _holds(office: Office, asker: str, card: str, evidence: bytes, code: str, shown_ms: int) -> bool:
    try:
        return shown_card(evidence, office.card_trust, realm=office.realm, office=asker, code=code, shown_ms=shown_ms) == card
    except Refused:
        return False
