"""Affairs set by ordinance, the second source of purposes (条例で定める事務; Act art. 30-6, 30-7(4)2, (5)2, (6)2, 30-8(1)2, 30-8(2)).

An ordinance is one of the local government that gives the information, never of the one that asks. Its file is TOML (or the same items
as JSON), one `[[ordinance]]` for each affair:

    [[ordinance]]
    id = "car-tax"                          # small letters, digits, hyphens; again for a later wording of the same affair
    office = "460001"                       # whose ordinance: a prefecture, with article 30-6 a municipality
    article = "30-8(1)2"
    askers = ["460109"]                     # office codes that may ask
    bodies = ["鹿児島県税務課"]              # the same, as the ordinance names them
    affair = { en = "car tax", ja = "自動車税の賦課" }
    fields = ["name", "address"]
    key_sets = [["name", "birth"]]
    in_force_from = "2013-04-01"
    in_force_until = "2014-03-31"           # may be left out; the last day
    hits_max = 5                            # may be left out, like per_day_max
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from openjuki.law.policy import KEY_SETS, Field, Key, Policy, configured
from openjuki.law.purposes import OrdinanceId
from openjuki.register.codes import PREFECTURES, office_code
from openjuki.register.errors import InvalidInput, Say


class OrdinanceArticle(StrEnum):
    """The article of the Act that lets an ordinance name an affair; the oracle and the routes use the same words."""

    BETWEEN_MUNICIPALITIES = "30-6"
    OWN_MUNICIPAL_ORGANS = "30-7(4)2"
    OTHER_PREFECTURES = "30-7(5)2"
    OTHER_MUNICIPAL_ORGANS = "30-7(6)2"
    OWN_USE = "30-8(1)2"
    OWN_ORGANS = "30-8(2)"


class Ordinance(msgspec.Struct, frozen=True, kw_only=True):
    """One affair of an ordinance: whose it is, who may ask, what may be answered, and on which days (ISO texts, last day included)."""

    id: OrdinanceId
    article: OrdinanceArticle
    askers: frozenset[str]
    """Codes of the offices that may ask."""
    bodies: tuple[str, ...]
    affair: Say
    policy: Policy
    in_force_from: str
    in_force_until: str | None = None

    def meets(self, other: "Ordinance") -> bool:
        """Whether the two are wordings of one affair that hold on a day together, so that nobody would know which counts."""
        later, earlier = sorted((self, other), key=lambda each: each.in_force_from, reverse=True)
        return self.id == other.id and earlier.in_force(later.in_force_from)

    def in_force(self, day: str) -> bool:
        """Whether the ordinance holds on `day`, an ISO date of the register calendar."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


def read_ordinances(data: bytes | str) -> tuple[Ordinance, ...]:
    """All affairs of an ordinance file, in its order; the same id again is a later wording. Raises `InvalidInput` with item and remedy."""
    return _read(data, "", [])


def load_ordinances(files: Mapping[str, bytes]) -> frozenset[Ordinance]:
    """The ordinances of several files, by file name. Raises `InvalidInput` that names the file; of one id no two may hold on one day."""
    loaded: list[Ordinance] = []
    for name in sorted(files):
        loaded += _read(files[name], f"{name}: ", loaded)
    return frozenset(loaded)


def _read(data: bytes | str, file: str, before: Sequence[Ordinance]) -> tuple[Ordinance, ...]:
    """The ordinances of one file; `before` are those of the files read already."""
    read: list[Ordinance] = []
    for number, table in enumerate(_tables(data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else data, file), 1):
        items = _Items(table, f"{file}ordinance {number}")
        ordinance = _ordinance(items)
        if any(ordinance.meets(other) for other in (*before, *read)):
            raise items.fault("id", _TWICE, _WORDINGS)
        read.append(ordinance)
    return tuple(read)


_MISSING = Say("the item is missing.", "項目がありません。")
_UNKNOWN = Say("no such item.", "この項目はありません。")
_FORM = Say("the item does not have the form it must have.", "項目の形式が違います。")
_TWICE = Say("given twice.", "重複しています。")
_WORDINGS = Say(
    "Give every affair an id of its own; end a wording with in_force_until before the next one begins.",
    "事務ごとに別のidを付け、改正前の規定はin_force_untilで終えてください。",
)
_REQUIRED = ("id", "office", "article", "askers", "bodies", "affair", "fields", "key_sets", "in_force_from")
_OPTIONAL = ("in_force_until", "hits_max", "per_day_max")
_EXAMPLE = Say("Begin each affair with [[ordinance]].", "事務ごとに[[ordinance]]で始めてください。")
_A_DAY = Say('Write the day as text, "2013-04-01".', '日付は"2013-04-01"のような文字列で書いてください。')
_AN_ID = Say("Use up to 40 small letters, digits and hyphens.", "英小文字、数字、ハイフンで40字以内にしてください。")
_AN_ARTICLE = Say(f"Use one of {', '.join(OrdinanceArticle)}.", f"{', '.join(OrdinanceArticle)} のどれかを書いてください。")
_A_MAKER = Say(
    "Give the code of the municipality (30-6) or prefecture whose ordinance it is.",
    "条例を定めた市町村（30-6）又は都道府県のコードを書いてください。",
)
_KEYS = Say(
    "Give lists with code, individual_number, name and address, or name and birth.",
    "code、individual_number、nameとaddress、nameとbirthのいずれかを含む一覧を書いてください。",
)

_Member = TypeVar("_Member", bound=StrEnum)


