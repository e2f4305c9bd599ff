"""支援対象者の存在を時間で知らせない: the bound of the comparison, that it sees a leak, and a short run against the real office."""

import asyncio
import random

import pytest

from openjuki.offices.copy_requests import Party
from openjuki.offices.even_time import evenly, wait_s
from openjuki.simulation.restraint_timing import T_MAX, Compared, compare, measure, paired_t, told
from tests.procedures.timed_office import timed_hall

HER, NOBODY = Party("保護　花子"), Party("無人　零子")


def test_t_is_that_of_paired_differences():
    assert paired_t([1.0, 1.0, 1.0]) == 0.0
    assert paired_t([1.0, 2.0, 3.0]) == pytest.approx(2.0 * 3**0.5)
    assert paired_t([-1.0, 1.0]) == 0.0


def test_a_question_that_takes_longer_about_her_is_told_apart():
    chance = random.Random("1")

    async def leaking(who):
        return 50 + chance.gauss(0, 1) + (0.3 if who is HER else 0)

    found = asyncio.run(compare(leaking, HER, NOBODY, 1_000, random.Random("2")))
    assert found.t > T_MAX
    assert not told({"copy": found})["ok"]
    assert told({"copy": Compared(10, 0.0, -4.4)})["ok"]
    assert not told({"copy": Compared(10, 0.0, 0.0), "code": Compared(10, 0.0, -4.5)})["ok"]


@pytest.mark.parametrize(("elapsed_s", "waits_s"), [(0.0, 0.05), (0.001, 0.049), (0.049, 0.001), (0.05, 0.05), (0.12, 0.03)])
def test_an_answer_waits_for_the_next_even_time(elapsed_s, waits_s):
    assert wait_s(elapsed_s, 50) == pytest.approx(waits_s)


def test_short_and_long_work_end_at_the_same_time():
    hall, heard = timed_hall(), []
    for work_ms in (1, 30):
        began_ms = hall.clock.now_ms
        answer = evenly(hall.office, heard.append)
        hall.clock.now_ms += work_ms
        answer("here")
        heard.append(hall.clock.now_ms - began_ms)
    assert heard == ["here", 50, "here", 50]


@pytest.mark.slow
def test_neither_copy_nor_code_nor_screen_tells_her_or_who_lives_with_her_from_nobody(tmp_path):
    found = asyncio.run(measure(tmp_path / "country", 150))
    assert set(found) == {f"{whose}{kind}" for whose in ("", "housemate_") for kind in ("copy", "code", "screen")}
    assert told(found)["ok"], found
