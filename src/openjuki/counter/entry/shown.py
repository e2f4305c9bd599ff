"""What an event would change, in words of both languages: items before and after, who is told, slips (入力確認, standard 4.0.9)."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from openjuki.counter.entry.happened import Happened, Listed, PersonChange, Told
from openjuki.register.addresses import Address
from openjuki.register.dates import DateText, to_era
from openjuki.register.errors import Say
from openjuki.register.event_reasons import reason_of
from openjuki.register.events import Event
from openjuki.register.household import gloss_en
from openjuki.register.identity import Sex, Status
from openjuki.register.items import BY_KEY
from openjuki.register.record import ResidentRecord

NEW_CODE = Say("a new one, drawn when it is entered", "記載時に付番")
NEW_HOUSEHOLD = Say("a new household", "新しい世帯")
_LABELS: Mapping[str, Say] = {
    "name": Say("Name", "氏名"), "kana": Say("Reading", "氏名のフリガナ"), "birth": Say("Date of birth", "生年月日"),
    "sex": Say("Sex", "男女の別"), "household": Say("Household", "世帯"), "relationship": Say("Relationship", "世帯主との続柄"),
    "registered_domicile": Say("Registered domicile", "本籍"), "registered_domicile_head": Say("Head of the family register", "筆頭者"),
    "became_resident_on": Say("Resident since", "住民となった年月日"), "address": Say("Address", "住所"),
    "address_since": Say("At the address since", "住所を定めた年月日"), "notified_on": Say("Notified on", "届出の年月日"),
    "previous_address": Say("Address before", "転入前住所"), "code": Say("Resident record code", "住民票コード"),
    "individual_number": Say("Individual Number", "個人番号"), "former_name": Say("Former surname", "旧氏"), "alias": Say("Alias", "通称"),
    "status": Say("Standing", "住民票の状態"), "removed_on": Say("Ended on", "消除の異動日"), "moved_to": Say("Destination", "転出先"),
}  # fmt: skip
_ENGLISH = {
    "on_electoral_roll": "Electoral roll", "national_health_insurance": "National health insurance",
    "elderly_medical_insurance": "Elderly medical insurance", "care_insurance": "Care insurance", "pension_kind": "Kind of pension",
    "pension_number": "Pension number", "child_allowance": "Child allowance", "nationality": "Nationality or region",
    "became_foreign_resident_on": "Foreign resident since", "residence_class": "Class of art. 30-45",
    "status_of_residence": "Status of residence", "period_of_stay": "Period of stay", "stay_until": "Last day of the stay",
    "residence_card_number": "Number of the residence card", "remarks": "Remarks",
}  # fmt: skip
_DATES = frozenset({
    "birth", "became_resident_on", "address_since", "notified_on", "removed_on", "became_foreign_resident_on", "stay_until",
})  # fmt: skip
_TEXTS = frozenset({
    "name", "kana", "registered_domicile", "registered_domicile_head", "address", "previous_address", "former_name", "alias", "moved_to",
})  # fmt: skip
_SEX = {
    Sex.MALE: Say("male", "男"), Sex.FEMALE: Say("female", "女"),
    Sex.UNKNOWN: Say("not known", "不詳"), Sex.NOT_APPLICABLE: Say("-", "－"),
}  # fmt: skip
_STATUS = {
    Status.RESIDENT: Say("resident", "住民"), Status.REMOVED: Say("removed", "消除"), Status.DEAD: Say("dead", "消除（死亡）"),
    Status.ANNULLED: Say("annulled", "取消し"),
}  # fmt: skip
SLIPS: Mapping[str, Say] = {
    "code-new": Say("Notice of the resident record code", "住民票コード通知票"),
    "code-changed": Say("Notice of the changed code", "住民票コード変更通知票"),
    "code-corrected": Say("Notice of the corrected code", "住民票コード修正通知票"),
    "householder-changed": Say("Notice of the new householder", "世帯主変更通知書"),
    "householder-wanted": Say("Request to name a householder", "世帯主変更依頼通知書"),
    "entered-ex-officio": Say("Notice of the entry ex officio", "職権記載通知書"),
    "alias-removed": Say("Notice of the removed alias", "通称削除通知書"),
}
WORK: Mapping[str, Say] = {
    "late-notification": Say("Notified late (Act 53(2))", "届出期間経過（法第53条第2項）"),
    "householder-wanted": Say("Nobody heads the household", "世帯主がいない世帯"),
    "household-apart": Say("Members of one household live apart", "住所の異なる世帯員"),
    "minister-notice": Say("Notice of the Minister of Justice to be looked at", "法務大臣の通知の確認"),
}
MESSAGES: Mapping[str, Say] = {
    "IdentityChange": Say("Change of identity, on to the centre", "本人確認情報の変更（全国センターへ転送）"),
    "AddressSupplementNotice": Say("Notice for the address supplement", "戸籍の附票記載事項通知"),
    "SupplementTransfer": Say("Transfer of the address supplement", "本籍転属通知"),
    "SupplementMismatch": Say("Notice that the family register disagrees", "附票記載事項の不一致通知"),
    "ResidentRecordNotice": Say("Notice of items for the resident record", "住民票記載事項通知"),
}
_NOTHING = Say("", "")
Name = Callable[[str], str]
"""Name of an office by its code."""


class Line(NamedTuple):
    """One item before and after; `recorded` if it is text of the register, to be shown in its font."""

    label: Say
    before: Say
    after: Say
    recorded: bool = False


class PersonShown(NamedTuple):
    """One person: number, name, why, and what changes."""

    person: int
    name: str
    new: bool
    reasons: tuple[Say, ...]
    lines: tuple[Line, ...]


class Shown(NamedTuple):
    """Everything that a check page or a result says."""

    persons: tuple[PersonShown, ...]
    told: tuple[tuple[str, Say, int], ...]
    slips: tuple[tuple[str, Say], ...]
    work: tuple[Say, ...]
    supplements: tuple[int, ...]

    @property
    def digest(self) -> str:
        """The same for the same words: what is entered must be what was shown."""
        said = [[one.name, one.new, one.reasons, one.lines] for one in self.persons]
        return hashlib.sha256(json.dumps([said, self.told, self.slips], ensure_ascii=False).encode()).hexdigest()[:32]


def shown(seen: Happened, given_codes: frozenset[str], office_name: Name) -> Shown:
    """What happened in words; a code that is not among those given was drawn, and is not shown before it is entered."""
    names = {change.person: change.after.name for change in seen.persons}
    households = {change.before.household for change in seen.persons if change.before}
    return Shown(
        tuple(_person(change, given_codes, households) for change in seen.persons),
        tuple((office_name(told.receiver), _message(told), told.messages) for told in seen.told),
        tuple((names.get(slip.person, ""), SLIPS.get(slip.kind, Say(slip.kind, slip.kind))) for slip in seen.slips),
        tuple(dict.fromkeys(_work(item) for item in seen.work)), seen.supplements,
    )  # fmt: skip


def _message(told: Told) -> Say:
    return MESSAGES.get(told.type, Say(told.type, told.type))


def _work(item: Listed) -> Say:
    return WORK.get(item.kind, Say(item.what or item.kind, item.what or item.kind))


def reason_words(event: Event) -> Say:
    """The standard's word for an event."""
    row = reason_of(event)
    return Say(row.english, row.japanese)


