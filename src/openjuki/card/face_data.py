"""What the face and input-support applications hold, signed by the issuer (券面事項の電磁的記録; promises C2, C7).

    face    FF20 { DF21 offsets | DF22 birth | DF23 sex | DF24 card's key | DF25 name | DF26 address | DF27 photo | DF28 signature |
                   DF29 last day | DF2A security code }           the signature covers three digests: 22-24, 25-26, 27
    items   FF20 { DF21 offsets | DF22 name | DF23 address | DF24 birth | DF25 sex }   FF30 { DF31, DF32 digests | DF33 signature }

Tags as clients of the card's successor expect them. Name and address are text here in place of the pictures of text on those cards, so
that a reader can show any character. Nothing in either holds the resident record code.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from openjuki.card import tlv
from openjuki.card.algorithms import load_public
from openjuki.card.holder import CardKind, CardOrder, Holder
from openjuki.register.errors import Broken, InvalidInput, Say

FACE, AGE, INFO, ITEMS, SIGNATURE = 0xFF20, 0xFF10, 0xFF30, 0xFF20, 0xFF30
OFFSETS, BIRTH, SEX, CARD_KEY, NAME, ADDRESS, PHOTO, FACE_SIGNATURE, LAST_DAY, SECURITY_CODE = range(0xDF21, 0xDF2B)
_SEGMENTS = ((BIRTH, SEX, CARD_KEY), (NAME, ADDRESS), (PHOTO,))
_FIRST_OFFSET_BYTES = 8


@dataclass(frozen=True, slots=True)
class Face:
    """What a third party sees: never the resident record code."""

    name: str
    birth: datetime.date | None
    sex: str
    address: str
    photo: bytes
    last_day: datetime.date
    card_key: bytes


def face_file(order: CardOrder, card_key: bytes, issuer: rsa.RSAPrivateKey) -> bytes:
    """The face file of a card; one without photo tells the name only (Order art. 30-12)."""
    fields = _face_fields(order, card_key)
    fields[FACE_SIGNATURE] = issuer.sign(_covered(fields), padding.PKCS1v15(), SHA256())
    fields[LAST_DAY] = order.last_day.strftime("%Y%m%d").encode("ascii")
    fields[SECURITY_CODE] = order.security_code.encode("ascii")
    return with_offsets(FACE, fields)


def age_file(order: CardOrder, card_key: bytes, issuer: rsa.RSAPrivateKey) -> bytes:
    """Birth date alone, signed: for who asks the age and nothing else."""
    birth = order.holder.birth.strftime("%Y%m%d").encode("ascii") if order.kind is CardKind.WITH_PHOTO else b""
    body = tlv.encode(0xDF11, birth) + tlv.encode(0xDF12, card_key)
    return tlv.encode(AGE, body + tlv.encode(0xDF13, issuer.sign(body, padding.PKCS1v15(), SHA256())))


def read_face(content: bytes, issuer_public: bytes) -> Face:
    """The face in a file. Raises Broken if it is not the issuer's; InvalidInput if it is no face at all."""
    fields = tlv.fields(tlv.inside(content, FACE))
    if not set(fields) >= {tag for segment in _SEGMENTS for tag in segment} | {FACE_SIGNATURE, LAST_DAY}:
        raise not_the_issuers()
    _check(issuer_public, fields[FACE_SIGNATURE], _covered(fields))
    return Face(
        fields[NAME].decode("utf-8"), _day(fields[BIRTH]), fields[SEX].decode("ascii"), fields[ADDRESS].decode("utf-8"), fields[PHOTO],
        _day(fields[LAST_DAY]) or datetime.date.min, fields[CARD_KEY],
    )  # fmt: skip


def read_age(content: bytes, issuer_public: bytes) -> tuple[datetime.date | None, bytes]:
    """The birth date of an age file, None on a card that tells none; and the card's key. Raises as `read_face`."""
    fields = tlv.fields(tlv.inside(content, AGE))
    if set(fields) != {0xDF11, 0xDF12, 0xDF13}:
        raise not_the_issuers()
    _check(issuer_public, fields[0xDF13], tlv.encode(0xDF11, fields[0xDF11]) + tlv.encode(0xDF12, fields[0xDF12]))
    return _day(fields[0xDF11]), fields[0xDF12]


def items_file(holder: Holder) -> bytes:
    """The four items as text, with the table of where each begins."""
    fields = {
        0xDF22: holder.name.encode("utf-8"), 0xDF23: holder.address.encode("utf-8"),
        0xDF24: holder.birth.strftime("%Y%m%d").encode("ascii"), 0xDF25: holder.sex.encode("ascii"),
    }  # fmt: skip
    return with_offsets(ITEMS, fields)


