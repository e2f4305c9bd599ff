"""Sends a storm of commands through PC/SC and writes what came back, for a judge (コマンドの乱射試験, 読取り装置経由)."""

import struct
import sys
from pathlib import Path

from smartcard.System import readers

from tests.card.apdu_storm import RESET, commands, grammar_command, random_command

KINDS = {"random": random_command, "grammar": grammar_command}

if __name__ == "__main__":
    seed, count, kind, out = int(sys.argv[1]), int(sys.argv[2]), KINDS[sys.argv[3]], Path(sys.argv[4])
    connection = readers()[0].createConnection()
    connection.connect()
    with out.open("wb") as heard:
        for apdu in commands(seed, count, kind):
            if apdu is RESET:
                continue
            data, high, low = connection.transmit(list(apdu))
            answer = bytes(data) + bytes((high, low))
            heard.write(struct.pack(">HI", len(apdu), len(answer)) + apdu + answer)
    connection.disconnect()
    print("sent")
