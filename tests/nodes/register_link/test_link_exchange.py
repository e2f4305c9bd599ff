"""The exchange folder (ファイル連携): whole files in order, answers on disk before the question goes, and any death in between."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from openjuki.nodes.entering import read_undecided
from openjuki.nodes.register_link.desk import OPERATIONS, fitting
from openjuki.nodes.register_link.exchange import PAGE, Exchange, chunks
from openjuki.nodes.register_link.lines import FORMAT, Line, write_file
from openjuki.offices import municipality
from openjuki.register.errors import NotReady, Say
from tests.nodes.register_link.linked_town import SOURCE, LinkedTown, died, moved_in

NAMES = "一二三四五六七八九"


class Killed(BaseException):
    """The link's process ended here."""


class Folder:
    """An existing system's side of the folder, and the link's process on the other, which may die and begin anew."""

    def __init__(self, path: Path, town: LinkedTown) -> None:
        self.path, self.town, self.silent, self.short = path, town, False, False
        self.calls, self.dies_at, self.after = 0, -1, False
        Exchange(path, SOURCE, self.talk).prepare()

    async def talk(self, operation: str, asked: dict[str, Any]) -> Any:
        """The control socket: JSON both ways."""
        if self.silent:
            raise NotReady("office", Say("", ""), Say("", ""))
        if self.short and operation == "link-take":  # fewer free codes came than were needed
            return {"outcomes": [], "expected": 1, "later": {"item": "code", "reason": ["", ""], "remedy": ["", ""]}}
        self.calls += 1
        if self.calls == self.dies_at and not self.after:
            raise Killed
        answer = await OPERATIONS[operation](self.town.desk, json.loads(msgspec.json.encode(asked)))
        if self.calls == self.dies_at:
            raise Killed
        return json.loads(msgspec.json.encode(answer))

    def put(self, name: str, data: bytes) -> None:
        part = self.path / "inbox" / f"{name}.part"
        part.write_bytes(data)
        part.rename(self.path / "inbox" / name)

    def round(self) -> Any:
        """One look of a link's process that has just been started."""
        return asyncio.run(Exchange(self.path, SOURCE, self.talk).round())

    def said(self, name: str) -> list[Any]:
        return [json.loads(line) for line in (self.path / "outbox" / name).read_text("utf-8").splitlines()]

    def there(self, where: str) -> list[str]:
        return sorted(os.listdir(self.path / where))


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "exchange", LinkedTown())


def day(first: int, last: int) -> list[Line]:
    return [moved_in(number, f"住基　{NAMES[number - 1]}") for number in range(first, last + 1)]


def test_a_file_is_answered_line_by_line_and_goes(folder):
    folder.put("a.jsonl", write_file(SOURCE, day(1, 2)))
    assert folder.round().answered == ("a.jsonl",)
    head, *outcomes = folder.said("a.jsonl.outcome.jsonl")
    assert (head["expected"], [o["outcome"] for o in outcomes]) == (3, ["accepted", "accepted"])
    assert all(len(outcome["persons"][0]["code"]) == 11 for outcome in outcomes)
    assert folder.there("inbox") == []
    assert (folder.path / "outbox" / "a.jsonl.outcome.jsonl").stat().st_mode & 0o777 == 0o600
    assert (folder.path / "inbox").stat().st_mode & 0o777 == 0o700


def test_the_same_file_again_is_answered_again(folder):
    for _ in range(2):
        folder.put("a.jsonl", write_file(SOURCE, day(1, 2)))
        folder.round()
    assert [outcome["again"] for outcome in folder.said("a.jsonl.outcome.jsonl")[1:]] == [True, True]
    assert folder.town.do(lambda t: t.value("SELECT count(*) FROM person")) == 2


def test_a_file_under_a_name_that_no_answer_can_bear_is_told_until_it_is_named_anew(folder):
    folder.put("bad name.jsonl", write_file(SOURCE, day(1, 2)))
    assert folder.round().answered == ()
    assert folder.said("status.json")[0]["files_misnamed"] == ["'bad name.jsonl'"]
    (folder.path / "inbox" / "bad name.jsonl").rename(folder.path / "inbox" / "a.jsonl")
    assert folder.round().answered == ("a.jsonl",)
    assert folder.said("status.json")[0]["files_misnamed"] == []


