"""The storm through a real PC/SC stack: sent by a client in the room, judged outside (コマンドの乱射試験, 読取り装置経由)."""

import struct
import sys
from collections import Counter

from tests.card.apdu_storm import Judge
from tests.card.cards import issued_files
from tests.terminal.reader_room import CLIENT_S, ReaderRoom

_HEAD = struct.Struct(">HI")


def storm_through(room: ReaderRoom, seed: int, count: int, kind: str, out) -> tuple[Counter, list]:
    """How often each status word came, and the judge's faults; the card in the room's reader is a copy of the issued one."""
    process = room.start(sys.executable, "-m", "tests.terminal.storm_client", str(seed), str(count), kind, str(out))
    told, _ = process.communicate(timeout=CLIENT_S + count / 100)
    if process.returncode:
        raise AssertionError(told)
    judge, heard, raw, at = Judge(issued_files()), Counter(), out.read_bytes(), 0
    while at < len(raw):
        sent, answered = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        apdu, answer = raw[at : at + sent], raw[at + sent : at + sent + answered]
        at += sent + answered
        heard[answer[-2:].hex()] += 1
        judge.hear(apdu, answer)
    return heard, judge.faults
