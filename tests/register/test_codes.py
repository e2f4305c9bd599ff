"""The four numbers and their check digits (住民票コード, 個人番号, 全国地方公共団体コード, 法人番号)."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.addresses import municipalities, wards_of
from openjuki.register.codes import (
    CHECKS,
    check_number,
    digits_of,
    individual_number,
    municipality_code,
    office_code,
    random_resident_code,
    resident_code,
    running_number,
    with_check_digit,
)
from openjuki.register.errors import InvalidInput

GOLDEN = Path(__file__).parents[1] / "golden" / "check_digits.tsv"
VECTORS = [line.split("\t") for line in GOLDEN.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("kind", "number", "verdict", "origin"), VECTORS)
def test_published_numbers_pass_and_mutated_ones_fail(kind, number, verdict, origin):
    wrong = check_number(kind, number)
    assert (wrong is None) == (verdict == "good"), origin
    if wrong:
        assert wrong.item == kind
        assert wrong.reason.ja
        assert wrong.remedy.en
        assert number not in wrong.text("ja") + wrong.text("en")


@pytest.mark.parametrize(("kind", "number"), [row[:2] for row in VECTORS if row[2] == "good"])
def test_the_check_digit_of_a_published_number_is_found_from_its_body(kind, number):
    assert with_check_digit(number[1:] if kind == "corporate-number" else number[:-1]) == number


def test_an_unknown_kind_of_number_is_told_from_a_wrong_number():
    wrong = check_number("postal-code", "1000001")
    assert wrong
    assert wrong.item == "kind"


@settings(max_examples=50)
@given(st.integers(0, 10**10 - 1), st.integers(0, 10), st.integers(1, 9))
def test_a_resident_code_with_one_digit_mistyped_is_mostly_refused(body, place, shift):
    code = with_check_digit(f"{body:010d}")
    mistyped = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    remainder_0_or_1 = code.endswith("0") or mistyped.endswith("0")
    assert remainder_0_or_1 or check_number("resident-code", mistyped)


@settings(max_examples=50)
@given(st.sampled_from(sorted(CHECKS)), st.text(max_size=14))
def test_no_text_breaks_a_check(kind, text):
    wrong = check_number(kind, text)
    assert wrong is None or wrong.item == kind


def test_a_lone_surrogate_from_a_file_is_refused_and_breaks_nothing():
    assert check_number("resident-code", "\ud800" * 11)


def test_full_width_digits_are_refused_with_a_remedy_and_read_by_the_intake_of_counters():
    with pytest.raises(InvalidInput) as refused:
        resident_code("２４７２７０５９６０８")
    assert "半角" in refused.value.remedy.ja
    assert resident_code(digits_of("２４７２７－０５９６　０８")) == "24727059608"


def test_the_reason_says_how_many_digits_were_given():
    with pytest.raises(InvalidInput) as refused:
        individual_number("24727059608")
    assert "11" in refused.value.reason.en
    assert "12" in refused.value.reason.en


def test_a_prefecture_is_an_office_but_no_municipality():
    assert office_code("460001") == "460001"
    with pytest.raises(InvalidInput):
        municipality_code("460001")


def test_codes_by_chance_are_valid_differ_and_follow_the_draw_alone():
    first = [random_resident_code(random.Random(1).randrange) for _ in range(2)]
    draw = random.Random(7).randrange
    many = {random_resident_code(draw) for _ in range(2_000)}
    assert first[0] == first[1]
    assert len(many) == 2_000
    assert all(resident_code(code) for code in many)
    assert {code[0] for code in many} == set("0123456789")


def test_a_body_of_no_known_length_or_with_letters_gets_no_check_digit():
    for body in ("", "123", "12345678x0", "１２３４５"):
        with pytest.raises(InvalidInput):
            with_check_digit(body)


def test_internal_numbers_run_on_and_end_in_a_check_digit():
    # 1*2 = 2 -> 11 - 2 = 9; 6*2 = 12, remainder 1 -> 10 -> 0; 0 -> 0; weights 2 to 7 and 2 again, by hand: 1111111 -> 29 -> 7 -> 4
    assert running_number(1, 8) == "00000019"
    assert running_number(6, 8) == "00000060"
    assert running_number(0, 8) == "00000000"
    assert running_number(1111111, 8) == "11111114"
    with pytest.raises(ValueError):
        running_number(10_000_000, 8)
    with pytest.raises(ValueError):
        running_number(-1, 8)


def test_every_municipality_and_ward_of_the_shipped_table_has_a_true_check_digit():
    places = [*municipalities(), *(ward for city in municipalities() for ward in wards_of(city.code))]
    assert len(places) > 1_741
    assert not [place.code for place in places if municipality_code(place.code) != place.code]
