"""What may be answered for each affair, and by which keys (提供項目と照会条件): OUR POLICY, not the law's text.

The appendices leave the items of each affair to a ministerial ordinance that we do not have (総務省令; Act appendices 1-5). So the
field sets, key sets and limits here are a choice of this project, made narrow: every office may be told less by its directory entry.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from openjuki.law.purposes import ACT_WORKS, ActWork, PurposeId, catalogue
from openjuki.register.errors import InvalidInput, Reason, Refused, Say


class Field(StrEnum):
    """An item of identity confirmation information that an answer may hold (Act art. 30-5(1))."""

    NAME = "name"
    KANA = "kana"
    BIRTH = "birth"
    SEX = "sex"
    ADDRESS = "address"
    CODE = "code"
    FORMER_NAME = "former_name"
    ALIAS = "alias"
    STATUS = "status"
    """Whether the person is resident, dead or moved away."""
    DATE_OF_CHANGE = "date_of_change"


class Key(StrEnum):
    """An item that a question may search by; only whole sets of them are allowed."""

    CODE = "code"
    INDIVIDUAL_NUMBER = "individual_number"
    NAME = "name"
    ADDRESS = "address"
    BIRTH = "birth"


FieldSet = frozenset[Field]
KeySet = frozenset[Key]

KEY_SETS: frozenset[KeySet] = frozenset(
    map(frozenset, ({Key.CODE}, {Key.INDIVIDUAL_NUMBER}, {Key.NAME, Key.ADDRESS}, {Key.NAME, Key.BIRTH}))
)
"""The narrowest sets of conditions: never a name, an address or a birth date alone (P9; reference figure of 2003)."""

HITS_CEILING = 50
"""Persons; no setting of an affair goes above it (the figure known from practice)."""
PER_DAY_CEILING = 1_000_000
"""Questions a day; about the load of the pension bodies, 14 million a month."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What one affair allows; limits count per asking office and affair, days are those of the register calendar."""

    fields: FieldSet
    key_sets: frozenset[KeySet] = KEY_SETS
    hits_max: int = 10
    """Persons in one answer; a search with more is refused, not cut."""
    per_day_max: int = 1_000
    """Questions."""
    misses_per_10min_max: int = 10
    misses_per_day_max: int = 30
    forward_match: bool = False
    """Whether a name or address may be given by its beginning only."""
    case_required: bool = True


_FOUR_ITEMS = frozenset({Field.NAME, Field.BIRTH, Field.SEX, Field.ADDRESS})
_PERSON = _FOUR_ITEMS | {Field.KANA, Field.FORMER_NAME, Field.ALIAS}
_KNOWN = _PERSON | {Field.STATUS}
_FOLLOWED = _KNOWN | {Field.DATE_OF_CHANGE}
_EVERYTHING = frozenset(Field)

_LICENCE = Policy(fields=_KNOWN)
_EXAMINATION = Policy(fields=_PERSON)
_PASSPORT = Policy(fields=_KNOWN)
_HOUSING = Policy(fields=_FOLLOWED)
_ELECTION = Policy(fields=_FOLLOWED)
_SAFETY = Policy(fields=_FOLLOWED, per_day_max=20_000)
_BENEFIT = Policy(fields=_EVERYTHING, per_day_max=20_000)
_PENSION = Policy(fields=_EVERYTHING, per_day_max=PER_DAY_CEILING)
_REGISTER_WORK = Policy(fields=_EVERYTHING, per_day_max=20_000)
_CONSENT = Policy(fields=_PERSON)
_STATISTICS = Policy(fields=_FOUR_ITEMS - {Field.NAME}, key_sets=frozenset())

_ROWS: tuple[tuple[Policy, str], ...] = (
    (_PENSION, "1: 16 17 18 19 20 21 22 42 43 44 48 72 72-2 73 73-2 74 75 76 77 77-2 77-3 77-4 77-5 77-6 78 82"),
    (_PENSION, "3: 4"),
    (_PENSION, "5: 4"),
    (_BENEFIT, "1: 23 29 57-2 57-3 59 63 65 68 69 77-7 114 120 122"),
    (_BENEFIT, "2: 3 4 5 10"),
    (_BENEFIT, "3: 6 27"),
    (_BENEFIT, "4: 2 3 4 9"),
    (_BENEFIT, "5: 7 9 10 32"),
    (_EXAMINATION, "1: 27 28 30 50 61 91 92 98 105 121"),
    (_EXAMINATION, "3: 13"),
    (_EXAMINATION, "5: 17"),
    (_PASSPORT, "1: 41"),
    (_PASSPORT, "5: 6"),
    (_HOUSING, "2: 8"),
    (_HOUSING, "3: 23"),
    (_HOUSING, "4: 7"),
    (_HOUSING, "5: 28"),
    (_ELECTION, "2: 1-3 2"),
    (_ELECTION, "4: 1-3"),
    (_SAFETY, "2: 1"),
    (_SAFETY, "3: 1 29"),
    (_SAFETY, "4: 1"),
    (_SAFETY, "5: 1 34"),
)
"""Rows whose policy is not that of a licence; "table: rows"."""

_ACT_WORKS: Mapping[str, Policy] = {
    "30-7(4)3": _REGISTER_WORK,
    "30-7(5)3": _REGISTER_WORK,
    "30-7(6)3": _REGISTER_WORK,
    "30-8(1)3": _CONSENT,
    "30-8(1)4": _STATISTICS,
}


def _special() -> dict[PurposeId, Policy]:
    special: dict[PurposeId, Policy] = {}
    for policy, line in _ROWS:
        table, rows = line.split(": ")
        special |= {PurposeId(int(table), row): policy for row in rows.split()}
    return special


SPECIAL: Mapping[PurposeId, Policy] = MappingProxyType(_special())
"""Policies of the rows that are not treated as licences and registrations."""


def policy_for(affair: PurposeId | ActWork) -> Policy:
    """The policy of an affair of the Act; an ordinance's policy stands in the ordinance. Raises `Refused` for an unlisted affair."""
    if isinstance(affair, ActWork) and affair.article in ACT_WORKS:
        return _ACT_WORKS[affair.article]
    if isinstance(affair, PurposeId) and affair in catalogue():
        return SPECIAL.get(affair, _LICENCE)
    raise Refused(Reason.AFFAIR_NOT_LISTED, "30-7")


def configured(policy: Policy, *, hits_max: int | None = None, per_day_max: int | None = None) -> Policy:
    """`policy` with limits of the realm's own: 1-50 persons in an answer, 1-1,000,000 questions a day. Raises `InvalidInput`."""
    limits = {"hits_max": (hits_max, HITS_CEILING), "per_day_max": (per_day_max, PER_DAY_CEILING)}
    for item, (value, ceiling) in limits.items():
        if value is not None and not 1 <= value <= ceiling:
            reason = Say("the limit is out of range.", "上限が範囲外です。")
            raise InvalidInput(item, reason, Say(f"Give 1 to {ceiling}.", f"1から{ceiling}までを指定してください。"))
    return msgspec.structs.replace(policy, **{item: value for item, (value, _) in limits.items() if value is not None})
