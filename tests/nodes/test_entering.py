"""An event that lacks something is refused by the name of what it lacks (異動の入力の誤り)."""

import pytest

from openjuki.nodes.entering import read_event
from openjuki.register.errors import InvalidInput

DEATH = {"kind": "death", "code": "83801318480", "died_on": "2013-12-01", "notified_on": "2013-12-02"}
MOVE = {
    "kind": "change-of-address", "movers": [{"code": "83801318480"}], "address": "鹿児島県姶良市宮島町25番地", "moved_on": "2013-12-01",
    "notified_on": "2013-12-02",
}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "item"),
    [({**DEATH, "died_on": None}, "died_on"), ({key: DEATH[key] for key in DEATH if key != "died_on"}, "died_on"),
     ({**DEATH, "shoe": "left"}, "shoe"), (MOVE, "movers[0].relationship"), ({**DEATH, "kind": "deth"}, "kind")],
)  # fmt: skip
def test_the_item_that_is_missing_unknown_or_of_another_form_is_named(event, item):
    with pytest.raises(InvalidInput) as caught:
        read_event(event)
    assert caught.value.item == item


@pytest.mark.parametrize(
    ("event", "item", "remedy"),
    [
        ({**DEATH, "shoe": "left"}, "shoe", "Give {code, died_on, notified_on, staying}."),
        ({**MOVE, "movers": {}}, "movers", "Give [{code, relationship}, ...]."),
        ({**MOVE, "movers": [{"code": "1", "relationship": "世帯主"}]}, "address", "Give [municipality, town, block, building]."),
        ({"kind": "correction", "code": "1", "items": {"sex": 7}, "found_on": "2013-12-02"}, "items.sex", "Give one of 0, 1, 2, 9."),
        ({"kind": "supplement-correction", "supplement": 1, "found_on": "2013-12-02", "row": [1, 2, 3]}, "row[1]", 'Give "text".'),
    ],
)
def test_the_form_that_the_item_should_have_is_said(event, item, remedy):
    with pytest.raises(InvalidInput) as caught:
        read_event(event)
    assert (caught.value.item, caught.value.remedy.en) == (item, remedy)


def test_an_unknown_item_inside_another_is_told_from_a_missing_one():
    with pytest.raises(InvalidInput, match=r"items\.nme: is no item here\. Give \{name, kana, "):
        read_event({"kind": "correction", "code": "1", "items": {"nme": "x"}, "found_on": "2013-12-02"})


def test_a_whole_event_is_read():
    assert read_event(DEATH)[0].died_on == "2013-12-01"
