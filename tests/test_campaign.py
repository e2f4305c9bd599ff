"""The long searches are kept under lines that there are (長時間試験)."""

import importlib.util

from tools import campaign, record


def test_every_search_shows_a_line_and_runs_a_module_that_is_there():
    lines = {line.id for line in record.lines()}
    assert {search.line for search in campaign.SEARCHES} <= lines
    assert all(importlib.util.find_spec(search.command[0]) for search in campaign.SEARCHES)


def test_what_a_search_found_is_told_in_one_line():
    assert campaign.figure({"ok": True, "images": 5000, "seconds": 12.5, "control": "3 of 9 lost", "faults": {}}) == (
        "images 5,000, seconds 12.5, control 3 of 9 lost"
    )


def test_the_report_is_found_after_lines_of_progress():
    assert campaign.last_json('day 1\n{\n "ok": true\n}\n') == {"ok": True}
    assert campaign.last_json('{"ok": false}') == {"ok": False}
    assert campaign.last_json("broken") == campaign.last_json("{") == campaign.last_json("") == {}


def test_a_name_that_is_no_search_is_a_mistake_of_the_caller():
    assert campaign.main(["no-such-search"]) == 2
