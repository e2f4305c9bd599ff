"""The authority of a country's cards: all that signs for a card (カードの認証局). Sandbox realm only.

Four keys: the CA of card terminals and cards (P-256), the two CAs of the JPKI application and the issuer of card faces (RSA-2048). Each
certificate comes out the same when it is asked for again, so that an interrupted issue can be taken up.
"""

import datetime
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openjuki.card import jpki_certificates, verifiable
from openjuki.card.dialogue import Terminal
from openjuki.card.holder import CardOrder
from openjuki.card.image import Entropy
from openjuki.card.jpki_certificates import AUTHENTICATION, SIGNATURE
from openjuki.card.memory import Right
from openjuki.card.verifiable import Verifiable
from openjuki.keys.software import PrivateKey, SoftwareKeys, make_key

REALM = "sandbox"
TERMINALS, TERMINAL_KEY = "terminals", "terminal"
TERMINAL_DAYS = 30
"""How long a terminal's certificate runs: an office that is no longer listed is out after this."""
CARD_YEARS = 20
COUNTER = Right.READ_PERSON | Right.REWRITE | Right.RESET_PIN | Right.ISSUE | Right.LOAD_SERVICE | Right.SERVICE | Right.CERTIFY | Right.END
"""What a municipality's counter may do."""
LISTED_BODY = Right.READ_PERSON
"""What a body of the Act's appendices may do: confirm the holder (the Rules art. 43)."""


@dataclass(frozen=True, slots=True)
class SandboxAuthority:
    """The four keys and the day since when. A `Certifier`."""

    terminals: PrivateKey
    signature: rsa.RSAPrivateKey
    authentication: rsa.RSAPrivateKey
    issuer: rsa.RSAPrivateKey
    day: datetime.date
    _keys: SoftwareKeys = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_keys", SoftwareKeys({TERMINALS: self.terminals}, deterministic=True))

    @property
    def trust(self) -> bytes:
        """Public key of the CA of terminals and cards: what each card carries."""
        return self._keys.public(TERMINALS)

    @property
    def issuer_public(self) -> bytes:
        """Public key of the issuer of faces: what whoever checks a face needs."""
        return self.issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def card(self, card_id: str, aid: bytes, public: bytes) -> bytes:
        """Certificate of a card's channel key."""
        last = self.day.replace(year=self.day.year + CARD_YEARS, day=min(self.day.day, 28))
        return self._issue(f"card {card_id} {aid.hex()}", Right(0), public, last)

    def face_issuer(self, office: str) -> bytes:
        """Certificate of the issuer of faces, as it lies on each card."""
        last = self.day.replace(year=self.day.year + CARD_YEARS, day=min(self.day.day, 28))
        return self._issue(f"issuer {office}", Right(0), self.issuer_public, last)

    def jpki(self, purpose: str, public: bytes, order: CardOrder) -> bytes:
        """Certificate over one of the two keys, DER: to the fifth birthday, and not beyond the card."""
        authority = self.signature if purpose == SIGNATURE else self.authentication
        number = sha256(f"{order.card_id} {purpose}".encode() + public).digest()
        subject = f"{number[4:8].hex().upper()}{order.issuer.office[:5]}{'A' if purpose == AUTHENTICATION else 'S'}"
        return jpki_certificates.holder_certificate(
            authority, purpose, public, subject, order.holder, serial=int.from_bytes(number[:4], "big") | 1,
            first_day=order.first_day, last_day=min(fifth_birthday(order.holder.birth, order.first_day), order.last_day),
        )  # fmt: skip

    def jpki_authority(self, purpose: str) -> bytes:
        """The CA's own certificate, DER."""
        return jpki_certificates.authority_certificate(self.signature if purpose == SIGNATURE else self.authentication, purpose, self.day)

    def terminal(self, office: str, rights: Right, entropy: Entropy, day: datetime.date, realm: str = REALM) -> Terminal:
        """A terminal of this office with a new key, certified from this day on."""
        keys = SoftwareKeys({TERMINAL_KEY: make_key(entropy)})
        said = Verifiable(f"office {office}", realm, rights, day, day + datetime.timedelta(days=TERMINAL_DAYS), keys.public(TERMINAL_KEY))
        return Terminal(keys, TERMINAL_KEY, verifiable.issue(said, self._keys, TERMINALS), self.trust, realm, entropy)

    def _issue(self, holder: str, rights: Right, public: bytes, last: datetime.date) -> bytes:
        return verifiable.issue(Verifiable(holder, REALM, rights, self.day, last, public), self._keys, TERMINALS)


def new_authority(entropy: Entropy, day: datetime.date) -> SandboxAuthority:
    """Four new keys."""
    return SandboxAuthority(make_key(entropy), new_signer(), new_signer(), new_signer(), day)


def new_signer() -> rsa.RSAPrivateKey:
    """A new key for one of the two JPKI CAs or the issuer of faces."""
    return rsa.generate_private_key(65537, 2048)


def fifth_birthday(birth: datetime.date, day: datetime.date) -> datetime.date:
    """The fifth birthday after this day; 29 February counts as the 28th."""
    first = day.year if (birth.month, birth.day) > (day.month, day.day) else day.year + 1
    return datetime.date(first + 4, birth.month, min(birth.day, 28) if birth.month == 2 else birth.day)
