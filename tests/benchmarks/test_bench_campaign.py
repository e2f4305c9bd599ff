"""The long searches run, keep what they show, and end when their time is over (長時間試験の実行)."""

import importlib.util
import json
import time
from datetime import date

import pytest

from benchmarks import campaign, searches
from benchmarks.campaign import FAILED, OK, PARTLY, Search
from tools import record

TODAY = date(2026, 11, 22)
KILLS = campaign.whole("kill-9")
IMPORTED = {"residents": 100_000, "durable_per_s": 3_900, "cpu_us": 150, "arrival_s": 12.5, "differences": 0, "ok": False}
STARTED = {
    "ok": True, "offices": 1_796, "residents": 50_000, "links_up": 4_536, "pairs_up": 1_000, "events_at_centre": 1_741,
    "seconds_to_ready": 60.5, "seconds": 70.5, "peak_mb": 900.5, "cpu_seconds": 80.5, "stolen_seconds": 3.5, "load": [0.1, 1.9],
}  # fmt: skip

LIVED = {
    "ok": True, "residents": 1_600_000, "events": 230_000, "year_notices": 290_000, "year_per_s": 2_600, "year_cpu_us_municipalities": 300,
    "year_cpu_us_prefecture": 120, "year_cpu_us_centre": 110, "refused": 0, "differences": 0, "persons_checked": 5_000_000, "peak": 2.1,
    "settled_per_s": 3_000, "both_per_s": 2_900,
    "carried_notices": 25_000, "written_per_s": 2_000, "carried_per_s": 3_100,
    "kept": {"nothing_refused": True, "no_differences": True, "fast": True},
}  # fmt: skip

COPIED = {
    "unsigned": 10_000, "signed": 500, "askers": 50, "mixed_up": 0, "lost": 0, "unsigned_per_s": 41.0, "signed_median_s": 0.4,
    "in_flight": 5, "load_before": 0.1, "press_cpu_ms": 20.0,
}  # fmt: skip


def kept_of(program: str, *, quick: bool = False, limit_s: float | None = None, shows=KILLS):
    """Exit code and everything that was kept of a search whose program is given."""
    kept: list[tuple[object, ...]] = []
    one = Search("one", ("-c", program), (), (), shows)
    code = campaign.search(one, quick=quick, limit_s=limit_s, today=TODAY, keep=lambda *what: kept.append(what))
    return code, kept


def test_every_search_is_a_program_and_shows_lines_that_there_are():
    listed = {line.id for line in record.lines()}
    for one in campaign.SEARCHES:
        assert importlib.util.find_spec(one.program[1]), one.name
        shown = [shown.line for shown in one.shows(True, IMPORTED | STARTED | LIVED | COPIED)]
        assert shown and set(shown) <= listed
    assert len({one.name for one in campaign.SEARCHES}) == len(campaign.SEARCHES)


def test_the_campaign_is_as_long_as_was_promised():
    wanted = {
        "power-cut": ("--images", 5_000),
        "frames": ("--count", 200_000),
        "worlds": ("--worlds", 20_000),
        "import": ("--residents", 100_000),
        "nation": ("--residents", 50_000),
        "growth": ("--largest", 10_000_000),
        "prefecture-year": ("--residents", 1_600_000),
        "card-storm": ("--random", 1_000_000),
        "restraint-timing": ("--pairs", 5_000),
        "documents": ("--unsigned", 10_000),
    }
    for one in campaign.SEARCHES:
        option, least = wanted.get(one.name, ("--count", 2))
        assert int(one.long[one.long.index(option) + 1]) >= least


def test_what_a_search_found_is_kept_with_the_command_that_repeats_it(capfd):
    code, kept = kept_of('print(\'3 of 9\'); print(\'{"ok": true, "kills": 1200, "lost": 0}\')')
    assert code == OK
    assert kept == [("kill-9", "python -m benchmarks.campaign --only one", "kills 1,200, lost 0", True, "campaign", TODAY)]
    assert "3 of 9" in capfd.readouterr().err


def test_a_search_that_found_a_fault_is_kept_as_failed():
    code, kept = kept_of("print('{\"lost\": 1}'); raise SystemExit(1)")
    assert code == FAILED
    assert [what[2:4] for what in kept] == [("lost 1", False)]


@pytest.mark.parametrize("program", ["raise SystemExit(0)", "raise RuntimeError", "print('{')"])
def test_a_search_that_says_nothing_that_counts_shows_nothing(program):
    assert kept_of(program) == (FAILED, [])


def test_a_quick_run_keeps_nothing():
    assert kept_of('print(\'{"ok": true, "kills": 3}\')', quick=True) == (OK, [])


@pytest.mark.slow
def test_the_time_limit_ends_a_search_and_everything_it_started_and_keeps_nothing():
    began_s = time.monotonic()
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    assert kept_of(child, limit_s=0.5) == (PARTLY, [])
    assert time.monotonic() - began_s < 10


def test_the_import_meets_or_misses_each_of_its_lines_by_itself():
    _, kept = kept_of(f"print({json.dumps(json.dumps(IMPORTED))}); raise SystemExit(1)", shows=campaign.of_import)
    assert [(line, ok) for line, _, _, ok, *_ in kept] == [
        ("import-rate", False),
        ("import-centre-60s", True),
        ("import-full-comparison", True),
    ]


def test_worlds_are_counted_by_their_last_line():
    said = "5 of 20 worlds, 0 broken, 0.5 a second\n20 worlds, 0 broken, 0.1 virtual days, 37 s in all\nworld:dial:begun 654\n"
    assert campaign.found_in(said) == {"found": "20 worlds, 0 broken, 0.1 virtual days, 37 s in all"}


def test_the_last_json_is_found_among_other_words():
    assert campaign.last_json('{"a": 1}\nthen\n{\n "b": 2\n}\ndone\n') == {"b": 2}
    assert campaign.last_json("{broken\n[]") == {}


def test_an_unknown_name_is_a_mistake_of_the_caller():
    with pytest.raises(SystemExit) as ended:
        campaign.main(["no-such-search"])
    assert ended.value.code == campaign.USAGE


def test_names_are_taken_with_and_without_their_option():
    assert campaign.parsed(["kill", "--only", "frames"]).names == ["kill", "frames"]


@pytest.mark.slow
def test_frames_are_searched_with_seeds_of_their_own():
    found = searches.frames(1_000)
    assert found["ok"] is True
    assert found["frames"] == 1_000
    assert found != searches.frames(900)


def test_the_nation_shows_all_offices_time_and_memory_each_met_or_not_by_itself():
    shown = list(campaign.of_nation(True, STARTED | {"seconds": 90.5}))
    assert [(line.line, line.ok) for line in shown] == [("nation-whole", True), ("nation-90s", False), ("nation-1gb", True)]
    assert not any(line.ok for line in campaign.of_nation(True, STARTED | {"offices": 1_788}))
    assert not list(campaign.of_nation(False, {}))


def test_the_year_of_a_prefecture_may_be_right_though_it_was_slow_but_not_fast_though_it_was_wrong():
    slow = LIVED | {"kept": {"no_differences": True, "fast": False}}
    wrong = LIVED | {"kept": {"no_differences": False, "fast": True}}
    jammed = LIVED | {"carried_per_s": 2_499}
    assert [[line.ok for line in campaign.of_year(False, found)] for found in (LIVED, slow, wrong, jammed)] == [
        [True, True, True], [True, False, True], [False, False, False], [True, True, False],
    ]  # fmt: skip
