"""The page of events says what the table of reasons says (異動事由の頁)."""

import re
from pathlib import Path

import pytest

from openjuki.nodes.entering import KINDS, TO_BE_DECIDED
from openjuki.register.event_reasons import EVENT_REASONS, EventReason

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text("utf-8")
ROWS = {int(row.split("|")[1]): [cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\| \d.*$", PAGE, re.MULTILINE)}


@pytest.mark.parametrize("row", EVENT_REASONS, ids=lambda row: f"{row.number} {row.english}")
def test_a_row_of_the_page_is_the_row_of_the_table(row: EventReason):
    shown = ["yes" if flag else "" for flag in (row.on_notice, row.ex_officio)]
    kinds = ", ".join(f"`{kind}`" for kind in row.kinds)
    words = [row.japanese, row.english, row.effect.value, row.rule.value, row.told.value]
    assert ROWS[row.number] == [str(row.number), *words, *shown, kinds, row.basis]


def test_the_page_names_no_kind_that_is_not_there():
    named = set(re.findall(r'"kind": "([a-z-]+)"', PAGE))
    assert named <= {*KINDS, *TO_BE_DECIDED}
    assert len(ROWS) == 37
