"""Names of affairs on the wire and the JSON form of a purpose (事務の表記)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.law.purposes import ACT_WORKS, ActWork, OrdinanceId, PurposeId, catalogue, find, format_affair, parse_affair, row_facts
from openjuki.register.errors import InvalidInput
from tests.law.oracle_rows import BODIES

AFFAIRS = st.one_of(
    st.builds(PurposeId, st.integers(1, 5), st.from_regex(r"[1-9][0-9]{0,2}(-[1-9][0-9]?)?", fullmatch=True)),
    st.builds(OrdinanceId, st.from_regex(r"[0-9]{6}", fullmatch=True), st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True)),
    st.sampled_from([ActWork(article) for article in ACT_WORKS]),
)


@settings(max_examples=50)
@given(AFFAIRS)
def test_an_affair_comes_back_from_its_text(affair):
    back = parse_affair(format_affair(affair))
    assert (type(back), back) == (type(affair), affair)


@given(st.text(max_size=60))
def test_any_text_is_an_affair_in_its_one_form_or_refused(text):
    try:
        affair = parse_affair(text)
    except InvalidInput:
        return
    assert format_affair(affair) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "appendix",
        "appendix:1",
        "appendix:6:1",
        "appendix:1:016",
        "appendix:1:一の二",
        "appendix:１:1",
        "appendix:1:1 ",
        "appendix:1:1\n",
        "ordinance:46:tax",
        "ordinance:460001:",
        "ordinance:460001:税",
        "act:30-6",
        "Appendix:1:16",
    ],
)
def test_another_form_is_refused_with_item_reason_and_remedy(text):
    with pytest.raises(InvalidInput) as caught:
        parse_affair(text)
    assert caught.value.item == "affair"
    assert "appendix" in caught.value.remedy.en
    assert "appendix" in caught.value.remedy.ja


def test_every_row_of_the_catalogue_can_be_named_and_found_again():
    for purpose, row in catalogue().items():
        assert find(parse_affair(format_affair(purpose))) is row


def test_the_facts_of_every_row_are_plain_json():
    for row in catalogue().values():
        facts = row_facts(row)
        assert json.loads(json.dumps(facts)) == facts
        assert facts["purpose"] == format_affair(row.id)


def test_the_catalogue_cannot_be_changed():
    with pytest.raises(TypeError):
        catalogue()[PurposeId(1, "1")] = None
    with pytest.raises(AttributeError):
        catalogue()[PurposeId(1, "16")].statute = "関税法"


def test_the_bodies_of_all_rows_are_those_that_another_reader_typed_from_the_act():
    typed = {PurposeId(*purpose): set(bodies) for purpose, bodies in BODIES.items()}
    assert {purpose: set(row.bodies) for purpose, row in catalogue().items()} == typed
