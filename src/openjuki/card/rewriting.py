"""Rewriting what a card shows when the record has changed, at the municipality's counter (券面記載事項の変更, Act art. 30-44(6), (7)).

    face, age, items ── each by one command, each signed anew ── note field: what was changed, when

Done again after a cut it writes the same; between two commands each area is old or new, and whole. The reference number that is printed
on the card stays what it was.
"""

from cryptography.hazmat.primitives.asymmetric import rsa

from openjuki.card import face_data, tlv
from openjuki.card.at_the_counter import add_note, notes, write_data
from openjuki.card.dialogue import Dialogue, Terminal, plain, read, said, select, verify_pin
from openjuki.card.holder import CardOrder
from openjuki.card.layouts import FACE_AGE, FACE_AID, FACE_DATA, FACE_PIN_B, SUPPORT_AID, SUPPORT_ITEMS, SUPPORT_SIGNATURE
from openjuki.register.errors import Say


def rewrite(terminal: Terminal, order: CardOrder, number: str, issuer: rsa.RSAPrivateKey, note: str) -> Dialogue[None]:
    """Writes the face of `order`; `number` is the reference number of 14 digits; `note` is added unless it stands there.

    Raises Refused if the office may not, InvalidInput for another number.
    """
    yield from said(plain, select(FACE_AID), Say("select", "選択"))
    yield from said(plain, verify_pin(FACE_PIN_B, number.encode("ascii")), Say("reference number", "照合番号"))
    face = tlv.fields(tlv.inside((yield from said(plain, read(FACE_DATA), Say("read", "読出し"))), face_data.FACE))
    key = face[face_data.CARD_KEY]
    written = {FACE_DATA: face_data.face_file(order, key, issuer), FACE_AGE: face_data.age_file(order, key, issuer)}
    yield from write_data(terminal, FACE_AID, written)
    items = face_data.items_file(order.holder)
    signature = face_data.items_signature(b"", items, issuer)
    yield from write_data(terminal, SUPPORT_AID, {SUPPORT_ITEMS: items, SUPPORT_SIGNATURE: signature})
    if (yield from notes(terminal))[-1:] != [note]:
        yield from add_note(terminal, note)
