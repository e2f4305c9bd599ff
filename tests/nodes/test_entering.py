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


def test_a_whole_event_is_read():
    assert read_event(DEATH)[0].died_on == "2013-12-01"