def test_files_are_taken_by_their_numbers_and_one_after_a_gap_waits(folder):
    folder.put("a.jsonl", write_file(SOURCE, day(5, 6)))
    folder.put("b.jsonl", write_file(SOURCE, day(3, 4)))
    assert folder.round().waiting == ("b.jsonl", "a.jsonl")
    status = folder.said("status.json")[0]
    assert (status["waits_for"], status["arrived"], status["files_waiting"]) == (1, 3, ["a.jsonl", "b.jsonl"])
    folder.put("c.jsonl", write_file(SOURCE, day(1, 2)))
    assert folder.round().answered == ("c.jsonl", "b.jsonl", "a.jsonl")
    assert folder.said("status.json")[0]["expected"] == 7


def test_what_is_not_whole_or_not_of_this_system_is_put_away_and_nothing_of_it_is_taken(folder, tmp_path):
    secret = "秘密　花子"
    whole = write_file(SOURCE, [moved_in(1, secret)])
    folder.put("cut.jsonl", whole[:-20])
    folder.put("other.jsonl", write_file("kokuho", day(1, 1)))
    folder.put("ask.json", b"{}")
    (tmp_path / "elsewhere").write_bytes(whole)
    (folder.path / "inbox" / "link.jsonl").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder.path / "inbox" / "pipe.jsonl")
    (folder.path / "inbox" / "half.jsonl.part").write_bytes(whole)
    found = folder.round()
    assert sorted(found.refused) == ["ask.json", "cut.jsonl", "link.jsonl", "other.jsonl", "pipe.jsonl"]
    assert folder.said("cut.jsonl.outcome.jsonl")[0]["error"]["item"] == "sha256"
    assert folder.said("other.jsonl.outcome.jsonl")[0]["error"]["item"] == "source"
    assert folder.there("inbox") == ["half.jsonl.part"]
    assert folder.town.do(lambda t: t.value("SELECT count(*) FROM person")) == 0
    noted = folder.town.do(lambda t: t.all("SELECT what FROM audit WHERE tag = 'link:file:refused'"))
    assert len(noted) == 5
    assert not any(secret in what for (what,) in noted)
    assert not any(secret in (folder.path / "outbox" / name).read_text("utf-8") for name in folder.there("outbox"))


def test_messages_lie_there_until_they_are_acknowledged(folder):
    folder.round()
    folder.town.run(_enter_by_hand, day(1, 1)[0])
    folder.round()
    (name,) = (name for name in folder.there("outbox") if name.startswith("message-"))
    (message,) = folder.said(name)
    assert (message["sequence"], message["kind"], message["body"]["record"]["name"]) == (1, "event-entered", "住基　一")
    (folder.path / "outbox" / name).unlink()
    folder.round()
    assert name in folder.there("outbox"), "taken away without a word: it comes again"
    asked = {"format": FORMAT, "source": SOURCE, "acknowledge_messages": 1, "messages_since": 0, "outcomes_since": 0}
    folder.put("ask.json", json.dumps(asked).encode())
    folder.round()
    assert name not in folder.there("outbox")
    assert folder.said("ask.json.answer.jsonl")[1:] == [{"acknowledged": 1}, message]
    folder.put("ask.json", json.dumps(asked | {"acknowledge_messages": 7}).encode())
    folder.round()
    assert folder.said("ask.json.answer.jsonl")[1]["refused"]["item"] == "sequence"


def _enter_by_hand(office: Any, operator: str, line: Line, then: Any) -> None:
    notification, step = read_undecided(line.event)
    step(office, operator, notification, then)


def test_while_the_office_is_silent_files_wait(folder):
    folder.put("a.jsonl", write_file(SOURCE, day(1, 2)))
    folder.silent = True
    assert folder.round().trouble.item == "office"
    assert folder.there("inbox") == ["a.jsonl"]
    status = folder.said("status.json")[0]
    assert (status["trouble"]["item"], status["files_waiting"]) == ("office", ["a.jsonl"])
    folder.silent = False
    assert folder.round().answered == ("a.jsonl",)


