"""One country for all tests of the window in one process (窓口の試験)."""

import pytest

from tests.counter.running_country import running


@pytest.fixture(scope="session")
def country(tmp_path_factory):
    with running(tmp_path_factory.mktemp("counter") / "country") as started:
        yield started
