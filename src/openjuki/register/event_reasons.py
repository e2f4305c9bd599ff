"""The standard's 37 reasons of an event: what each records, whether hubs are told, on whose word (異動事由, standard 1.2.2; Rules art. 11).

An event says its reason in two words: that of the Rules, which goes up, and, where it says less than the standard's list, a cause of
ours beside it. Each pair leads to one row here.
"""

from enum import StrEnum
from typing import NamedTuple

from openjuki.register.events import Cause, Event
from openjuki.register.identity import Reason


class Effect(StrEnum):
    """What an event does to the record (記載・消除・修正)."""

    ENTRY = "記載"
    REMOVAL = "消除"
    CHANGE = "修正"


class Told(StrEnum):
    """Whether prefecture and centre hear of an event (本人確認情報の通知の要否, Act art. 30-5(1))."""

    ALWAYS = "always"
    IF_IDENTITY = "if identity changes"
    """Where the event changes one of the four items, a number or the standing; otherwise it stays in the municipality."""
    NEVER = "never"


class EventReason(NamedTuple):
    """One of the 37: names, effect, both words of the event, telling, and where it stands."""

    number: int
    """Place in the standard's list, from 1."""
    japanese: str
    english: str
    effect: Effect
    rule: Reason
    """The word of the Rules, which goes up if anything does."""
    cause: Cause | None
    told: Told
    records: tuple[str, ...]
    """Items that it may set; "*" for any that the record has. None where it sets none of its own."""
    on_notice: bool
    """Whether a resident's notification, request or filing can bring it about."""
    ex_officio: bool
    """Whether the mayor can do so without one."""
    kinds: tuple[str, ...]
    """Kinds of event (`openjuki register event`) that enter it."""
    basis: str


_ENTERED, _REMOVED, _CORRECTED = Reason.ENTRY_EX_OFFICIO, Reason.REMOVAL_EX_OFFICIO, Reason.CORRECTION_EX_OFFICIO
_ALWAYS, _IF_SEEN, _NEVER = Told.ALWAYS, Told.IF_IDENTITY, Told.NEVER
_NOTICE, _OFFICE, _BOTH = (True, False), (False, True), (True, True)

