"""For what identity confirmation information may be asked: the 232 rows of the appendices (別表第一〜第五; Act art. 30-7, 30-8).

The rows are facts read from the Act by `tools/appendix.py` and committed as package data, each with its digest. `CATALOGUE_DIGEST`
stands over all of them, so a row that is changed, dropped, doubled or moved is noticed by `check` and never loaded.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from openjuki.register.errors import Broken, InvalidInput, Say

CATALOGUE_DIGEST = "e01e5f8dd01279ac40f9ccf61a57c5491efc243c87364c2f85ff1e51966e7014"
"""sha256 over the digests of all rows in the order of the Act; `python -m tools.appendix` says which value belongs here."""

ROWS_PER_TABLE: Mapping[int, int] = MappingProxyType({1: 134, 2: 14, 3: 33, 4: 13, 5: 38})
"""Live rows of each appendix; seven further numbers of table 1 are deleted (削除)."""


class PurposeId(NamedTuple):
    """A row of the appendices: table 1-5 and the row's number as printed, in arabic ("77", "1-2" for 一の二)."""

    table: int
    row: str


class OrdinanceId(NamedTuple):
    """An affair set by ordinance (条例): the code of the office whose ordinance it is, and the affair's id in it."""

    office: str
    id: str


class ActWork(NamedTuple):
    """An affair that the articles of the Act name themselves, without a table; `article` is one of `ACT_WORKS`."""

    article: str


AffairRef = PurposeId | OrdinanceId | ActWork

AFFAIR = re.compile(
    r"appendix:(?P<table>[1-5]):(?P<row>[1-9][0-9]{0,2}(-[1-9][0-9]?)?)"
    r"|ordinance:(?P<office>[0-9]{6}):(?P<id>[a-z0-9][a-z0-9-]{0,39})"
    r"|act:(?P<article>30-[78]\([1-9]\)[1-9])"
)
NO_AFFAIR = Say("this names no affair.", "事務を表していません。")
NAME_AFFAIR = Say(
    "Write appendix:TABLE:ROW, ordinance:OFFICE:ID or act:ARTICLE.", "appendix:表:行、ordinance:団体:番号又はact:条項で書いてください。"
)

