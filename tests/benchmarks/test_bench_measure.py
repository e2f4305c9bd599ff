"""How rounds become one figure, and how a bound is judged."""

import subprocess
import sys

import pytest

from benchmarks.measure import Bound, Sample, Verdict, cpu_seconds, family, judge, median_of, memory_mb, ratio_of
from benchmarks.proof import by_line, figure
from benchmarks.report import lines
from benchmarks.setting import Result

BUSY = "import sys\nsum(range(4_000_000))\nprint('done', flush=True)\nsys.stdin.read()"


def sample(cpu_us: float, p50_us: float = 10.0) -> Sample:
    return Sample(1000, 1.0, cpu_us / 1e6 * 1000, p50_us, 2 * p50_us)


def test_the_median_is_taken_over_rounds():
    assert median_of([sample(1), sample(100), sample(3)], "cpu_us") == pytest.approx(3)


def test_a_slow_round_slows_both_sides_and_leaves_the_ratio_alone():
    ours, peer = [sample(2), sample(20), sample(2)], [sample(1), sample(10), sample(1)]
    assert ratio_of(ours, peer, "cpu_us") == pytest.approx(2)


@pytest.mark.parametrize(("limit", "at_least", "met"), [(2.1, False, True), (1.9, False, False), (1.9, True, True), (2.1, True, False)])
def test_a_bound_holds_on_its_own_side_only(limit, at_least, met):
    verdict = judge(Bound("a", "b", "cpu_us", limit, at_least), {"a": [sample(4)], "b": [sample(2)]})
    assert (verdict.met, verdict.ratio) == (met, pytest.approx(2))


def test_a_bound_without_a_peer_holds_the_figure_itself():
    assert judge(Bound("a", "", "per_s", 900, at_least=True), {"a": [sample(1)]}).met


def test_what_did_not_run_is_not_judged():
    assert judge(Bound("a", "b", "cpu_us", 1), {"a": [sample(1)]}).met is None


def test_cpu_time_and_memory_are_read_from_another_process():
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as busy:
        assert busy.stdout is not None and busy.stdout.readline() == b"done\n"
        used = cpu_seconds([busy.pid])
        assert 0.01 < used < 30
        assert 1 < memory_mb([busy.pid]) < 500
        busy.communicate()


def test_children_count_as_the_servers_own():
    with subprocess.Popen(["sh", "-c", "sleep 30 & echo started; wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None and shell.stdout.readline() == b"started\n"
        assert len(family(shell.pid)) == 2
        for process in reversed(family(shell.pid)):
            subprocess.run(["kill", str(process)], check=True)


def test_the_report_says_what_is_met_and_what_could_not_run():
    result = Result("link", {"128 in flight": {"ours": [sample(4)], "peer": [sample(2)]}}, notes=["gcc is missing"])
    bounds = [Bound("ours", "peer", "cpu_us", 3), Bound("ours", "peer", "cpu_us", 1), Bound("ours", "absent", "cpu_us", 1)]
    result.verdicts = [judge(bound, result.tables["128 in flight"]) for bound in bounds]
    text = "\n".join(lines(result))
    for part in (" met", "NOT MET", "not measured", "gcc is missing", "2.000"):
        assert part in text


def test_only_measured_lines_reach_the_proof_and_one_failure_fails_its_line():
    good, bad = Bound("a", "b", "cpu_us", 3, proof="line"), Bound("a", "b", "cpu_us", 1, proof="line")
    found = dict(
        by_line(
            [Verdict(good, 2.0, True), Verdict(bad, 2.0, False), Verdict(good, None, None), Verdict(Bound("a", "b", "x", 1), 1.0, True)]
        )
    )
    assert list(found) == ["line"]
    assert [verdict.met for verdict in found["line"]] == [True, False]
    assert figure(found["line"][0]) == "a: 2 times b (cpu_us, at most 3)"
