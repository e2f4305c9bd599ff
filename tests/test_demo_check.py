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


def test_a_demonstration_that_keeps_everything_passes(tmp_path):
    for name, said in (("up", UP), ("story", STORY)):
        (tmp_path / name).write_text(json.dumps(said), "utf-8")
    assert check_demo.main([str(tmp_path / "up"), str(tmp_path / "story")]) == 0


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
