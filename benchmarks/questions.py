"""Audited questions a second: one node on two cores with the client beside it, every answer after its row is on disk (監査付き照会)."""

from benchmarks.echo import why_not
from benchmarks.measure import Bound, judge
from benchmarks.ours.node import node_contestants
from benchmarks.setting import Result, Setting, interleave

IN_FLIGHT = 128
PER_S = 10_000
TITLE = f"{IN_FLIGHT} in flight"
BOUNDS = tuple(Bound(f"node {kind}", "", "per_s", PER_S, at_least=True, proof="questions-per-s") for kind in ("code", "name"))


def run(setting: Setting) -> Result:
    """By code and by name and birth date, in turn."""
    result = Result("questions")
    if missing := why_not():
        result.notes.append(missing)
        return result
    result.tables[TITLE] = interleave(setting, node_contestants(setting), IN_FLIGHT, setting.rounds)
    result.verdicts = [judge(bound, result.tables[TITLE]) for bound in BOUNDS]
    return result
