"""Stages of a start are timed one by one, and shown to whoever looks (起動の段階)."""

import os
from contextlib import contextmanager

import pytest

from openjuki.register.errors import Say
from openjuki.simulation.stages import Stages, stolen_s

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


def test_what_other_guests_took_is_read_from_the_kernel_and_nothing_where_there_is_none(tmp_path):
    kernel = tmp_path / "stat"
    assert stolen_s(kernel) == 0.0
    kernel.write_text("cpu  5870823 1628821 531906 2357039 61163 0 47252 232942 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n")
    assert stolen_s(kernel) == pytest.approx(232_942 / os.sysconf("SC_CLK_TCK"))
