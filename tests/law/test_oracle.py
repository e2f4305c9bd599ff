"""The oracle's own test: 本人確認情報の提供 as the story plays it, each reason once, and the appendices' counts (30条の6 to 30条の10)."""

import datetime
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.law.oracle import CHECKS, ORDINANCE_ARTICLES, ROUTES, oracle
from tests.law.oracle_rows import BODIES

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "appendix_by_hand.jsonl"
DAY = datetime.date(2013, 12, 1)
KAGOSHIMA, TOKYO = "46", "13"

POLICY = {
    "operator_present": True,
    "case_present": True,
    "key_set": {"name", "birth-date"},
    "fields": {"name", "address"},
    "allowed_key_sets": [{"code"}, {"name", "birth-date"}],
    "allowed_fields": {"name", "birth-date", "sex", "address"},
    "date": DAY,
}
PENSION = {"asker_kind": "appendix-1-body", "asker_bodies": ["日本年金機構"], "asker_prefecture": None, "asker_office": "A77"}
HOUSING = {"asker_kind": "municipal-organ", "asker_bodies": ["市町村長"], "asker_prefecture": KAGOSHIMA, "asker_office": "462012-H"}
PASSPORT = {"asker_kind": "prefecture-organ", "asker_bodies": ["都道府県知事"], "asker_prefecture": KAGOSHIMA, "asker_office": "460001-P"}
AIRA = {"asker_kind": "municipality", "asker_bodies": ["市町村長"], "asker_prefecture": KAGOSHIMA, "asker_office": "462250"}
BANK = {"asker_kind": "none", "asker_bodies": [], "asker_prefecture": None, "asker_office": None}
CENTRE = {"answering_kind": "centre", "answering_prefecture": None, "answering_office": "C"}
AT_KAGOSHIMA = {"answering_kind": "prefecture", "answering_prefecture": KAGOSHIMA, "answering_office": "460001"}
AT_TOKYO = {"answering_kind": "prefecture", "answering_prefecture": TOKYO, "answering_office": "130001"}
AT_KIRISHIMA = {"answering_kind": "municipality", "answering_prefecture": KAGOSHIMA, "answering_office": "462187"}


def question(asker, answering, scope, affair, **other):
    return {**POLICY, **asker, **answering, "scope": scope, "affair": affair, **other}


def ordinance(asker, article, first_day=DAY, last_day=None):
    return ("ordinance", "条例1", asker["asker_office"], article, first_day, last_day)


LAWFUL = {
    "pension body at the centre": question(PENSION, CENTRE, "other", ("appendix", 1, "77")),
    "housing at its own prefecture": question(HOUSING, AT_KAGOSHIMA, "own", ("appendix", 2, "8")),
    "housing about its own prefecture's people at the centre": question(HOUSING, CENTRE, "own", ("appendix", 2, "8")),
    "a prefecture's licensing at the centre": question(PASSPORT, CENTRE, "other", ("appendix", 3, "20")),
    "housing through its governor": question(HOUSING, CENTRE, "other", ("appendix", 4, "7"), forwarded_by=KAGOSHIMA),
    "a town hall through its governor": question(AIRA, CENTRE, "other", ("appendix", 4, "7"), forwarded_by=KAGOSHIMA),
    "passport office at its own prefecture": question(PASSPORT, AT_KAGOSHIMA, "own", ("appendix", 5, "6")),
    "register work at the own prefecture": question(AIRA, AT_KAGOSHIMA, "own", ("act", "30-7(4)3")),
    "register work through the governor": question(AIRA, CENTRE, "other", ("act", "30-7(6)3"), forwarded_by=KAGOSHIMA),
    "town hall to town hall by ordinance": question(AIRA, AT_KIRISHIMA, "own", ordinance(AIRA, "30-6")),
    "housing by ordinance at its own prefecture": question(HOUSING, AT_KAGOSHIMA, "own", ordinance(HOUSING, "30-7(4)2")),
    "housing by ordinance at Tokyo": question(HOUSING, AT_TOKYO, "other", ordinance(HOUSING, "30-7(6)2"), forwarded_by=KAGOSHIMA),
    "a prefecture's organ by ordinance at Tokyo": question(PASSPORT, AT_TOKYO, "other", ordinance(PASSPORT, "30-7(5)2")),
    "the tax department by ordinance": question(PASSPORT, AT_KAGOSHIMA, "own", ordinance(PASSPORT, "30-8(1)2")),
}

