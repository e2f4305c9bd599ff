"""Every promise that is built is kept by the real parts (約束の検査; mission)."""

from pathlib import Path

import pytest
from pytest_bdd import scenarios

pytestmark = pytest.mark.slow  # a country is started

PROMISES = (
    "N1", "N2", "N3", "N4", "N5", "N7", "N8", "N9", "N10", "N12", "N13", "N14", "P1", "P2", "P3", "P4", "P8", "P9", "P11", "P12", "P13",
    "C1", "C2", "C3", "C4", "C5", "C7", "C8", "C9", "X1", "X3", "X4", "X5", "X7", "X8", "X11",
)  # fmt: skip

scenarios(".")


def test_every_promise_that_is_built_has_its_feature():
    assert {path.stem for path in Path(__file__).parent.glob("*.feature")} >= set(PROMISES)
