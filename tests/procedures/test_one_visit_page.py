"""The page about moving with one visit says what the code says (転入届の特例の説明; docs/one-visit-move.md)."""

import re
from pathlib import Path

import pytest

from openjuki.offices import relay_guard, transfer_arrivals, transfer_asking, transfer_notices, transfers
from openjuki.procedures import one_visit_move
from openjuki.register import moved_in, transfer_record
from openjuki.register.transfer_record import NoTransfer

PAGE = (Path(__file__).resolve().parents[2] / "docs/one-visit-move.md").read_text("utf-8")
STRUCTS = dict(re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("name", STRUCTS)
def test_every_field_of_a_struct_is_named_in_its_order(name):
    struct = next(getattr(module, name) for module in (transfer_asking, transfer_record, moved_in) if hasattr(module, name))
    assert tuple(re.findall(r"\w+", STRUCTS[name])) == struct.__struct_fields__


def test_all_structs_that_travel_are_there():
    assert len(STRUCTS) == 9


@pytest.mark.parametrize("call", re.findall(r"`(notify_move_out|ask_transfer|receive|enter_\w+|keep|withdraw|certify|drop)`", PAGE))
def test_every_call_is_there(call):
    assert callable(getattr(one_visit_move, call))


@pytest.mark.parametrize(("module", "name"), [(transfers, "listed"), (transfer_arrivals, "expected"), (transfer_notices, "missing")])
def test_every_list_is_there(module, name):
    assert f"{module.__name__.rsplit('.')[-1]}.py:{name}" in PAGE
    assert callable(getattr(module, name))


def test_every_refusal_is_named_and_the_budget_is_the_one_told():
    assert all(f"`{refusal.value}`" in PAGE for refusal in NoTransfer)
    assert relay_guard.OF_OPERATOR.misses_per_10min == 4
