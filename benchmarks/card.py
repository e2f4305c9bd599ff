"""How fast a card is behind a real PC/SC stack: commands, a signature, a person read at the counter (カードの速さ).

pcscd and vpcd run in namespaces of their own; the card is a process, the client another one, which speaks to it through pyscard.
"""

import json
import sys
from hashlib import shake_256

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.measure import Bound, Sample, cpu_seconds, judge
from benchmarks.setting import Result, Setting
from openjuki.card.sandbox_authority import COUNTER
from openjuki.keys.software import make_key
from openjuki.terminal.card_file import CardFiles
from tests.card.cards import DAY, OFFICE, PINS, authority, issued_files
from tests.terminal.reader_room import ReaderRoom

BOUNDS = (
    Bound("command", "", "per_s", 3_000, at_least=True, proof="card-speed"),
    Bound("signature", "", "p99_us", 20_000, proof="card-speed"),
    Bound("person", "", "p99_us", 150_000, proof="card-speed"),
)
TITLE = "card"


def seeded(count: int) -> bytes:
    """The same bytes each time: the terminal's key is made once for its certificate and once for its file."""
    return shake_256(b"a terminal of the measurements").digest(count)


def run(setting: Setting) -> Result:
    """Each round the same three things in turn; CPU is the card's."""
    result = Result("card")
    folder = setting.folder
    files, made = CardFiles(folder / "card"), issued_files()
    files.write_image(made.image)
    files.write_chip(made.chip)
    terminal = authority().terminal(OFFICE, COUNTER, seeded, DAY)
    key = make_key(seeded).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    papers = {"terminal.key": key, "terminal.certificate": terminal.certificate, "trust": terminal.trust}
    for name, content in papers.items():
        (folder / name).write_bytes(content)
    room = ReaderRoom(folder)
    setting.ending.callback(room.close)
    card = room.start(sys.executable, "-m", "tests.terminal.card_process", str(files.image))
    setting.ending.callback(card.wait)
    setting.ending.callback(card.kill)
    room.wait_for_card()
    rounds: dict[str, list[Sample]] = {"command": [], "signature": [], "person": []}
    for number in range(setting.rounds):
        setting.say(f"  round {number + 1} of {setting.rounds}")
        for name, samples in rounds.items():
            samples.append(_turn(room, card.pid, name, [str(folder / paper) for paper in papers], setting.seconds))
    result.tables[TITLE] = rounds
    result.verdicts = [judge(bound, rounds) for bound in BOUNDS]
    result.notes.append("person: reset, select, mutual authentication, card's certificate and data, PIN, code; every write synced to disk")
    return result


def _turn(room: ReaderRoom, card: int, what: str, papers: list[str], seconds: float) -> Sample:
    before = cpu_seconds([card])
    command = (sys.executable, "-m", "benchmarks.ours.card_client", *papers, DAY.isoformat(), PINS.juki, PINS.authentication, what)
    told = json.loads(room.run(*command, str(seconds)).stdout)
    return Sample(told["count"], told["seconds"], cpu_seconds([card]) - before, told["p50_us"], told["p99_us"])