_Row = tuple[str, str, Reason, Cause | None, Told, str, tuple[bool, bool], str, str]
_ENTRIES: tuple[_Row, ...] = (
    ("国内転入", "moving in", Reason.MOVE_IN, None, _ALWAYS, "*", _NOTICE, "move-in ward-move", "Act 22"),
    ("国外転入等", "moving in from abroad, becoming a foreign resident", Reason.MOVE_IN, Cause.MOVE_IN_FROM_ABROAD, _ALWAYS, "*", _NOTICE,
     "move-in foreign-entry", "Act 22, 30-46, 30-47"),
    ("出生", "birth", Reason.BIRTH, None, _ALWAYS, "*", _NOTICE, "birth", "Act 8; 令12(2)1"),
    ("職権記載（帰化等）", "entry as Japanese", _ENTERED, Cause.JAPANESE_NOW, _ALWAYS, "*", _OFFICE, "nationality-acquired", "令8の2(1)"),
    ("職権記載（国籍喪失）", "entry as foreigner", _ENTERED, Cause.FOREIGN_NOW, _ALWAYS, "*", _OFFICE, "nationality-lost", "令8の2(2)"),
    ("職権記載", "entry ex officio", _ENTERED, None, _ALWAYS, "*", _OFFICE, "entry-ex-officio boundary-take-over", "令12"),
    ("改製", "remaking", _ENTERED, Cause.REMADE, _NEVER, "*", _OFFICE, "remake", "令16"),
    ("再製", "restoring what was lost", _ENTERED, Cause.RESTORED, _NEVER, "*", _OFFICE, "remake", "令17"),
    ("異動の取消し（増）", "annulment of a removal", _ENTERED, Cause.ANNULLED_REMOVAL, _IF_SEEN, "", _BOTH, "annulment", "standard 4.6"),
)  # fmt: skip
_REMOVALS: tuple[_Row, ...] = (
    ("国内転出", "moving out", Reason.MOVE_OUT, None, _ALWAYS, "status removed_on moved_to", _BOTH, "move-out ward-move", "Act 24"),
    ("国外転出", "moving out abroad", Reason.MOVE_OUT, Cause.MOVE_OUT_ABROAD, _ALWAYS,
     "status removed_on moved_to", _BOTH, "move-out", "Act 24"),
    ("死亡", "death", Reason.DEATH, None, _ALWAYS, "status removed_on", _NOTICE, "death", "Act 8; 令8, 12(2)1"),
    ("職権消除（帰化等）", "removal as foreigner", _REMOVED, Cause.FOREIGN_NO_MORE, _ALWAYS,
     "status removed_on", _OFFICE, "nationality-acquired", "令8の2(1)"),
    ("職権消除（国籍喪失）", "removal as Japanese", _REMOVED, Cause.JAPANESE_NO_MORE, _ALWAYS,
     "status removed_on", _OFFICE, "nationality-lost", "令8の2(2)"),
    ("職権消除", "removal ex officio", _REMOVED, None, _ALWAYS,
     "status removed_on", _OFFICE, "removal-ex-officio minister-notices boundary-change", "令8, 12"),
    ("改製", "end by remaking", _REMOVED, Cause.ENDED_BY_REMAKING, _NEVER, "", _OFFICE, "remake", "令16"),
    ("再製", "end by loss", _REMOVED, Cause.ENDED_BY_LOSS, _NEVER, "", _OFFICE, "remake", "令17"),
    ("異動の取消し（減）", "annulment of an entry", _REMOVED, Cause.ANNULLED_ENTRY, _IF_SEEN, "", _BOTH, "annulment", "standard 4.6"),
)  # fmt: skip
_CHANGES: tuple[_Row, ...] = (
    ("転居", "change of address", Reason.CHANGE_OF_ADDRESS, None, _IF_SEEN,
     "address address_since household relationship", _NOTICE, "change-of-address", "Act 23"),
    ("軽微な修正", "minor correction", Reason.MINOR_CORRECTION, None, _ALWAYS,
     "name address", _BOTH, "correction renumbering", "Rules 11(3)2, 21-2"),
    ("職権修正", "correction ex officio", _CORRECTED, None, _IF_SEEN, "*", _BOTH, "correction change-of-address minister-notices",
     "Act 14; 令12"),
    ("誤記修正", "slip of the pen", _CORRECTED, Cause.SLIP_OF_PEN, _IF_SEEN, "*", _OFFICE, "correction", "令12(3); standard 4.2.3.3"),
    ("個人番号の変更請求", "Individual Number changed on request", Reason.NUMBER_CHANGE, None, _ALWAYS,
     "individual_number", _NOTICE, "individual-number",
     "Number Act 7(2)"),
    ("個人番号の職権修正", "Individual Number corrected", Reason.NUMBER_CORRECTED, None, _ALWAYS,
     "individual_number", _OFFICE, "individual-number", "令12(3)"),
    ("個人番号の職権記載", "Individual Number entered", Reason.NUMBER_ENTERED, None, _ALWAYS,
     "individual_number", _OFFICE, "individual-number",
     "Number Act 7(1), 7(2)"),
    ("住民票コードの変更請求", "code changed on request", Reason.CODE_CHANGE, None, _ALWAYS, "code", _NOTICE, "code-change", "Act 30-3"),
    ("住民票コードの職権記載", "code entered ex officio", Reason.CODE_EX_OFFICIO, None, _ALWAYS,
     "code", _OFFICE, "code-correction", "令30の4"),
    ("世帯分離", "household separation", _CORRECTED, Cause.HOUSEHOLD_SEPARATION, _NEVER,
     "household relationship", _BOTH, "household-change", "Act 25"),
    ("世帯合併", "household merger", _CORRECTED, Cause.HOUSEHOLD_MERGER, _NEVER,
     "household relationship", _BOTH, "household-change", "Act 25"),
    ("世帯変更", "change of household", _CORRECTED, Cause.HOUSEHOLD_CHANGE, _NEVER,
     "household relationship", _BOTH, "household-change", "Act 25"),
    ("世帯主変更", "change of householder", _CORRECTED, Cause.HOUSEHOLDER_CHANGE, _NEVER,
     "relationship", _BOTH, "householder-change", "Act 25"),
    ("旧氏の記載", "former surname entered", _CORRECTED, Cause.FORMER_NAME_ENTERED, _ALWAYS,
     "former_name", _NOTICE, "former-name", "令30の14 of 2019"),
    ("旧氏の変更", "former surname changed", _CORRECTED, Cause.FORMER_NAME_CHANGED, _ALWAYS,
     "former_name", _NOTICE, "former-name", "令30の14 of 2019"),
    ("旧氏の削除", "former surname removed", _CORRECTED, Cause.FORMER_NAME_REMOVED, _ALWAYS,
     "former_name", _BOTH, "former-name", "令30の14 of 2019"),
    ("通称の記載", "alias entered", _CORRECTED, Cause.ALIAS_ENTERED, _ALWAYS, "alias", _NOTICE, "alias", "令30の26(1), (2)"),
    ("通称の削除", "alias removed", _CORRECTED, Cause.ALIAS_REMOVED, _ALWAYS, "alias", _BOTH, "alias", "令30の26(4), (5)"),
    ("異動の取消し（修正）", "annulment of a change", _CORRECTED, Cause.ANNULLED_CHANGE, _IF_SEEN,
     "", _BOTH, "annulment", "standard 4.6"),
)  # fmt: skip
_ALL = [(effect, row) for effect, rows in zip(Effect, (_ENTRIES, _REMOVALS, _CHANGES), strict=True) for row in rows]

EVENT_REASONS = tuple(
    EventReason(number, japanese, english, effect, rule, cause, told, tuple(records.split()), *whose, tuple(kinds.split()), basis)
    for number, (effect, (japanese, english, rule, cause, told, records, whose, kinds, basis)) in enumerate(_ALL, 1)
)
"""All 37 in the order of the standard."""
_BY_CAUSE = {row.cause: row for row in EVENT_REASONS if row.cause is not None}
_BY_RULE = {row.rule: row for row in EVENT_REASONS if row.cause is None}


def reason_of(event: Event) -> EventReason:
    """The row of an event: by its cause, or where it has none by the word of the Rules."""
    return _BY_RULE[event.reason] if event.cause is None else _BY_CAUSE[event.cause]