def items_signature(number_file: bytes, items: bytes, issuer: rsa.RSAPrivateKey) -> bytes:
    """Digests of both files and the issuer's signature over them."""
    body = tlv.encode(0xDF31, sha256(number_file).digest()) + tlv.encode(0xDF32, sha256(_after_offsets(items)).digest())
    return tlv.encode(SIGNATURE, body + tlv.encode(0xDF33, issuer.sign(body, padding.PKCS1v15(), SHA256())))


def checked_items(items: bytes, signature: bytes, issuer_public: bytes) -> dict[int, bytes]:
    """The items by tag, as far as the issuer signed them: the table of places is not covered. Raises Broken if they are not the issuer's.

    `items` and `signature` are both files; InvalidInput if they are none at all.
    """
    covered, signed = _after_offsets(items), tlv.fields(tlv.inside(signature, SIGNATURE))
    if set(signed) != {0xDF31, 0xDF32, 0xDF33} or signed[0xDF32] != sha256(covered).digest():
        raise not_the_issuers()
    _check(issuer_public, signed[0xDF33], tlv.encode(0xDF31, signed[0xDF31]) + tlv.encode(0xDF32, signed[0xDF32]))
    return tlv.fields(covered)


def genuine_file(card_key: bytes, issuer: rsa.RSAPrivateKey) -> bytes:
    """The public key by which a chip shows that it is no copy, signed by the issuer."""
    key = tlv.encode(0xDF51, card_key)
    return tlv.encode(0xFF50, key + tlv.encode(0xDF52, issuer.sign(key, padding.PKCS1v15(), SHA256())))


def with_offsets(tag: int, fields: Mapping[int, bytes]) -> bytes:
    """A template whose first object tells where, from the start of the file, the others begin (2 bytes each)."""
    objects = [tlv.encode(number, value) for number, value in fields.items()]
    table_bytes = len(tlv.encode(OFFSETS, bytes(2 * len(objects))))
    inside = table_bytes + sum(map(len, objects))
    at, table = len(tlv.encode(tag, bytes(inside))) - inside + table_bytes, b""
    for each in objects:
        table += at.to_bytes(2, "big")
        at += len(each)
    return tlv.encode(tag, tlv.encode(OFFSETS, table) + b"".join(objects))


def not_the_issuers() -> Broken:
    """Whatever it is, the issuer did not sign it."""
    return Broken(
        "card face",
        Say("it is not what the issuing municipality signed.", "発行市町村の署名と一致しません。"),
        Say("Do not accept the card; call the issuer.", "本人確認に用いず、発行市町村に照会してください。"),
    )


def _face_fields(order: CardOrder, card_key: bytes) -> dict[int, bytes]:
    holder, photo = order.holder, order.kind is CardKind.WITH_PHOTO
    return {
        BIRTH: holder.birth.strftime("%Y%m%d").encode("ascii") if photo else b"",
        SEX: holder.sex.encode("ascii") if photo else b"",
        CARD_KEY: card_key,
        NAME: holder.name.encode("utf-8"),
        ADDRESS: holder.address.encode("utf-8") if photo else b"",
        PHOTO: order.photo if photo else b"",
    }


def _covered(fields: Mapping[int, bytes]) -> bytes:
    segments = (b"".join(tlv.encode(tag, fields[tag]) for tag in segment) for segment in _SEGMENTS)
    return b"".join(sha256(segment).digest() for segment in segments)


def _check(issuer_public: bytes, signature: bytes, message: bytes) -> None:
    key = load_public(issuer_public)
    if not isinstance(key, rsa.RSAPublicKey):
        raise not_the_issuers()
    try:
        key.verify(signature, message, padding.PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise not_the_issuers() from error


def _after_offsets(items: bytes) -> bytes:
    inside = tlv.inside(items, ITEMS)
    return inside[len(tlv.encode(OFFSETS, bytes(_FIRST_OFFSET_BYTES))) :]


def _day(digits: bytes) -> datetime.date | None:
    if not digits:
        return None
    try:
        return datetime.datetime.strptime(digits.decode("ascii"), "%Y%m%d").replace(tzinfo=datetime.UTC).date()
    except ValueError as error:
        raise InvalidInput(
            "day", Say("it is none.", "日付ではありません。"), Say("Do not accept the card.", "本人確認に用いないでください。")
        ) from error
