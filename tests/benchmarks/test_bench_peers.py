"""The peers do the work that they are said to do."""

import asyncio
import time
from contextlib import ExitStack

import apsw
import pytest

from benchmarks.certificates import make_papers
from benchmarks.echo import echo, why_not
from benchmarks.peers.desk import Desk
from benchmarks.peers.questions import FRAME_BYTES, Answer, decode_answer, question_about, questions
from benchmarks.people import make_file, people, person
from benchmarks.setting import Setting
from openjuki.register.codes import resident_code


def test_made_up_residents_have_lawful_codes_and_can_be_told_apart():
    everyone = list(people(20_000))
    for one in everyone[:500]:
        assert resident_code(one.code) == one.code
    assert len({one.code for one in everyone}) == len({(one.name, one.birth) for one in everyone}) == len(everyone)


def test_questions_of_both_kinds_have_the_size_of_the_echo():
    for kind in ("code", "name"):
        assert all(abs(len(question) - FRAME_BYTES) <= 2 for question in questions(kind, 1000, 50))


@pytest.mark.parametrize("kind", ["code", "name"])
def test_a_desk_answers_only_when_its_row_is_on_disk(tmp_path, kind):
    path = tmp_path / "desk.sqlite"
    make_file(path, 50)

    async def ask_once() -> Answer:
        return decode_answer(await Desk(path).ask(question_about(person(7), kind, 1)))

    answer = asyncio.run(ask_once())
    assert answer.code == person(7).code
    rows = list(apsw.Connection(str(path)).execute("select id, resident, case_number from provision"))
    assert rows == [(answer.log_index, 8, "2026-00000001")]


@pytest.mark.slow
@pytest.mark.skipif(why_not() != "", reason=why_not())
def test_the_bare_echo_runs_at_every_depth(tmp_path):
    with ExitStack() as ending:
        setting = Setting(1, 0.2, 10, tmp_path, make_papers(tmp_path), ending)
        contestant = echo(setting, FRAME_BYTES)
        begin = time.monotonic()
        found = [contestant.measure(in_flight, 0.2, warm_s=0.02) for in_flight in (1, 16, 128)]
        assert time.monotonic() - begin < 30
    for sample in found:
        assert sample.questions > 10
        assert sample.server_cpu_s > 0
        assert (sample.frame_bytes_in, sample.frame_bytes_out) == (FRAME_BYTES, FRAME_BYTES)