ACT_WORKS: Mapping[str, Say] = MappingProxyType(
    {
        "30-7(4)3": Say("resident register work of a mayor in the prefecture", "区域内の市町村長の住民基本台帳事務"),
        "30-7(5)3": Say("another governor's help to its municipalities", "他の都道府県知事の市町村への協力事務"),
        "30-7(6)3": Say("resident register work of a mayor elsewhere", "他の都道府県の市町村長の住民基本台帳事務"),
        "30-8(1)3": Say("own use with the person's consent", "本人が同意した事務での利用"),
        "30-8(1)4": Say("own use for statistics", "統計資料の作成"),
    }
)


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One lawful purpose; every fact is in the normal form of tests/golden/README-appendix.md."""

    table: int
    row: str
    bodies: tuple[str, ...]
    statute: str
    statute_number: str | None
    articles: tuple[str, ...]
    also: tuple[str, ...]
    """Further statutes that the affair names."""
    affair: Say
    """What is done, in short words of our own."""

    @property
    def id(self) -> PurposeId:
        return PurposeId(self.table, self.row)


class Sealed(NamedTuple):
    """The committed catalogue: its rows, and the digest that each row must have."""

    rows: Mapping[PurposeId, Row]
    digests: Mapping[PurposeId, str]


def catalogue() -> Mapping[PurposeId, Row]:
    """All rows in the order of the Act. Raises `Broken` if the committed data are not the ones sealed."""
    return sealed().rows


def find(purpose: PurposeId) -> Row | None:
    """The row, or None where the Act lists no such purpose (deleted rows included)."""
    return catalogue().get(purpose)


def row_facts(row: Row) -> dict[str, Any]:
    """The row as plain JSON values; the key "purpose" is its name on the wire."""
    facts = msgspec.structs.asdict(row)
    lists = {name: list(facts[name]) for name in ("bodies", "articles", "also")}
    return {"purpose": format_affair(row.id)} | facts | lists | {"affair": row.affair._asdict()}


def digest(row: Row) -> str:
    """sha256 of the row's facts in canonical JSON, as hex."""
    canonical = json.dumps(row_facts(row), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def total_digest(digests: Iterable[str]) -> str:
    """sha256 over row digests in their order, as hex."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def check(rows: Iterable[Row]) -> tuple[str, ...]:
    """What is wrong with `rows` against the sealed catalogue, one complaint for each purpose; empty if they are the same."""
    return compare(list(rows), sealed().digests)


def compare(rows: list[Row], digests: Mapping[PurposeId, str]) -> tuple[str, ...]:
    """Complaints about `rows`, which must have these `digests` in this order."""
    found = Counter(row.id for row in rows)
    complaints = [f"{format_affair(id)}: missing" for id in digests if not found[id]]
    complaints += [f"{format_affair(id)}: {times} times" for id, times in found.items() if times > 1]
    complaints += [f"{format_affair(id)}: no row of the Act" for id in found if id not in digests]
    complaints += [f"{format_affair(row.id)}: changed" for row in rows if row.id in digests and digest(row) != digests[row.id]]
    if not complaints and [row.id for row in rows] != list(digests):
        complaints.append("the rows are not in the order of the Act")
    return tuple(complaints)


def read(data: bytes) -> Sealed:
    """The catalogue from its data file. Raises `Broken` where a line or the whole does not have the digest it must have."""
    rows, digests = [], {}
    for number, line in enumerate(data.splitlines(), 1):
        try:
            facts = msgspec.json.decode(line, type=dict[str, Any])
            sealed_as, facts["affair"] = facts.pop("digest"), Say(**facts["affair"])
            row = msgspec.convert({name: facts[name] for name in facts if name != "purpose"}, Row)
        except (msgspec.MsgspecError, KeyError, TypeError) as error:
            raise not_ours(f"line {number}") from error
        rows.append(row)
        digests[row.id] = sealed_as
    complaints = compare(rows, digests)
    if complaints or total_digest(digests.values()) != CATALOGUE_DIGEST:
        raise not_ours("; ".join(complaints) or "catalogue digest")
    return Sealed(MappingProxyType({row.id: row for row in rows}), MappingProxyType(digests))


@cache
def sealed() -> Sealed:
    """The committed catalogue, read once; the one package-data loader of this room."""
    return read((resources.files("openjuki.law") / "data" / "appendix.jsonl").read_bytes())


def format_affair(affair: AffairRef) -> str:
    """The affair as it goes over the wire: "appendix:1:16", "ordinance:460001:tax" or "act:30-7(4)3"."""
    if isinstance(affair, PurposeId):
        return f"appendix:{affair.table}:{affair.row}"
    if isinstance(affair, OrdinanceId):
        return f"ordinance:{affair.office}:{affair.id}"
    return f"act:{affair.article}"


def parse_affair(text: str) -> AffairRef:
    """The affair that `text` names. Raises `InvalidInput` for another form; whether the affair exists is not looked up."""
    found = AFFAIR.fullmatch(text)
    if not found:
        raise InvalidInput("affair", NO_AFFAIR, NAME_AFFAIR)
    if found["table"]:
        return PurposeId(int(found["table"]), found["row"])
    if found["office"]:
        return OrdinanceId(found["office"], found["id"])
    return ActWork(found["article"])


def not_ours(what: str) -> Broken:
    """The committed catalogue is not the one that was sealed."""
    reason = Say(f"the catalogue of purposes was changed ({what}).", f"事務の一覧が改変されています（{what}）。")
    return Broken("appendix.jsonl", reason, Say("Install the software again.", "ソフトウェアを入れ直してください。"))
