"""The consistency check (整合性確認) against seeded differences: each is found with its item, nothing else is, no value is told."""

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from openjuki.nodes.node import Node
from openjuki.nodes.register_link.checking import POLL_S, Check
from openjuki.nodes.register_link.comparing import CENTRE, PREFECTURE
from openjuki.nodes.register_link.extract import DIGESTS, digest, open_extract
from openjuki.nodes.tables import TABLES
from openjuki.offices import municipality, outbox
from openjuki.offices.resident_rows import items_of, row_of
from openjuki.offices.store import Store
from openjuki.procedures import code_allotment, death
from openjuki.procedures.resident_import import Entrant, enter_residents
from openjuki.register.change import decode_change, encode_change
from openjuki.register.dates import DateText, to_era
from openjuki.register.errors import InvalidInput
from openjuki.register.items import read_row
from openjuki.simulation.declaration import declare
from openjuki.simulation.population import residents
from openjuki.simulation.quiet import QuietCountry

TOWN, HUB, TOP, PERSONS = "462250", "460001", "centre", 230
DAY = "2013-12-02"


class Leisurely(Node):
    """An office that sends what it wrote three looks later."""

    def wake(self, receiver: str) -> None:
        self.office.clock.call_later(3 * POLL_S, lambda: super(Leisurely, self).wake(receiver))


class Town:
    """A municipality with its hubs, all told and at rest."""

    def __init__(self, folder: Path, slow: str = "") -> None:
        self.country = QuietCountry(declare((TOWN,)).offices)
        for code in (TOP, HUB, TOWN):
            store = Store(str(folder / f"{code}.db"), TABLES[self.country.offices[code].kind].scripts)
            self.country.open(code, store, Leisurely if code == slow else Node)
        self.office = self.country.nodes[TOWN].office
        self.country.call(code_allotment.request, self.office, PERSONS + 10)
        rows = [read_row(row)[0] | {"_": row} for row in residents(TOWN, PERSONS, "7")]
        entrants = [
            Entrant(at, row["household_number"], items_of({k: v for k, v in row.items() if k != "_"}, row["_"]))
            for at, row in enumerate(rows)
        ]
        self.country.call(enter_residents, self.office, "clerk-1", entrants)
        self.settle()
        self.folder = folder

    def settle(self) -> None:
        waits = [self.country.nodes[code].office for code in (TOWN, HUB)]
        assert self.country.agenda.run(lambda: not any(self.country.call(office.write, outbox.unacknowledged) for office in waits))

    def do(self, code: str, sql: str, *values: Any) -> Any:
        return self.country.call(self.country.nodes[code].office.write, lambda t: t.execute(sql, values).fetchall())

    def rows(self) -> list[dict[str, str]]:
        """The extract of an existing system that says the same."""
        held = self.country.call(self.office.write, lambda t: t.all("SELECT record, household FROM person WHERE status = 1 ORDER BY id"))
        return [row_of(municipality.decode_record(body), str(household)) for body, household in held]

    def spoil(self, hub: str, code: str, **items: Any) -> None:
        """Another identity in the newest state that a hub holds of a person."""
        (row,) = self.do(hub, "SELECT person, change FROM state WHERE person = (SELECT person FROM code WHERE code = ?)", code)
        change = decode_change(row[1])
        spoilt = msgspec.structs.replace(change, identity=msgspec.structs.replace(change.identity, **items))
        self.do(hub, "UPDATE state SET change = ? WHERE person = ?", encode_change(spoilt), row[0])

    def pass_time(self, seconds: float) -> None:
        """Go on for so long by the country's clock."""
        passed: list[bool] = []
        self.country.agenda.call_later(seconds, lambda: passed.append(True))
        assert self.country.agenda.run(lambda: bool(passed))

    def check(self, file: Path, hubs: bool = True, scope: str = "identity") -> dict[str, Any]:
        async def call(step: Any, *arguments: Any) -> Any:
            return self.country.call(step, *arguments)

        offices = {PREFECTURE: self.office, CENTRE: self.country.nodes[HUB].office} if hubs else {}
        check = Check(self.office, call, offices, lambda done, total: None)

        async def flow() -> None:
            while True:
                await asyncio.sleep(POLL_S / 2)
                self.pass_time(POLL_S)

        async def checked() -> dict[str, Any]:
            flowing = asyncio.create_task(flow())
            try:
                return await check.run(file, "utf-8", scope, self.folder / "reports", "chief")
            finally:
                flowing.cancel()

        return asyncio.run(checked())


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return Town(tmp_path_factory.mktemp("checked"))


