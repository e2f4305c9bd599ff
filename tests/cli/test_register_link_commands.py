"""The link by command, as clerk and operator type it, against a country that runs (連携の操作)."""

import asyncio
import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.nodes.register_link.lines import Line, write_file
from openjuki.simulation import declaration
from openjuki.simulation.running import Calendar, run_country
from tests.nodes.register_link.linked_town import born, died, moved_in

TOWN = "462250"


class Desk:
    """Where the commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.exchange = folder, folder / "exchange"

    async def type(self, *words: object) -> tuple[int, str, str]:
        """In a thread, since the country runs in this one."""
        command = ["register", "link", *map(str, words)]
        ran = await asyncio.to_thread(CliRunner(env={"OPENJUKI_DIR": str(self.folder), "LC_ALL": "C.UTF-8"}).invoke, main, command)
        return ran.exit_code, ran.stdout, ran.stderr

    async def ask(self, *words: object) -> tuple[int, Any]:
        """With --json: the exit code and the value."""
        code, said, noted = await self.type(*words, "--office", TOWN, "--json")
        assert said, noted
        return code, json.loads(said)

    async def hand_over(self, name: str, *lines: Line) -> tuple[int, Any]:
        (self.exchange / "inbox").mkdir(parents=True, exist_ok=True)
        (self.exchange / "inbox" / name).write_bytes(write_file("juki", lines))
        return await self.ask("run", "--source", "juki", "--exchange", self.exchange, "--once")

    def outcomes(self, name: str) -> list[Any]:
        return [json.loads(line) for line in (self.exchange / "outbox" / f"{name}.outcome.jsonl").read_text("utf-8").splitlines()[1:]]


async def a_day_of_commands(desk: Desk) -> None:
    code, done = await desk.hand_over("a.jsonl", moved_in(1, "連携　一郎"))
    assert (code, done["trouble"]["item"]) == (75, "source"), "nobody opened it"
    code, done = await desk.ask("open", "--source", "juki", "--operator", "chief")
    assert (code, done["links"][0]["expected"]) == (0, 1)
    assert (await desk.hand_over("a.jsonl", moved_in(1, "連携　一郎")))[1]["answered"] == ["a.jsonl"]
    mother = desk.outcomes("a.jsonl")[0]["persons"][0]["code"]
    code, done = await desk.hand_over("c.jsonl", born(3, mother, "連携　三郎"))
    assert (code, done["waiting"]) == (3, ["c.jsonl"])
    code, said, noted = await desk.type("status", "--office", TOWN, "--lang", "ja")
    assert (code, "juki: 開、次は2番" in said, "2番が届いていません（3番は待機中）" in noted) == (1, True, True)
    assert (await desk.hand_over("b.jsonl", born(2, mother, sex="girl")))[0] == 0
    assert (desk.outcomes("b.jsonl")[0]["outcome"], desk.outcomes("c.jsonl")[0]["outcome"]) == ("refused", "accepted")

    code, done = await desk.ask("quarantine", "list")
    (held,) = done["waiting"]
    assert (code, held["sequence"], held["error"]["item"]) == (0, 2, "sex")
    code, said, _ = await desk.type("quarantine", "show", held["number"], "--office", TOWN, "--operator", "chief", "--lang", "en")
    assert (code, "girl" in said, "sex: is missing or of another form." in said) == (0, True, True)
    assert (await desk.ask("quarantine", "redo", held["number"], "--operator", "chief"))[0] == 1
    assert (await desk.ask("quarantine", "drop", held["number"], "--operator", "chief", "--reason", "sent again as 4"))[0] == 0
    assert (await desk.ask("quarantine", "show", held["number"]))[0] == 1
    assert (await desk.ask("status"))[0] == 0
    assert (await desk.hand_over("d.jsonl", died(4, mother)))[0] == 0
    laid = [json.loads(path.read_text("utf-8"))["kind"] for path in sorted((desk.exchange / "outbox").glob("message-*.json"))]
    assert laid == ["event-dropped"]

    extract = desk.folder / "extract.jsonl"
    extract.write_text(json.dumps({"resident_code": mother, "name": "連携　一郎"}) + "\n", "utf-8")
    code, done = await desk.ask("check", "--against", extract)
    found = {one["item"] for one in done["differences"]}
    assert (code, found, done["compared"]["centre"]) == (1, {"status", "person"}, done["compared"]["prefecture"])
    assert Path(done["report"]).parent == desk.folder / "link-reports"
    assert (await desk.ask("close", "--source", "juki", "--operator", "chief"))[1]["links"][0]["open"] is False
    assert (await desk.ask("close", "--source", "nobody"))[0] == 75


@pytest.mark.slow
def test_a_clerk_opens_looks_settles_compares_and_closes(tmp_path):
    async def live() -> None:
        declared = declaration.declare((TOWN,), residents=9)
        async with run_country(tmp_path / "country", declared, Calendar(datetime.date(2013, 12, 2))) as country:
            await a_day_of_commands(Desk(country.folder))

    asyncio.run(live())
