"""What SQLite sets aside for each register of a nation is small (台帳ごとの予備領域); a process that has one open is left as it is."""

import subprocess
import sys

import pytest

TOLD = """
import apsw, sys
from openjuki.nodes import process
held = apsw.Connection("") if "open" in sys.argv else None
if "small" in sys.argv:
    process.small_registers()
before = apsw.status(apsw.SQLITE_STATUS_MEMORY_USED)[0]
register = held or apsw.Connection("")
register.execute("CREATE TABLE one (a)")
print(apsw.status(apsw.SQLITE_STATUS_MEMORY_USED)[0] - before)
"""


def bytes_of_a_register(*words: str) -> int:
    return int(subprocess.run([sys.executable, "-c", TOLD, *words], capture_output=True, check=True, text=True).stdout)


@pytest.mark.slow
def test_a_register_of_a_nation_takes_less_memory_and_one_that_is_open_goes_on() -> None:
    assert bytes_of_a_register("small") < bytes_of_a_register() - 30_000
    assert bytes_of_a_register("small", "open") > 0
