"""The integrator's handbook: its client asks a real centre over TLS, and believes nothing that proves nothing (接続の手引).

The client is taken from the page as it stands and runs in a process of its own.
"""

import ast
import asyncio
import contextlib
import datetime
import os
import re
import socket
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from openjuki.merkle import tree
from openjuki.nodes.entering import KINDS
from openjuki.procedures import resident_import
from openjuki.register.addresses import Address
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.simulation import country as countries
from openjuki.simulation import declaration, settlement
from tests.test_architecture_page import invented

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "integrator.md").read_text("utf-8")
CLIENT = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
AIRA, CODE = "462250", "00000001236"


def akira() -> resident_import.Entrant:
    return resident_import.Entrant(1, "1", Items(
        name="住基　明", kana="ジュウキ　アキラ", birth="1939-02-01", sex=Sex.MALE, relationship="世帯主",
        registered_domicile="鹿児島県姶良市宮島町25", registered_domicile_head="住基　明", became_resident_on="1999-04-01",
        address=Address(AIRA, "宮島町", "25番地"), address_since="1999-04-01", notified_on="1999-04-01", code=CODE,
    ))  # fmt: skip


def first_port() -> int:
    """The first of twenty free ports below those that the system gives away by itself."""
    for first in range(20_000 + os.getpid() * 40 % 10_000, 32_000, 40):
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for port in range(first, first + 20):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
    raise OSError("no twenty free ports in a row")


async def asked(folder: Path, client: str, *questions: tuple[str, ...]) -> list[tuple[int, str]]:
    """Exit code and words of the client for each (affair, case, name, birth), in a country that runs."""
    declared = declaration.declare((AIRA,), residents=0)
    country = await countries.up(folder / "country", declared, today=lambda: datetime.date(2013, 12, 2), first_port=first_port())
    said = []
    try:
        await country.call(resident_import.enter_residents, country.office(AIRA), "clerk-1", [akira()])
        await settlement.acknowledged(country)
        script, port = folder / "ask.py", str(country.directory.entries[declaration.CENTRE].port)
        script.write_text(client, "utf-8")
        for affair, case, *key in questions:
            command = [sys.executable, str(script), str(folder / "country"), "pension", port, affair, case, *key]
            done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=30)
            said.append((done.returncode, done.stdout + done.stderr))
    finally:
        await country.stop()
    return said


@pytest.mark.slow
def test_the_client_of_the_page_asks_the_centre_and_checks_the_proof(tmp_path):
    key = ("住基明", "1939-02-01")
    found, nobody, unlisted, caseless = asyncio.run(asked(
        tmp_path, CLIENT, ("appendix:1:77", "1", *key), ("appendix:1:77", "2", "住基明", "1940-02-01"),
        ("appendix:1:16", "3", *key), ("appendix:1:77", "", *key),
    ))  # fmt: skip
    assert found[0] == 0, found[1]
    assert "found 住基　明 1939-02-01" in found[1]
    assert "leaf 0" in found[1]
    assert nobody[0] == 0
    assert "found" not in nobody[1]
    assert "leaf 1" in nobody[1]
    assert unlisted == (1, "refused: affair-not-yours (30-7(3))\n")
    assert caseless == (1, "refused: no-case (30-34)\n")


SPOILT = (
    ("time_ms, office,", "time_ms + 1, office,"),
    ('sha256(b"\\0openjuki/', 'sha256(b"\\1openjuki/'),
    ("len(found)]", "len(found) + 1]"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("told", "instead"), SPOILT)
def test_the_clients_check_is_one_that_can_fail(tmp_path, told, instead):
    assert CLIENT.count(told) == 1
    ((code, said),) = asyncio.run(asked(tmp_path, CLIENT.replace(told, instead), ("appendix:1:77", "1", "住基明", "1939-02-01")))
    assert code != 0
    assert "InvalidSignature" in said


def test_the_clients_path_leads_to_the_root_for_every_leaf_of_every_batch():
    (function,) = [node for node in ast.parse(CLIENT).body if isinstance(node, ast.FunctionDef) and node.name == "root_of"]
    names: dict[str, Any] = {"sha256": sha256, "sys": sys}
    exec(compile(ast.Module([function], []), "docs/integrator.md", "exec"), names)
    for size in range(1, 40):
        leaves = [tree.leaf_hash(bytes([number])) for number in range(size)]
        root, paths = tree.paths(leaves)
        assert [names["root_of"](leaf, index, size, path) for index, (leaf, path) in enumerate(zip(leaves, paths, strict=True))] == [
            root
        ] * size
        with pytest.raises(SystemExit):
            names["root_of"](leaves[0], 0, 2 * size, paths[0])


def test_every_name_of_the_page_is_there():
    assert invented(PAGE) == []


def test_every_kind_of_event_is_on_the_page_with_its_notification():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| `[^:`]+:(\w+)` \|$", PAGE, re.MULTILINE))
    assert rows == {kind: form.__name__ for kind, (form, _) in KINDS.items()}
