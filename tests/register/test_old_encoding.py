"""Files of cp932: what stands for a character is said, and put back (縮退)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register import characters
from openjuki.register.errors import InvalidInput
from openjuki.register.old_encoding import COLUMN, GETA, Replaced, holds, put_back, stand_in, to_old_encoding

RECORDABLE = sorted(characters._table().recordable)
texts = st.lists(st.integers(0, len(RECORDABLE) - 1).map(RECORDABLE.__getitem__), max_size=8).map("".join)
UNHURRIED = settings(deadline=None)  # the first example loads the tables
TSUJI = "辻\U000e0102"


@pytest.mark.parametrize(
    ("sign", "stands"),
    [("髙", "髙"), ("𠮷", "吉"), (TSUJI, "辻"), ("É", "E"), ("〜", "～"), ("𛀂", GETA), ("㐂", "喜"), ("邉\U000e0110", "邉")],
)
def test_the_nearest_character_stands_for_one_that_the_encoding_has_not(sign, stands):
    assert stand_in(sign) == stands


@pytest.mark.slow
def test_every_sign_of_the_set_has_something_that_the_encoding_holds():
    assert all(holds(stand_in(sign)) for sign in RECORDABLE)


@UNHURRIED
@given(st.dictionaries(st.sampled_from(["name", "former_name", "town", "building"]), texts))
def test_a_row_goes_through_the_old_encoding_and_nothing_is_lost(row):
    held, replaced = to_old_encoding(row)
    notes = held.pop(COLUMN)
    through = {key: text.encode("cp932").decode("cp932") for key, text in held.items()}
    assert put_back(through, notes.encode("cp932").decode("cp932")) == row
    assert (replaced == []) == (held == row) == (notes == "")


def test_each_replaced_sign_is_listed_with_item_and_place():
    held, replaced = to_old_encoding({"name": f"山{TSUJI}　𠮷", "town": "宮島町"})
    assert held == {"name": "山辻　吉", "town": "宮島町", COLUMN: "name 2 U+8FBB+U+E0102; name 4 U+20BB7"}
    assert replaced == [Replaced("name", 2, TSUJI, "辻"), Replaced("name", 4, "𠮷", "吉")]


@pytest.mark.parametrize("row", [{"name": "山辺"}, {"name": "山"}, {}, {"town": "山辻"}])
def test_a_name_that_was_changed_there_is_refused_by_its_item(row):
    with pytest.raises(InvalidInput) as refused:
        put_back(row, "name 2 U+8FBB+U+E0102")
    assert refused.value.item == "name"


@pytest.mark.parametrize("notes", ["name", "name x U+8FBB", "name 1 U+", "name 1 U+110000", "name 1 2 3", "name 1 U+8FBB  U+1"])
def test_notes_that_no_export_wrote_are_refused(notes):
    with pytest.raises(InvalidInput) as refused:
        put_back({"name": "辻"}, notes)
    assert refused.value.item == COLUMN
