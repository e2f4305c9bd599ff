"""A desk's program that does one thing with the card again and again, through pyscard (カードの速さ, 端末側)."""

import datetime
import json
import statistics
import sys
import time
from collections.abc import Callable
from hashlib import sha256

from openjuki.card.apdu import Command
from openjuki.card.at_the_counter import confirm_holder
from openjuki.card.dialogue import select, verify_pin
from openjuki.card.layouts import AUTH_KEY, AUTH_PIN, JPKI_AID
from openjuki.terminal.door import converse
from openjuki.terminal.reader import ReaderDoor
from tests.terminal.terminal_papers import terminal_of

ASK = Command(0x00, 0x20, 0x00, 0x80 | AUTH_PIN).encode()
SIGN = Command(0x80, 0x2A, 0x02, 0x80 | AUTH_KEY, sha256(b"a form").digest(), 256).encode()


def again(what: Callable[[], object], seconds: float) -> dict[str, float]:
    """How often in so many seconds, and how long each took."""
    what()
    took, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        what()
        took.append((time.perf_counter() - start) * 1e6)
    spent = time.perf_counter() - begin
    worst = statistics.quantiles(took, n=100)[98] if len(took) > 1 else took[0]
    return {"count": len(took), "seconds": spent, "p50_us": statistics.median(took), "p99_us": worst}


def main(key: str, certificate: str, trust: str, day: str, pin: str, jpki_pin: str, what: str, seconds: str) -> None:
    """One measurement, told as JSON."""
    door, terminal, today = ReaderDoor(0), terminal_of(key, certificate, trust), datetime.date.fromisoformat(day)
    door.connect()
    for command in (select(JPKI_AID), verify_pin(AUTH_PIN, jpki_pin.encode())):
        door.transmit(command.encode())
    doing: dict[str, Callable[[], object]] = {
        "command": lambda: door.transmit(ASK),
        "signature": lambda: door.transmit(SIGN),
        "person": lambda: converse(door, confirm_holder(terminal, pin, today)),
    }
    print(json.dumps(again(doing[what], float(seconds))))
    door.disconnect()


if __name__ == "__main__":
    main(*sys.argv[1:9])
