"""Household and relationship to the householder (世帯・続柄, Act art. 7 item 4; standard specification 1.1.10, 1.1.11, 4.0.4, 5.2).

A relationship is stored once: it says what a member is to the householder. It is 世帯主, 縁故者 or 同居人, or up to four words
of a closed list joined by の (子の妻 = child's wife). Everything else (祖父, 孫, 甥) is not recorded: it is said with these words.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, NewType

from openjuki.register.dates import DateText, latest
from openjuki.register.errors import InvalidInput, Say

Relationship = NewType("Relationship", str)
"""What a member is to the householder, in the words of the standard, with full-width brackets."""

HOUSEHOLDER = Relationship("世帯主")
CONNECTED = Relationship("縁故者")
COHABITANT = Relationship("同居人")
WORDS = {
    "夫": "husband",
    "妻": "wife",
    "夫（未届）": "de facto husband",
    "妻（未届）": "de facto wife",
    "子": "child",
    "子（子の夫）": "child (child's husband)",
    "子（子の妻）": "child (child's wife)",
    "父": "father",
    "母": "mother",
    "兄": "elder brother",
    "姉": "elder sister",
    "弟": "younger brother",
    "妹": "younger sister",
}
"""The words that may be joined, with their English for display."""
JOINED_MAX = 4

SPOUSES = frozenset({"夫", "妻", "夫（未届）", "妻（未届）"})
CHILDREN = frozenset({"子", "子（子の夫）", "子（子の妻）"})
PARENTS = frozenset({"父", "母"})
SIBLINGS = frozenset({"兄", "姉", "弟", "妹"})

_ALONE = {HOUSEHOLDER: "householder", CONNECTED: "connected person", COHABITANT: "cohabitant"}
_BRACKETS = str.maketrans("()", "（）")


class Member(NamedTuple):
    """One member of a household, as far as order and succession ask; `key` is the address number (宛名番号)."""

    key: str
    relationship: Relationship
    birth: DateText
    heads_family_register: bool = False
    """Whether this person is the head of the family register (筆頭者); decides who of two parents comes first."""
    with_family_of: str = ""
    """Key of the child or relative with whose family this person forms a group; "" if it follows from the relationship."""


class Succession(NamedTuple):
    """What follows for the household when members leave; at most one of the two is set."""

    becomes: str = ""
    """Key of the member who becomes householder; "" if the householder stays or nobody is left."""
    ends: bool = False
    """Whether nobody is left."""
    ex_officio: bool = False
    """Whether the mayor records the new householder without a notification; a notice of it goes to that person (4.0.5)."""


def relationship(text: str, item: str = "relationship") -> Relationship:
    """The relationship as recorded; half-width brackets become full-width; InvalidInput if it is not of the closed list."""
    words = text.translate(_BRACKETS)
    if words in _ALONE or _is_joined(words):
        return Relationship(words)
    raise InvalidInput(
        item,
        Say("is not a relationship that the register knows.", "管理できる続柄ではありません。"),
        Say(
            f"Join at most {JOINED_MAX} of {'・'.join(WORDS)} by の; otherwise record 縁故者 or 同居人.",
            f"{'・'.join(WORDS)}を「の」で{JOINED_MAX}つまでつなぐか、縁故者又は同居人としてください。",
        ),
    )


def gloss_en(text: Relationship) -> str:
    """The relationship in English for display only: 子の妻 -> child's wife. InvalidInput if it is none."""
    return _ALONE.get(text) or "'s ".join(WORDS[word] for word in steps(relationship(text)))


@lru_cache(maxsize=4096)
def steps(text: str) -> tuple[str, ...]:
    """The words between the joining の, from the householder outwards; a の inside brackets joins nothing."""
    parts: list[str] = []
    for part in text.split("の"):
        if parts and parts[-1].count("（") > parts[-1].count("）"):
            parts[-1] += f"の{part}"
        else:
            parts.append(part)
    return tuple(parts)


def householder(members: Iterable[Member]) -> Member:
    """The one householder; InvalidInput if there is none or more than one."""
    found = [member for member in members if member.relationship == HOUSEHOLDER]
    if len(found) == 1:
        return found[0]
    reason = (
        Say("several members are householder.", "世帯主が二人以上います。")
        if found
        else Say("nobody is householder.", "世帯主がいません。")
    )
    raise InvalidInput(
        "householder", reason, Say("Record exactly one member as householder.", "世帯員のうち一人だけを世帯主としてください。")
    )


