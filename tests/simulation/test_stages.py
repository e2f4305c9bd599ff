"""Stages of a start are timed one by one, and shown to whoever looks (起動の段階)."""

from contextlib import contextmanager

from openjuki.register.errors import Say
from openjuki.simulation.stages import Stages

LABEL = Say("keys", "鍵")


def test_each_stage_is_shown_under_its_label_and_timed():
    seen = []

    @contextmanager
    def show(label):
        seen.append(label.en)
        yield lambda done, total: seen.append((done, total))
        seen.append("end")

    stages = Stages(show)
    with stages("first", LABEL) as tell:
        tell(1, 2)
    with stages("second", LABEL):
        pass
    assert seen == ["keys", (1, 2), "end", "keys", "end"]
    assert list(stages.seconds) == list(stages.mb) == ["first", "second"]
    assert all(seconds >= 0 for seconds in stages.seconds.values())
