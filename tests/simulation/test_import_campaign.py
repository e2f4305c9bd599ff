"""The import campaign, small: a town in a process of its own imports, and everything arrives as it was written (移行の測定)."""

import pytest

from openjuki.nodes import process
from openjuki.simulation.import_campaign import OTHERS, measure


@pytest.mark.slow
def test_a_register_imported_in_another_process_arrives_whole_and_unchanged(tmp_path):
    measured = process.run(measure(tmp_path, 300))
    assert measured.compared >= 300 + OTHERS * 0.5
    assert measured.differences == 0
