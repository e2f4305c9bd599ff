"""The nation campaign: every municipality, prefecture and the centre in one process, measured (全国の起動の測定; issue 3, "Must show").

    python -m openjuki.simulation.nation_campaign [--municipalities all] [--residents 50000] [--keep FOLDER]

The same as `openjuki country up --check --json`, in a folder of its own, with what else the machine was doing: `load` is the mean number of
processes that wanted a processor in the last minute, before and after, this one among them afterwards, and `stolen_seconds` what other
guests of the same host took from the machine's processors meanwhile.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openjuki.nodes import process
from openjuki.simulation import declaration
from openjuki.simulation.inspection import inspect
from openjuki.simulation.running import Calendar, run_country
from openjuki.simulation.stages import Stages, cpu_s, stolen_s

SECONDS_MAX, MB_MAX = 90, 1_000
OFFICES_MIN = 1_789


async def measure(folder: Path, municipalities: str, residents: int) -> dict[str, Any]:
    """Start the country, inspect it, stop it; what `inspect` found, with the processor's seconds and the machine's load."""
    began_s, load_before, stolen_before_s, stages = time.monotonic(), os.getloadavg()[0], stolen_s(), Stages()
    declared = declaration.declare(declaration.municipalities_named(municipalities), residents=residents)
    async with run_country(folder, declared, Calendar(), stages=stages) as country:
        process.settle()
        found = await inspect(country, began_s, stages)
    load = [round(each, 1) for each in (load_before, os.getloadavg()[0])]
    machine = {"cpu_seconds": round(cpu_s(), 1), "stolen_seconds": round(stolen_s() - stolen_before_s, 1), "load": load}
    return found._asdict() | {"residents": residents} | machine


def kept(found: dict[str, Any]) -> bool:
    """Whether the promise for the whole nation is kept; of a smaller country, whether all links and events went right."""
    small = found["offices"] < OFFICES_MIN
    return bool(found["ok"]) and (small or (found["seconds"] <= SECONDS_MAX and found["peak_mb"] <= MB_MAX))


def main(arguments: Sequence[str]) -> int:
    """Run it; 0 if the promise is kept."""
    parser = argparse.ArgumentParser(description="The whole nation in one process, measured.")
    parser.add_argument("--municipalities", default=declaration.ALL, help="codes with commas between them, or `all`")
    parser.add_argument("--residents", type=int, default=50_000)
    parser.add_argument("--keep", type=Path, default=None, help="folder to work in; else a temporary one")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="openjuki-") as folder:
        found = process.run(measure(asked.keep or Path(folder) / "country", asked.municipalities, asked.residents))
    print(json.dumps(found))
    return 0 if kept(found) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
