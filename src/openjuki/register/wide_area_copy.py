"""What is asked and told for a wide-area copy: closed lists and items (住民票の写しの広域交付, Act art. 12-4; 令15-3, 30-32; Rules art. 4).

An item that is no field here cannot be told: the indication of the family register (7 item 5), items 9 to 12 and 14 have no place.
"""

from enum import StrEnum

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.identity import Sex

NUMBER_BYTES = 16
"""Length of the random number of a request."""


class CopyOf(StrEnum):
    """Whom the copy is to show (令15-3(1)3)."""

    SELF = "self"
    HOUSEHOLD = "household"
    MEMBERS = "members"
    """The members named, with or without the requester."""


class CopyExtra(StrEnum):
    """Items that are told only if they were asked for (Act art. 12-4(4); for foreign residents as read by 30-51)."""

    RELATIONSHIP = "relationship"
    """7 item 4: that somebody is householder, or the householder's name and the relationship."""
    CODE = "code"
    """7 item 13."""
    NATIONALITY = "nationality"
    """30-45, 国籍等."""
    STAY = "stay"
    """30-45, the lower column of its table."""


class CheckedBy(StrEnum):
    """How the requester proved who they are, and how the code became known (Act art. 12-4(1); Rules art. 4)."""

    CARD = "card"
    """The Juki card and its PIN."""
    PHOTO_AND_CODE = "photo-and-code"
    PHOTO_AND_BIRTH = "photo-and-birth"
    """The requester stated birth date and sex; the issuing municipality found the code."""


class PhotoDocument(StrEnum):
    """Documents with a photo (Rules art. 4(2)); what else a mayor finds fit is `OTHER`, named in the check."""

    PASSPORT = "旅券"
    DRIVING_LICENCE = "運転免許証"
    RESIDENCE_CARD = "在留カード"
    PERMANENT_RESIDENT = "特別永住者証明書"
    DISABILITY = "身体障害者手帳"
    OTHER = "その他官公署の発行した写真付き証明書"


class FoundCode(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where the identity query that found the code stands: the log of the office that disclosed it, the leaf's index, and the proof."""

    log: str
    index: int
    proof: bytes
    """Record, salt and promise of that leaf (offices/wide_area_evidence.py): the question was asked, by that office, and found somebody."""


class IdentityCheck(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the clerk saw and when (wall clock, ms); evidence for the home office, which checks that it is whole and fresh."""

    by: CheckedBy
    checked_ms: int
    document: PhotoDocument | None = None
    document_named: str = ""
    """What an `OTHER` document is called."""
    found: FoundCode | None = None
    card: bytes = b""
    """The card's own proof; whoever verifies cards knows its form."""


class CopyRequest(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What 令15-3(1) lets the issuing mayor tell: that somebody asks, name and code, whom the copy is to show, which items; and the check.

    `number` makes it one request however often it is sent.
    """

    number: bytes
    name: str
    code: str
    of: CopyOf
    members: tuple[str, ...]
    """Names of those to be shown, for `CopyOf.MEMBERS`."""
    extras: tuple[CopyExtra, ...]
    check: IdentityCheck


class ForeignItems(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a copy shows of a foreign resident in place of 7 item 6 (令30-26(7), 30-32); the rest only if it was asked for."""

    alias: str
    became_foreign_resident_on: str
    nationality: str | None = None
    residence_class: str | None = None
    status_of_residence: str | None = None
    period_of_stay: str | None = None
    stay_until: str | None = None
    residence_card_number: str | None = None


class CopiedPerson(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One person on the copy: items 1 to 3 and 6 to 8 of art. 7 as recorded, 4 and 13 if asked for; None for what was not asked."""

    name: str  # 1
    birth: str  # 2
    sex: Sex  # 3
    became_resident_on: str  # 6; "" for a foreign resident
    address: Address  # 7
    address_since: str  # 7
    notified_on: str  # 8
    previous_address: str  # 8
    householder: str | None = None  # 4, the householder's name
    relationship: str | None = None  # 4
    code: str | None = None  # 13
    foreign: ForeignItems | None = None


class CopyContent(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the home mayor tells (Act art. 12-4(3)): whose register, on which day of the register calendar, about whom."""

    home: str
    told_on: str
    persons: tuple[CopiedPerson, ...]


class NoCopy(StrEnum):
    """Why the home office tells nothing; said only under its seal, to the office that asked."""

    NOT_HERE = "not-here"
    """Nobody can be given under these particulars; it says no more, whatever stands behind it."""
    NAME_DIFFERS = "name-differs"
    """The code is not of that name."""
    CODE_CHANGED = "code-changed"
    MEMBER_NOT_HERE = "member-not-here"
    """Somebody named is not to be found in the requester's household."""
    MOVED_OUT = "moved-out"
    DEAD = "dead"
    CLOSED = "closed"
    """Outside the hours in which the home office serves."""


class CopyAnswer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The home office's word on the request of that number: a content, or why there is none."""

    number: bytes
    content: CopyContent | None
    refusal: NoCopy | None = None