def succession(members: Collection[Member], leaving: Collection[str], chosen: str = "") -> Succession:
    """Who becomes householder when the members with the keys `leaving` go (standard 4.0.4); `chosen` is the key that was notified, if any.

    One who is left alone becomes householder ex officio; with nobody leaving, `chosen` is a plain change of householder. InvalidInput
    if two or more are left and nobody is chosen, or if the one chosen is not among them. The relationships of the others to the new
    householder are to be recorded with the same change.
    """
    staying = [member for member in members if member.key not in leaving]
    if not staying:
        return Succession(ends=True)
    if chosen and chosen not in {member.key for member in staying}:
        reason = Say("the person chosen does not stay in the household.", "指定された者は世帯に残りません。")
        raise InvalidInput("householder", reason, Say("Choose a member who stays.", "残る世帯員から選んでください。"))
    heads = [member.key for member in staying if member.relationship == HOUSEHOLDER]
    if heads:
        return Succession(becomes="" if chosen in ("", *heads) else chosen)
    if len(staying) > 1 and not chosen:
        reason = Say("the householder leaves and two or more members stay.", "世帯主がいなくなり、世帯員が二人以上残ります。")
        raise InvalidInput("householder", reason, Say("Enter the change of householder first.", "先に世帯主変更の処理をしてください。"))
    return Succession(becomes=chosen or staying[0].key, ex_officio=not chosen)


def notice_goes_to(members: Sequence[Member], leaving: Collection[str]) -> Member | None:
    """Whom the request to name a householder goes to: the first who stays, in the order before the change (4.0.5); None if nobody stays."""
    return next((member for member in in_order(members) if member.key not in leaving), None)


def in_order(members: Sequence[Member]) -> list[Member]:
    """The members in the order of a copy of the record (standard 5.2): couple and children, children's families, own family, others.

    Who belongs to which child's or sibling's family follows from the relationship if only one could be meant, else from `with_family_of`;
    without either they come after the families of the same rank. Unknown birth dates come last.
    """
    anchors = {member.key: anchor for member in members if (anchor := _anchor(member, members))}
    heads = set(anchors.values())
    by_key = {member.key: member for member in members}

    def place(member: Member) -> tuple[_Place, int, _Age]:
        anchor = anchors.get(member.key)
        if anchor is None:
            return _place(member, heads=member.key in heads), 0, _age(member)
        spouse = steps(member.relationship)[-1] in SPOUSES or member.relationship.endswith(("（子の夫）", "（子の妻）"))
        return _place(by_key[anchor], heads=True), 1 if spouse else 2, _age(member)

    return sorted(members, key=place)


_Age = tuple[date, int, str]
_Place = tuple[int, int, int, bool, _Age]


def _age(member: Member) -> _Age:
    return latest(member.birth), len(member.key), member.key


def _is_joined(text: str) -> bool:
    parts = steps(text)
    return len(parts) <= JOINED_MAX and all(part in WORDS for part in parts)


def _anchor(member: Member, members: Sequence[Member]) -> str:
    """Key of the child or sibling of the householder whose family the member belongs to; "" if of none."""
    if member.with_family_of:
        return member.with_family_of if any(other.key == member.with_family_of for other in members) else ""
    first, *rest = steps(member.relationship)
    if first == "子" and len(rest) == 1 and rest[0] in SPOUSES | CHILDREN:
        head = [other.key for other in members if other.relationship == "子"]
    elif first in SIBLINGS and len(rest) == 1 and rest[0] in SPOUSES | CHILDREN:
        head = [other.key for other in members if other.relationship == first]
    elif member.relationship in ("子（子の夫）", "子（子の妻）"):
        head = [other.key for other in members if other.relationship == "子"]
    else:
        return ""
    return head[0] if len(head) == 1 else ""


def _place(member: Member, *, heads: bool) -> _Place:
    """Rank, place within it, generations, not head of the family register, age: the clauses of 5.2 in their order."""
    words = steps(member.relationship)
    last = _age(member)
    if member.relationship in _ALONE:
        rank = {HOUSEHOLDER: (1, 1), CONNECTED: (4, 5), COHABITANT: (4, 6)}[member.relationship]
        return *rank, 0, False, last
    if words[0] in CHILDREN and len(words) <= 2:
        return _child_place(words, last, heads=heads)
    if len(words) == 1 and words[0] in SPOUSES:
        return 1, 2, 0, False, last
    if heads:
        return 4, 4, len(words), False, last
    own = _family_place(words)
    if own:
        return 3, own, 0, not member.heads_family_register and own != 2, last
    spouses = _family_place(words[1:]) if words[0] in SPOUSES else 0
    if spouses:
        return 4, spouses, 0, not member.heads_family_register and spouses != 2, last
    return 4, 4, len(words), False, last


def _child_place(words: Sequence[str], last: _Age, *, heads: bool) -> _Place:
    if len(words) == 1:
        return (2, 1, 0, False, last) if heads else (1, 3, 0, False, last)
    return (2, 2, 0, False, last) if words[1] in SPOUSES | CHILDREN else (4, 4, 2, False, last)


def _family_place(words: Sequence[str]) -> int:
    """1 parents, 2 siblings, 3 grandparents; 0 for anybody else."""
    if len(words) == 1:
        return 1 if words[0] in PARENTS else 2 if words[0] in SIBLINGS else 0
    return 3 if len(words) == 2 and set(words) <= PARENTS else 0
