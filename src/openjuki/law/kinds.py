"""Kinds of office and the routes between them (機関の種別と経路, Act art. 30-5, 30-7, 30-8, 30-10)."""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class OfficeKind(StrEnum):
    """What an office is under the Act; the directory states it, the certificate proves the office."""

    MUNICIPALITY = "municipality"
    PREFECTURE = "prefecture"
    CENTRE = "centre"
    APPENDIX_BODY = "appendix-body"
    PREFECTURE_ORGAN = "prefecture-organ"
    MUNICIPAL_ORGAN = "municipal-organ"
    AUTHORITY = "authority"
    VERIFIER = "verifier"
    AUDITOR = "auditor"
    APPLICANT = "applicant"
    """Not yet in the directory; may speak to the centre's enrolment listener only."""


class Relation(IntEnum):
    """How the receiver of a message stands to its sender."""

    ANY = 0
    OWN = 1
    """The two belong to one prefecture."""
    OTHER = 2
    """The two belong to different prefectures."""


class Route(NamedTuple):
    """One lawful way of a message: from a kind of office to a kind of office standing in a relation."""

    sender: OfficeKind
    receiver: OfficeKind
    relation: Relation = Relation.ANY

    def leads(self, sender: OfficeKind, sender_prefecture: str, receiver: OfficeKind, receiver_prefecture: str) -> bool:
        """Whether a message of that sender to that receiver is on this route; prefectures are 2-digit codes, "" for none."""
        if (sender, receiver) != (self.sender, self.receiver):
            return False
        if self.relation is Relation.ANY:
            return True
        return (sender_prefecture == receiver_prefecture) == (self.relation is Relation.OWN)
