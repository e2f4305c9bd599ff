"""Every promise of the first issue is kept by the real parts (約束の検査; mission)."""

from pathlib import Path

import pytest
from pytest_bdd import scenarios

pytestmark = pytest.mark.slow  # a country is started

PROMISES = ("N1", "N2", "N3", "N4", "N5", "P1", "P2", "P3", "P4", "P8", "P9", "P11", "P12", "P13", "X1", "X3", "X4", "X5")

scenarios(".")


def test_every_promise_of_the_first_issue_has_its_feature():
    assert {path.stem for path in Path(__file__).parent.glob("*.feature")} >= set(PROMISES)
