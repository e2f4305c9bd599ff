"""Power cuts: 5,000 images of a recorded day at four offices lose nothing that anybody was told; both controls do (停電試験; P13)."""

from random import Random

import pytest

from openjuki.simulation.power_cut.__main__ import ROUNDS, lossy
from openjuki.simulation.power_cut.day import CENTRE, HUB, TOWN, Day
from openjuki.simulation.power_cut.disk import Kind, Operation
from openjuki.simulation.power_cut.image import Cut, sectors, survivors
from openjuki.simulation.power_cut.trial import played, try_images, try_restarts

IMAGES, RESTARTS, CONTROL_IMAGES = 5_000, 40, 150


# -- the model of a disk --------------------------------------------------------------------------------------------------


def written(offset: int, data: bytes, path: str = "/o/a.db") -> Operation:
    return Operation(Kind.WRITE, path, offset, data)


def lefts(operations: list[Operation], path: str = "/o/a.db") -> set[bytes | None]:
    """Everything that may be left of a file after these operations."""
    return {Cut(operations).images(len(operations), "/o/", Random(seed)).get(path) for seed in range(400)}


def test_what_was_synced_is_always_left():
    synced = [written(0, b"safe"), Operation(Kind.SYNC, "/o/a.db")]
    assert lefts(synced) == {b"safe"}
    assert {left[:4] for left in lefts([*synced, written(4, b"more")]) if left is not None} == {b"safe"}


def test_what_was_not_synced_is_left_or_not_in_any_order():
    old = [written(0, b"aaaa"), Operation(Kind.SYNC, "/o/a.db")]
    assert lefts([*old, written(0, b"b"), written(2, b"c")]) == {b"aaaa", b"baaa", b"aaca", b"baca"}


def test_a_write_is_torn_between_sectors_and_only_there():
    old = [written(0, bytes(2048)), Operation(Kind.SYNC, "/o/a.db")]
    found = lefts([*old, written(100, b"x" * 1000)])
    pieces = {tuple(left[start:end].count(b"x") for start, end in ((100, 512), (512, 1024), (1024, 1100))) for left in found if left}
    assert pieces == {(a, b, c) for a in (0, 412) for b in (0, 512) for c in (0, 76)}


def test_the_pieces_of_a_write_are_the_write():
    assert [(start, len(piece)) for start, piece in sectors(written(24, b"y" * 4096))][:2] == [(24, 488), (512, 512)]
    assert b"".join(piece for _, piece in sectors(written(24, b"y" * 4096))) == b"y" * 4096


def test_a_deletion_that_did_not_reach_the_disk_leaves_the_old_file_untouched():
    old = [written(0, b"old"), Operation(Kind.SYNC, "/o/a.db")]
    anew = [Operation(Kind.DELETE, "/o/a.db"), Operation(Kind.OPEN, "/o/a.db"), written(0, b"new")]
    assert lefts([*old, *anew]) == {b"old", None, b"", b"new"}
    assert lefts([*old, *anew, Operation(Kind.SYNC_NAMES, "/o")]) == {b"", b"new"}
    assert lefts([*old, *anew, Operation(Kind.SYNC, "/o/a.db")]) == {b"new"}


def test_an_operation_after_the_cut_is_never_left():
    operations = [written(0, b"before"), written(0, b"beyond")]
    assert {Cut(operations).images(1, "/o/", Random(seed)).get("/o/a.db") for seed in range(50)} == {b"before", None}


def test_one_chance_gives_one_image():
    unsynced = [written(number, b"z") for number in range(50)]
    assert list(survivors(unsynced, Random(7))) == list(survivors(unsynced, Random(7)))


# -- the offices ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def day(tmp_path_factory) -> Day:
    return played(tmp_path_factory.mktemp("day"), "ci", ROUNDS)


@pytest.mark.slow
def test_the_day_holds_what_matters(day: Day):
    """All four words that callers hear, the marks, checkpoints and restarts: else the images would show nothing."""
    assert {told.about[0] for told in day.said} == {"person", "cursor", "answer", "codes", "mark"}
    assert {told.office for told in day.said if told.about != ("mark",)} == {TOWN, HUB, CENTRE}
    assert all(operation.path for operation in day.disk.operations), "a temporary file would hold residents' data outside of the register"
    into_main_file = [operation for operation in day.disk.operations if operation.kind is Kind.WRITE and operation.path.endswith(".db")]
    assert len(into_main_file) > 100
    assert sum(operation.kind is Kind.DELETE for operation in day.disk.operations) > 7


@pytest.mark.slow
def test_no_power_cut_loses_what_anybody_was_told_or_parts_what_belongs_together(day: Day):
    result = try_images(day, IMAGES)
    assert (result.images, result.broken, result.faults) == (IMAGES, 0, {})


@pytest.mark.slow
def test_a_country_comes_together_again_after_a_power_cut_everywhere(day: Day):
    result = try_restarts(day, RESTARTS)
    assert (result.broken, result.faults) == (0, {})


@pytest.mark.slow
def test_control_without_syncs_something_is_seen_to_be_lost(tmp_path):
    result = try_images(played(tmp_path, "ci", ROUNDS, synchronous="OFF"), CONTROL_IMAGES)
    assert lossy(result)
    assert result.broken > CONTROL_IMAGES // 4


@pytest.mark.slow
def test_control_telling_before_the_commit_is_seen_to_lose(tmp_path):
    result = try_images(played(tmp_path, "ci", ROUNDS, hasty=True), CONTROL_IMAGES)
    assert set(result.faults) == {"lost: person"}
