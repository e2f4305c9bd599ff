"""The judge of the demonstration notices what is not kept (実演の判定)."""

import json

import pytest

from tools import check_demo

UP = {"ok": True, "offices": 16, "links_up": 20, "seconds_to_ready": 12.5, "peak_mb": 310}
STORY = {
    "ok": True,
    "seconds": 9.0,
    "peak_mb": 300,
    "steps": [{"id": name, "promises": ["N1"], "ok": True, "what": "x", "ms": 5} for name in check_demo.STEPS],
}


def judged(folder, up=UP, story=STORY):
    """The exit code for two files; a text is written as it is, None is no file."""
    for name, said in (("up", up), ("story", story)):
        if said is not None:
            (folder / name).write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    return check_demo.main([str(folder / "up"), str(folder / "story")])


def test_a_demonstration_that_keeps_everything_passes(tmp_path):
    assert judged(tmp_path) == 0


@pytest.mark.parametrize(("said", "why"), [
    ("", "is empty"), (" \n", "is empty"), (None, "cannot be read"), ('{"ok": true', "is no JSON"), ("[]", "an object"),
    ({"ok": False}, "does not say "), ({"ok": False, "error": {"item": "port", "reason": "is taken."}}, "port: is taken."),
    (UP | {"peak_mb": "310"}, "does not say peak_mb"), ("null", "is empty"),
])  # fmt: skip
def test_a_file_that_says_nothing_is_named_with_the_reason_and_no_traceback(tmp_path, capsys, said, why):
    assert judged(tmp_path, up=said) == 1
    told = capsys.readouterr().out
    assert told.startswith("country up: ") and why in told and len(told.splitlines()) == 1


def test_both_files_that_say_nothing_are_named(tmp_path, capsys):
    assert judged(tmp_path, up="", story=STORY | {"steps": [{"id": "birth"}, 5]}) == 1
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["country up", "story"]


def test_another_number_of_files_is_told_how_it_is_used(capsys):
    assert check_demo.main(["up.json"]) == 2
    assert capsys.readouterr().err.startswith("usage:")


@pytest.mark.parametrize("wrong", [{"ok": False}, {"links_up": 0}, {"seconds_to_ready": 30.0}, {"peak_mb": 500}, {"peak_mb": 0}])
def test_a_start_that_breaks_one_limit_is_noticed(wrong):
    assert len(check_demo.up_faults(UP | wrong)) == 1


def test_a_step_that_is_missing_wrong_or_without_promise_is_noticed():
    first, *rest = STORY["steps"]
    assert check_demo.story_faults(STORY | {"steps": rest})
    assert check_demo.story_faults(STORY | {"steps": [first | {"ok": False}, *rest]})
    assert check_demo.story_faults(STORY | {"steps": [first | {"promises": []}, *rest]})
    assert check_demo.story_faults(STORY | {"ok": False})
    assert not check_demo.story_faults(STORY)