def write(folder: Path, rows: list[dict[str, str]], name: str = "extract.csv") -> Path:
    file = folder / name
    if file.suffix == ".jsonl":
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        return file
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, sorted({key for row in rows for key in row}), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file


def said(done: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((one["where"], one["code"], one["item"]) for one in done["differences"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["extract.csv", "extract.jsonl"])
@pytest.mark.parametrize("scope", ["identity", "all"])
def test_where_all_say_the_same_nothing_is_found(town, tmp_path, name, scope):
    rows = town.rows()
    for row in rows[::3]:  # as documents write it
        row["birth"] = to_era(DateText(row["birth"]))
        row["resident_code"] = row["resident_code"].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    done = town.check(write(tmp_path, rows, name), scope=scope)
    assert (done["count"], done["report"], done["waiting"]) == (0, "", 0)
    assert done["compared"] == {"register": PERSONS, "prefecture": PERSONS, "centre": PERSONS}


@pytest.mark.slow
def test_every_seeded_difference_of_the_extract_is_found_and_nothing_else(town, tmp_path):
    rows, names = town.rows(), {}
    codes = [row["resident_code"] for row in rows]
    rows[0]["name"] = "別　人"
    rows[1]["birth"] = "きのう"
    rows[2]["building"] = "コーポ別棟"
    rows[3]["sex"] = {"1": "2", "2": "1"}[rows[3]["sex"]]
    rows[4]["relationship"] = "同居人"
    rows[5]["kana"] = ""
    stranger = rows[6] | {"resident_code": "00000001236"}
    unreadable = rows[7] | {"resident_code": "12345"}
    rows = [*rows[:8], *rows[9:], dict(rows[9]), stranger, unreadable]
    done = town.check(write(tmp_path, rows), hubs=False)
    names = {("register", codes[at], item) for at, item in enumerate(["name", "birth", "building", "sex"])}
    names |= {("register", codes[5], "kana"), ("register", codes[8], "person"), ("register", codes[9], "person")}
    names |= {("register", "00000001236", "person"), ("register", "", "row")}
    assert set(said(done)) == names
    assert done["count"] == len(names)
    assert done["compared"] == {"register": PERSONS + 2, "prefecture": None, "centre": None}
    assert "別" not in json.dumps(done, ensure_ascii=False)
    assert ("register", codes[4], "relationship") in said(town.check(write(tmp_path, rows), hubs=False, scope="all"))


@pytest.mark.slow
def test_the_report_holds_the_values_for_its_owner_only_and_the_log_holds_none(town, tmp_path):
    rows = town.rows()
    true, rows[0]["name"] = rows[0]["name"], "別　人"
    done = town.check(write(tmp_path, rows), hubs=False)
    report = Path(done["report"])
    assert (report.stat().st_mode & 0o777, report.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with report.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1:] == [[rows[0]["resident_code"], "register", "name", true, "別　人"]]
    logged = [what for (what,) in town.do(TOWN, "SELECT what FROM audit WHERE tag = 'link:check:done'")]
    assert logged[-1] == f"1 differences, compared register={PERSONS} prefecture=None centre=None"
    report.parent.chmod(0o755)
    with pytest.raises(InvalidInput, match="report"):
        town.check(write(tmp_path, rows), hubs=False)
    report.parent.chmod(0o700)


@pytest.mark.slow
def test_digests_tell_the_items_and_neither_side_a_value(town, tmp_path):
    rows, salt = town.rows(), bytes(range(16))
    code, rows[0]["name"] = rows[0]["resident_code"], "別　人"
    rows[1].pop("kana", "")
    head = json.dumps({"format": DIGESTS, "salt": salt.hex()})
    lines = [
        json.dumps({
            "resident_code": row["resident_code"],
            "digests": {key: digest(salt, key, row[key]) for key in ("name", "kana", "birth", "block") if key in row},
        })
        for row in rows
    ]  # fmt: skip
    file = tmp_path / "digests.jsonl"
    file.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    done = town.check(file, hubs=False)
    assert said(done) == sorted([("register", code, "name"), ("register", rows[1]["resident_code"], "kana")])
    with Path(done["report"]).open(encoding="utf-8", newline="") as report:
        assert {row["other"] for row in csv.DictReader(report)} == {""}
    file.write_text(json.dumps({"format": DIGESTS, "salt": "00"}) + "\n", "utf-8")
    with pytest.raises(InvalidInput, match="salt"):
        open_extract(file, "utf-8", frozenset({"name"}))


@pytest.mark.slow
@pytest.mark.parametrize("slow", [TOWN, HUB])
def test_what_is_on_its_way_to_the_prefecture_or_to_the_centre_is_waited_for_and_no_difference(tmp_path, slow):
    town = Town(tmp_path, slow)
    rows = town.rows()
    code = rows[0]["resident_code"]
    town.country.call(death.enter_death, town.office, "clerk-1", death.DeathNotification(code, DAY, DAY))
    done = town.check(write(tmp_path, rows[1:]))
    assert (done["waiting"], said(done)) == (0, [])


@pytest.mark.slow
def test_hubs_that_say_otherwise_are_found(tmp_path):
    town = Town(tmp_path)
    rows = town.rows()
    codes = [row["resident_code"] for row in rows]
    file = write(tmp_path, rows)
    town.spoil(HUB, codes[0], name="別　人")
    town.spoil(TOP, codes[1], birth="1900-01-01", kana="ベツジン")
    town.do(HUB, "DELETE FROM state WHERE person = (SELECT person FROM code WHERE code = ?)", codes[2])
    town.do(TOP, "DELETE FROM state WHERE person = (SELECT person FROM code WHERE code = ?)", codes[3])
    town.country.call(death.enter_death, town.office, "clerk-1", death.DeathNotification(codes[4], DAY, DAY))
    town.settle()
    older = town.do(HUB, "SELECT min(version), person FROM state WHERE person = (SELECT person FROM code WHERE code = ?)", codes[4])
    town.do(HUB, "DELETE FROM state WHERE person = ? AND version > ?", older[0][1], older[0][0])
    expected = {
        ("prefecture", codes[0], "name"), ("prefecture", codes[2], "person"), ("prefecture", codes[4], "status"),
        ("prefecture", codes[4], "version"), ("centre", codes[1], "birth"), ("centre", codes[1], "kana"),
        ("centre", codes[3], "person"), ("register", codes[4], "status"),
    }  # fmt: skip
    done = town.check(file)
    assert set(said(done)) == expected
    assert done["count"] == len(expected)
    assert town.rows() == [row for row in rows if row["resident_code"] != codes[4]], "nothing is changed by a check"


def test_a_file_without_codes_or_items_is_no_extract(tmp_path):
    for text in ("name\n住基\n", "resident_code\n1\n", ""):
        file = tmp_path / "x.csv"
        file.write_text(text, "utf-8")
        with pytest.raises(InvalidInput):
            open_extract(file, "utf-8", frozenset({"name"}))
    with pytest.raises(InvalidInput, match="against"):
        open_extract(tmp_path / "none.csv", "utf-8", frozenset({"name"}))
