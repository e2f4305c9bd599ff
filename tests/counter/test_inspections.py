"""Inspection at the window: refused without what the Act asks for, decided, shown without who is protected (閲覧の画面の試験)."""

import re

import pytest

from tests.counter.running_country import AIRA
from tests.counter.test_moving_out_papers import protect, settled

pytestmark = pytest.mark.slow
TOWN = "蒲生町漆"
POLL = {
    "ground": "research", "applicant": "世論調査会", "purpose": "生活意識調査", "inspectors": "調査　二郎", "towns": TOWN,
    "identity_checked": "yes", "safekeeping": "施錠保管、集計後廃棄",
}  # fmt: skip


@pytest.mark.parametrize("item", ["applicant", "inspectors", "safekeeping", "identity_checked"])
@pytest.mark.parametrize(("language", "words"), [("ja", "閲覧の申出を受け付けられません"), ("en", "without it nothing is inspected")])
def test_without_what_the_act_asks_for_nothing_is_taken_and_nothing_typed_is_lost(country, item, language, words):
    clerk = country.clerk()
    clerk.get("/inspections/new")
    clerk.post("/language", language=language)
    form = clerk.get("/inspections/new")
    said = clerk.post("/inspections/new", once=form.hidden("once"), **(POLL | {item: ""}))
    assert said.status == 422 and words in said.words
    assert 'value="生活意識調査"' in said.text and TOWN in said.text
    assert re.search(rf'id="{item}-(error|hint)"|id="{item}".*?class="error"', said.text, re.S)


def granted(country, once):
    """An application for the town, granted; the clerk and where it is."""
    clerk = country.clerk()
    clerk.get("/inspections/new")
    filed = clerk.post("/inspections/new", once=once, **POLL)
    again = clerk.post("/inspections/new", once=once, **POLL)
    path = filed.headers["location"]
    assert again.headers["location"] == path
    page = clerk.get(path)
    assert "/list" not in page.text
    early = clerk.post(f"{path}/list")
    assert early.status == 409 and "閲覧は認められていません" in early.words
    clerk.get(path)
    assert clerk.post(f"{path}/decide", once=f"{once} no ground", proper="yes").status == 422
    clerk.get(path)
    assert clerk.post(f"{path}/decide", once=f"{once} decided", proper="yes", ground="法11条の2第1項1号").status == 303
    clerk.get(path)
    return clerk, path


def test_a_list_is_the_same_whether_somebody_is_protected_or_was_never_there(country):
    settled(country, "閲覧　一郎", TOWN)
    without = shown(*granted(country, "nobody there"))
    settled(country, "閲覧　守子", TOWN)
    protect(country.clerk(), "閲覧　守子", output="inspection")
    clerk, path = granted(country, "somebody protected")
    assert shown(clerk, path) == without and "閲覧 一郎" in without and "守子" not in without
    page = clerk.get(path)
    assert "閲覧 1人" in page.words
    sql = "SELECT count(*) FROM audit WHERE tag = 'inspection:list:shown'"
    assert country.read(AIRA, lambda t: t.value(sql)) >= 2


def shown(clerk, path):
    """The list, without the number of the application."""
    said = clerk.post(f"{path}/list")
    assert said.status == 200
    return re.sub(r"\d+(?= 1人)|/inspections/\d+", "", said.words.split("試験環境")[-1])