PENSION_QUESTION = LAWFUL["pension body at the centre"]
TAX_QUESTION = LAWFUL["the tax department by ordinance"]
REFUSED = {
    "no operator comes before no case": ("no-operator", {**PENSION_QUESTION, "operator_present": False, "case_present": False}),
    "no case number": ("no-case", {**PENSION_QUESTION, "case_present": False}),
    "a deleted row": ("affair-not-listed", {**PENSION_QUESTION, "affair": ("appendix", 1, "4")}),
    "no such table": ("affair-not-listed", {**PENSION_QUESTION, "affair": ("appendix", 6, "1")}),
    "an ordinance that nobody loaded": ("affair-not-listed", {**TAX_QUESTION, "affair": ("ordinance", "条例1")}),
    "an ordinance of tomorrow": (
        "affair-not-listed",
        {**TAX_QUESTION, "affair": ordinance(PASSPORT, "30-8(1)2", DAY + datetime.timedelta(1))},
    ),
    "an ordinance that ended yesterday": (
        "affair-not-listed",
        {**TAX_QUESTION, "affair": ordinance(PASSPORT, "30-8(1)2", None, DAY - datetime.timedelta(1))},
    ),
    "another council's ordinance": ("affair-not-listed", {**TAX_QUESTION, "ordinance_of": "130001"}),
    "use by consent without consent": ("affair-not-listed", {**TAX_QUESTION, "affair": ("act", "30-8(1)3")}),
    "another ministry's affair": ("affair-not-yours", {**PENSION_QUESTION, "affair": ("appendix", 1, "16")}),
    "a bank": ("affair-not-yours", question(BANK, CENTRE, "other", ("appendix", 1, "77"))),
    "another office's ordinance": ("affair-not-yours", {**TAX_QUESTION, "affair": ordinance(AIRA, "30-8(1)2")}),
    "register work of a section": ("affair-not-yours", question(HOUSING, AT_KAGOSHIMA, "own", ("act", "30-7(4)3"))),
    "a pension body at a prefecture": ("route-not-lawful", question(PENSION, AT_KAGOSHIMA, "own", ("appendix", 1, "77"))),
    "appendix 4 without the governor": ("route-not-lawful", question(HOUSING, CENTRE, "other", ("appendix", 4, "7"))),
    "appendix 4 by a strange governor": (
        "route-not-lawful",
        question(HOUSING, CENTRE, "other", ("appendix", 4, "7"), forwarded_by=TOKYO),
    ),
    "passport about someone from elsewhere": ("route-not-lawful", question(PASSPORT, CENTRE, "other", ("appendix", 5, "6"))),
    "appendix 3 about one's own people": ("route-not-lawful", question(PASSPORT, CENTRE, "own", ("appendix", 3, "20"))),
    "an ordinance at the centre": ("route-not-lawful", question(HOUSING, CENTRE, "own", ordinance(HOUSING, "30-7(4)2"))),
    "a town hall asking itself": (
        "route-not-lawful",
        question(AIRA, {**AT_KIRISHIMA, "answering_office": "462250"}, "own", ordinance(AIRA, "30-6")),
    ),
    "name alone": ("key-not-allowed", {**PENSION_QUESTION, "key_set": {"name"}, "fields": {"household"}}),
    "a listed key set and one item more": ("key-not-allowed", {**PENSION_QUESTION, "key_set": {"name", "birth-date", "sex"}}),
    "a field too many": ("field-not-allowed", {**PENSION_QUESTION, "fields": {"name", "household"}}),
}


@pytest.mark.parametrize("name", LAWFUL)
def test_the_act_allows(name):
    assert oracle(LAWFUL[name]) == "allowed"


@pytest.mark.parametrize("name", REFUSED)
def test_the_act_refuses(name):
    reason, asked = REFUSED[name]
    assert oracle(asked) == reason


def test_every_reason_is_tried():
    assert {reason for reason, _ in REFUSED.values()} == {reason for reason, _ in CHECKS}


@pytest.mark.parametrize("name", LAWFUL)
def test_a_question_that_changes_its_office_loses_the_right(name):
    strange = {"answering_kind": "municipality", "answering_prefecture": TOKYO, "answering_office": "131121"}
    if name == "town hall to town hall by ordinance":
        strange = {**CENTRE}
    assert oracle({**LAWFUL[name], **strange}) == "route-not-lawful"


def test_every_article_for_an_ordinance_has_a_route():
    assert {f"ordinance {article}" for article in ORDINANCE_ARTICLES} == {route[0] for route in ROUTES if route[0].startswith("ordinance")}


def test_the_appendices_have_232_rows():
    assert Counter(table for table, _ in BODIES) == {1: 134, 2: 14, 3: 33, 4: 13, 5: 38}


def test_the_sixty_rows_typed_for_the_parser_name_the_same_bodies():
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 60
    assert [BODIES[row["table"], row["row"]] for row in rows] == [tuple(row["bodies"]) for row in rows]
