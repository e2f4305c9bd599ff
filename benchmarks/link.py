"""Link: server CPU per question against the bare C echo, gRPC and HTTPS, at 1, 16 and 128 in flight (通信の比較)."""

from benchmarks.echo import echo, why_not
from benchmarks.measure import Bound, judge
from benchmarks.ours.bare import bare_link
from benchmarks.ours.node import node_contestants
from benchmarks.peers.questions import FRAME_BYTES
from benchmarks.peers.rivals import rivals
from benchmarks.setting import Contestant, Result, Setting, interleave

LEVELS = (128, 16, 1)
BOUNDS = (
    Bound("link bare", "C echo", "cpu_us", 15, proof="link-bare-vs-c"),
    Bound("link bare", "grpc bare", "cpu_us", 1 / 20, proof="link-bare-vs-grpc"),
    Bound("link bare", "https bare", "cpu_us", 1 / 10, proof="link-bare-vs-https"),
    Bound("node name", "C echo", "cpu_us", 120, proof="node-name-birth-vs-c"),
    Bound("node name", "grpc name", "cpu_us", 1 / 5, proof="node-name-birth-vs-grpc"),
    Bound("node name", "https name", "cpu_us", 2 / 5, proof="node-name-birth-vs-https"),
    Bound("node code", "C echo", "cpu_us", 70, proof="node-code-vs-c"),
    Bound("node code", "grpc code", "cpu_us", 1 / 8, proof="node-code-vs-grpc"),
    Bound("node code", "https code", "cpu_us", 1 / 4, proof="node-code-vs-https"),
)


def contestants(setting: Setting, notes: list[str]) -> list[Contestant]:
    """All that can run on this machine; what cannot is said in `notes`."""
    missing = why_not()
    if missing:
        notes.append(missing)
    found = [] if missing else [echo(setting, FRAME_BYTES), bare_link(setting), *node_contestants(setting)]
    for name in ("grpc", "https"):
        found.extend(rivals(setting, name).values())
    return found


def run(setting: Setting) -> Result:
    """The bounds hold at 128 in flight; 16 and 1 are measured in fewer rounds, for the reader."""
    result = Result("link")
    parties = contestants(setting, result.notes)
    for level in LEVELS:
        rounds = setting.rounds if level == LEVELS[0] else max(setting.rounds // 2, 1)
        result.tables[f"{level} in flight"] = interleave(setting, parties, level, rounds)
    result.verdicts = [judge(bound, result.tables[f"{LEVELS[0]} in flight"]) for bound in BOUNDS]
    return result
