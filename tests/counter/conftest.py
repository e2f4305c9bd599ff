"""A country for each file of tests of the window: what one file asks and files spends no budget of another (窓口の試験)."""

import pytest

from tests.counter.running_country import running


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    with running(tmp_path_factory.mktemp("counter") / "country") as started:
        yield started
