"""Certificates small enough for a chip to check: terminals' and cards' (カード検証可能証明書, ISO/IEC 7816-8).

    7F21 { 7F4E { 5F29 version | 42 issuer | 5F20 holder | 53 realm | 7F4C rights | 5F25 first day | 5F24 last day | 7F49 key }
           5F37 signature }                                                                 the form of TR-03110

The CA of the card terminals signs what an office's terminal may do at a card; an office's name is in it, so a body that the Act does not
list has none. Cards carry one for each of their channel keys, so that a terminal knows a card of the country from a copy.
"""

import datetime
from dataclasses import dataclass

from openjuki.card import tlv
from openjuki.card.memory import Right
from openjuki.keys.door import Signer, key_id
from openjuki.keys.software import verify
from openjuki.register.errors import InvalidInput, Say

CERTIFICATE, BODY, VERSION, ISSUER, HOLDER, REALM = 0x7F21, 0x7F4E, 0x5F29, 0x42, 0x5F20, 0x53
RIGHTS, FIRST_DAY, LAST_DAY, PUBLIC_KEY, SIGNATURE = 0x7F4C, 0x5F25, 0x5F24, 0x7F49, 0x5F37
_DOMAIN = b"openjuki/card-verifiable/v1\x00"


@dataclass(frozen=True, slots=True)
class Verifiable:
    """What such a certificate says. `holder` is "office 462250" or "card <id> <application>"; `public` a P-256 SubjectPublicKeyInfo."""

    holder: str
    realm: str
    rights: Right
    first_day: datetime.date
    last_day: datetime.date
    public: bytes

    @property
    def office(self) -> str:
        """Code of the office that holds it; empty for a card's."""
        return self.holder.removeprefix("office ") if self.holder.startswith("office ") else ""


def issue(said: Verifiable, authority: Signer, name: str) -> bytes:
    """The certificate, signed by the authority's key of that name."""
    body = tlv.encode(BODY, _fields(said, key_id(authority.public(name))))
    return tlv.encode(CERTIFICATE, body + tlv.encode(SIGNATURE, authority.sign(name, _DOMAIN + body)))


def read(certificate: bytes, trust: bytes) -> Verifiable:
    """What a certificate under this trust (P-256 SubjectPublicKeyInfo) says. Raises InvalidInput if it is none, or not signed by it."""
    outer = tlv.fields(tlv.inside(certificate, CERTIFICATE))
    body, signature = outer.get(BODY), outer.get(SIGNATURE)
    if body is None or signature is None or not verify(trust, signature, _DOMAIN + tlv.encode(BODY, body)):
        raise _untrusted()
    found = tlv.fields(body)
    if set(found) != {VERSION, ISSUER, HOLDER, REALM, RIGHTS, FIRST_DAY, LAST_DAY, PUBLIC_KEY} or found[VERSION] != b"\x00":
        raise _untrusted()
    try:
        first, last = (datetime.date.fromisoformat(found[tag].decode("ascii")) for tag in (FIRST_DAY, LAST_DAY))
        holder, realm = found[HOLDER].decode("utf-8"), found[REALM].decode("utf-8")
    except ValueError as error:
        raise _untrusted() from error
    return Verifiable(holder, realm, Right(int.from_bytes(found[RIGHTS], "big")), first, last, found[PUBLIC_KEY])


def public_of(certificate: bytes) -> bytes:
    """The key (P-256 SubjectPublicKeyInfo) in a certificate that was checked before. Raises InvalidInput if it is none."""
    body = tlv.fields(tlv.inside(certificate, CERTIFICATE)).get(BODY, b"")
    public = tlv.fields(body).get(PUBLIC_KEY)
    if public is None:
        raise _untrusted()
    return public


def _fields(said: Verifiable, issuer: str) -> bytes:
    parts = (
        (VERSION, b"\x00"), (ISSUER, issuer.encode("ascii")), (HOLDER, said.holder.encode("utf-8")), (REALM, said.realm.encode("utf-8")),
        (RIGHTS, said.rights.to_bytes(2, "big")), (FIRST_DAY, said.first_day.isoformat().encode("ascii")),
        (LAST_DAY, said.last_day.isoformat().encode("ascii")), (PUBLIC_KEY, said.public),
    )  # fmt: skip
    return b"".join(tlv.encode(tag, value) for tag, value in parts)


def _untrusted() -> InvalidInput:
    return InvalidInput(
        "card certificate",
        Say("it is not of the expected authority, or not whole.", "信頼する認証局の証明書でないか、壊れています。"),
        Say("Use a terminal enrolled for cards, or a card of this country.", "登録された端末又はこの国のカードを使ってください。"),
    )