def test_a_file_that_the_office_cannot_enter_yet_waits_and_is_taken_later(folder):
    folder.put("a.jsonl", write_file(SOURCE, day(1, 2)))
    folder.short = True
    assert (folder.round().waiting, folder.there("inbox")) == (("a.jsonl",), ["a.jsonl"])
    assert "a.jsonl.outcome.jsonl" not in folder.there("outbox")
    folder.short = False
    assert folder.round().answered == ("a.jsonl",)


@pytest.mark.slow
def test_wherever_the_links_process_dies_nothing_is_lost_or_doubled(tmp_path):
    """Before and after each word with the office; a new process goes on each time."""
    plain = None
    for after in (False, True):
        for dies_at in range(1, 9):
            folder = Folder(tmp_path / f"{after}{dies_at}", LinkedTown())
            folder.put("a.jsonl", write_file(SOURCE, day(1, 3)))
            folder.put("b.jsonl", write_file(SOURCE, [*day(4, 5), died(6, "00000000000")]))
            folder.dies_at, folder.after = dies_at, after
            for _ in range(3):
                try:
                    folder.round()
                except Killed:
                    assert folder.calls == dies_at
            outcomes = [line for name in ("a", "b") for line in folder.said(f"{name}.jsonl.outcome.jsonl")[1:]]
            assert [outcome["sequence"] for outcome in outcomes] == [1, 2, 3, 4, 5, 6]
            kinds = [outcome["outcome"] for outcome in outcomes]
            assert kinds == ["accepted"] * 5 + ["refused"]
            register = folder.town.do(lambda t: t.all("SELECT code, version FROM person ORDER BY id"))
            assert len(folder.town.changes()) == 5
            assert [tuple(outcome["persons"][0].values()) for outcome in outcomes[:5]] == register
            plain = plain or register
            assert register == plain, "the same codes: no chance was spent twice"


def test_a_link_that_is_not_open_says_so_and_its_files_wait(folder):
    folder.town.ask("link-close", operator="chief")
    folder.put("a.jsonl", write_file(SOURCE, day(1, 1)))
    assert folder.round().trouble.item == "source"
    assert folder.there("inbox") == ["a.jsonl"]


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(folder):
    folder.put("a.jsonl", write_file(SOURCE, day(1, 1)))
    (folder.path / "outbox").rename(folder.path / "away")
    assert folder.round().trouble.item == "exchange"
    (folder.path / "away").rename(folder.path / "outbox")
    assert folder.round().answered == ("a.jsonl",)
    assert folder.said("a.jsonl.outcome.jsonl")[1]["again"]


def test_of_many_messages_a_page_lies_there_at_a_time_and_all_come_in_order(folder):
    folder.round()
    count = PAGE + 30
    folder.town.do(lambda t: [municipality.put_work_item(t, 1, "record-error", "", str(number)) for number in range(count)] and None)
    folder.round()
    laid = [name for name in folder.there("outbox") if name.startswith("message-")]
    assert len(laid) == PAGE
    asked = {"format": FORMAT, "source": SOURCE, "messages_since": 0}
    folder.put("ask.json", json.dumps(asked).encode())
    folder.round()
    assert [one["sequence"] for one in folder.said("ask.json.answer.jsonl")[1:]] == list(range(1, count + 1))
    folder.put("ask.json", json.dumps(asked | {"messages_since": None, "acknowledge_messages": PAGE}).encode())
    folder.round()
    laid = [name for name in folder.there("outbox") if name.startswith("message-")]
    assert (laid[0], len(laid)) == (f"message-{PAGE + 1:010d}.json", 30)


def test_what_is_large_comes_in_pages_that_fit_and_at_least_one_at_a_time():
    large = [Line(number, "a", {"text": "x" * 1_500_000}) for number in range(1, 4)]
    assert [len(fitting(large[at:])) for at in range(3)] == [1, 1, 1]
    assert len(fitting([Line(1, "a", {})] * 900)) == 900
    assert fitting([]) == []


def test_portions_keep_the_order_and_fit():
    lines = [Line(number, "a", {"text": "あ" * 100_000}) for number in range(1, 8)]
    portions = list(chunks(lines))
    assert [line.sequence for portion in portions for line in portion] == list(range(1, 8))
    assert all(sum(len(msgspec.json.encode(line)) for line in portion) <= 1024 * 1024 for portion in portions)
    assert len(portions) == 3
