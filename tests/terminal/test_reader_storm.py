"""Twenty thousand commands through PC/SC: the reader stays, the card stays, nothing comes out that may not (コマンドの乱射試験)."""

import pytest

from tests.terminal.reader_storm import storm_through

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("kind", "count"), [("random", 10_000), ("grammar", 10_000)])
def test_a_storm_through_the_reader_gets_nothing_out(reader_room, inserted, tmp_path, kind, count):
    heard, faults = storm_through(reader_room, 7, count, kind, tmp_path / "heard")
    assert not faults and heard.total() == count and len(heard) > 8
    assert inserted.process.poll() is None
    assert reader_room.run("opensc-tool", "-n").stdout.strip() == "jpki"
