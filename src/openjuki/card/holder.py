"""Whose card it is and what is written on it (カード記載事項, Act art. 30-44(1), Order art. 30-12; promise C1)."""

import datetime
from dataclasses import dataclass
from enum import StrEnum


class CardKind(StrEnum):
    """Two kinds, as the applicant wishes: 様式第一 (name only) and 様式第二 (four items and photo)."""

    NAME_ONLY = "name-only"
    WITH_PHOTO = "with-photo"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person as the resident record has them. `sex` after ISO 5218: "1" male, "2" female, "9" not told."""

    name: str
    birth: datetime.date
    sex: str
    address: str
    code: str
    """Resident record code, 11 digits: goes into the Juki Net application and nowhere else."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The municipality that issues: its code of 6 digits, its name, its telephone."""

    office: str
    name: str
    telephone: str


@dataclass(frozen=True, slots=True)
class CardOrder:
    """One card to be made: number, kind, person, issuer, days, photo (JPEG 2000, grey; empty on a card without one)."""

    card_id: str
    kind: CardKind
    holder: Holder
    issuer: Issuer
    first_day: datetime.date
    last_day: datetime.date
    security_code: str
    """Four digits, printed on the card: part of the reference number B."""
    photo: bytes = b""

    def data_text(self) -> bytes:
        """The card's own data as its Juki Net application holds them: five lines."""
        lines = (self.card_id, self.issuer.office, self.kind, self.first_day.isoformat(), self.last_day.isoformat())
        return "\n".join(lines).encode("utf-8")