def _tables(text: str, file: str) -> list[Any]:
    reads: Callable[[str], Any] = json.loads if text.lstrip().startswith("{") else tomllib.loads
    try:
        content = reads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{file}file", Say(f"not readable: {error}.", f"読めません（{error}）。"), _EXAMPLE) from error
    tables = content.get("ordinance")
    if set(content) != {"ordinance"} or not isinstance(tables, list) or not tables:
        raise InvalidInput(f"{file}file", Say("no list of ordinances.", "条例の一覧がありません。"), _EXAMPLE)
    return tables


class _Items:
    """The items of one affair; every fault names the item and its place in the file."""

    def __init__(self, table: Any, place: str) -> None:
        self.place = place
        if not isinstance(table, dict):
            raise self.fault("", _FORM, _EXAMPLE)
        self.table: dict[str, Any] = table
        for item in sorted(self.table.keys() - {*_REQUIRED, *_OPTIONAL}):
            raise self.fault(item, _UNKNOWN, Say("Remove it or correct its name.", "削除するか名前を直してください。"))
        for item in _REQUIRED:
            if item not in self.table:
                raise self.fault(item, _MISSING, Say("Add it.", "追加してください。"))

    def fault(self, item: str, reason: Say, remedy: Say) -> InvalidInput:
        """The error that names this item and its place."""
        return InvalidInput(f"{self.place}: {item}" if item else self.place, reason, remedy)

    def text(self, item: str, form: str, remedy: Say) -> str:
        value = self.table[item]
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self.fault(item, _FORM, remedy)
        return value

    def texts(self, item: str, within: Any = None) -> tuple[str, ...]:
        """A list of different texts, at least one; `within` is the list itself where it lies inside another."""
        values = self.table[item] if within is None else within
        if not isinstance(values, list) or not values or not all(isinstance(value, str) and value for value in values):
            raise self.fault(item, _FORM, Say("Give a list of texts with at least one.", "一つ以上の文字列の一覧を書いてください。"))
        if len(set(values)) != len(values):
            raise self.fault(item, _TWICE, Say("Give each only once.", "一度だけ書いてください。"))
        return tuple(values)

    def members(self, item: str, kind: type[_Member], within: Any = None) -> frozenset[_Member]:
        """Members of a closed set, at least one."""
        values = self.texts(item, within)
        if not all(value in list(kind) for value in values):
            names = ", ".join(kind)
            raise self.fault(item, _FORM, Say(f"Use only {names}.", f"{names} だけが使えます。"))
        return frozenset(map(kind, values))

    def day(self, item: str) -> str:
        """An ISO date, as text."""
        text = self.text(item, "[0-9]{4}-[0-9]{2}-[0-9]{2}", _A_DAY)
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise self.fault(item, Say("no such day.", "存在しない日付です。"), _A_DAY) from error

    def number(self, item: str) -> int | None:
        """A whole number, or None where it is left out."""
        value = self.table.get(item)
        if value is not None and type(value) is not int:
            raise self.fault(item, _FORM, Say("Give a whole number.", "整数を書いてください。"))
        return value


def _ordinance(items: _Items) -> Ordinance:
    article = OrdinanceArticle(items.text("article", "|".join(map(re.escape, OrdinanceArticle)), _AN_ARTICLE))
    first = items.day("in_force_from")
    last = items.day("in_force_until") if "in_force_until" in items.table else None
    if last is not None and last < first:
        raise items.fault("in_force_until", Say("before the first day.", "施行日より前です。"), _A_DAY)
    return Ordinance(
        id=OrdinanceId(_maker(items, article), items.text("id", "[a-z0-9][a-z0-9-]{0,39}", _AN_ID)),
        article=article,
        askers=frozenset(_office(items, "askers", code) for code in items.texts("askers")),
        bodies=items.texts("bodies"),
        affair=_affair(items),
        policy=_policy(items),
        in_force_from=first,
        in_force_until=last,
    )


def _office(items: _Items, item: str, code: str) -> str:
    try:
        return office_code(code)
    except InvalidInput as error:
        raise items.fault(item, error.reason, error.remedy) from error


def _maker(items: _Items, article: OrdinanceArticle) -> str:
    """Who made the ordinance: a municipality for article 30-6, otherwise a prefecture."""
    code = _office(items, "office", items.text("office", "[0-9]{6}", _A_MAKER))
    whole_prefecture = code[2:5] == "000"
    if code[:2] not in PREFECTURES or whole_prefecture == (article is OrdinanceArticle.BETWEEN_MUNICIPALITIES):
        raise items.fault(
            "office", Say("this office cannot make an ordinance under the article.", "この条項の条例を定める団体ではありません。"), _A_MAKER
        )
    return code


def _affair(items: _Items) -> Say:
    match items.table["affair"]:
        case {"en": str(english), "ja": str(japanese), **others} if english and japanese and not others:
            return Say(english, japanese)
    raise items.fault("affair", _FORM, Say('Write { en = "...", ja = "..." }.', '{ en = "...", ja = "..." } と書いてください。'))


def _policy(items: _Items) -> Policy:
    lists = items.table["key_sets"]
    if not isinstance(lists, list) or not lists:
        raise items.fault("key_sets", _FORM, _KEYS)
    key_sets = frozenset(items.members("key_sets", Key, within) for within in lists)
    if not all(any(narrowest <= key_set for narrowest in KEY_SETS) for key_set in key_sets):
        raise items.fault("key_sets", Say("a set of conditions is too wide.", "照会条件が広すぎます。"), _KEYS)
    policy = Policy(fields=items.members("fields", Field), key_sets=key_sets)
    hits_max, per_day_max = items.number("hits_max"), items.number("per_day_max")
    try:
        return configured(policy, hits_max=hits_max, per_day_max=per_day_max)
    except InvalidInput as error:
        raise items.fault(error.item, error.reason, error.remedy) from error