def _person(change: PersonChange, given_codes: frozenset[str], households: set[int]) -> PersonShown:
    lines = tuple(_lines(change.before, change.after, given_codes, households))
    reasons = tuple(dict.fromkeys(reason_words(event) for event in change.events))
    return PersonShown(0 if change.before is None else change.person, change.after.name, change.before is None, reasons, lines)


def _lines(before: ResidentRecord | None, after: ResidentRecord, given_codes: frozenset[str], households: set[int]) -> Iterator[Line]:
    for key, label in _LABELS.items():
        old, new = getattr(before, key, None), getattr(after, key)
        if old != new and (old or new):
            words = _of_the_office(key, new, given_codes, households, is_new=before is None) or words_of(key, new)
            yield Line(label, words_of(key, old), words, key in _TEXTS)
    held = before.other if before else {}
    for key in sorted(held.keys() | after.other.keys(), key=lambda key: BY_KEY[key].number if key in BY_KEY else 0):
        if held.get(key, "") != after.other.get(key, ""):
            yield Line(label_of(key), words_of(key, held.get(key, "")), words_of(key, after.other.get(key, "")))


def _of_the_office(key: str, new: Any, given_codes: frozenset[str], households: set[int], *, is_new: bool) -> Say | None:
    """What the office draws or counts when it enters: not the trial's own code and number."""
    if key == "code" and new and new not in given_codes:
        return NEW_CODE
    if key == "household" and new not in households and not is_new:
        return NEW_HOUSEHOLD
    return None


def label_of(key: str) -> Say:
    """What an item is called."""
    if key in _LABELS:
        return _LABELS[key]
    japanese = BY_KEY[key].japanese if key in BY_KEY else key
    return Say(_ENGLISH.get(key, key), japanese)


def words_of(key: str, value: Any) -> Say:
    """What an item says."""
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, Address):
        return Say(value.text(), value.text())
    if key == "sex":
        return _SEX[Sex(value)]
    if key == "status":
        return _STATUS[Status(value)]
    if key in _DATES:
        return Say(str(value), to_era(DateText(value)))
    if key == "relationship":
        return Say(f"{value} ({gloss_en(value)})", str(value))
    return Say(str(value), str(value))
