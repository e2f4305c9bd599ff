"""Dates that are partial, unknown or impossible, and eras to the day (年月日・和暦・不詳日, standard specification 1.1.8)."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.dates import (
    UNKNOWN_DATE,
    DateText,
    age_on,
    calendar_date,
    date_text,
    earliest,
    for_network,
    from_era,
    is_calendar_date,
    latest,
    may_equal,
    text_of,
    to_era,
)
from openjuki.register.errors import InvalidInput

# the list of the standard, 1.1.8, with numbers put in
FOURTEEN_FORMS = [
    ("令和2年頃", "2020-00-00~"),
    ("令和2年5月頃", "2020-05-00~"),
    ("令和2年5月3日頃", "2020-05-03~"),
    ("推定令和2年5月3日", "2020-05-03?"),
    ("推定令和2年5月", "2020-05-00?"),
    ("令和2年春", "2020-A1-00"),
    ("令和2年5月上旬", "2020-05-E1"),
    ("令和2年5月中旬頃", "2020-05-E2~"),
    ("年月日不詳", "0000-00-00"),
    ("令和2年月日不詳", "2020-00-00"),
    ("令和2年5月日不詳", "2020-05-00"),
    ("令和2年5月3日から6月10日頃までの間", "2020-05-03/2020-06-10~"),
    ("令和2年5月推定3日から10日までの間", "2020-05-03?/2020-05-10"),
    ("令和2年5月3日頃から10日頃までの間", "2020-05-03~/2020-05-10~"),
]

ERA_BORDERS = [
    ("明治6年1月1日", "1873-01-01"),
    ("明治45年7月29日", "1912-07-29"),
    ("大正元年7月30日", "1912-07-30"),
    ("大正15年12月24日", "1926-12-24"),
    ("昭和元年12月25日", "1926-12-25"),
    ("昭和64年1月7日", "1989-01-07"),
    ("平成元年1月8日", "1989-01-08"),
    ("平成31年4月30日", "2019-04-30"),
    ("令和元年5月1日", "2019-05-01"),
]

KEPT_AS_WRITTEN = [
    ("明治45年7月30日", "M45-07-30"),
    ("大正15年12月25日", "T15-12-25"),
    ("大正元年7月29日", "T01-07-29"),
    ("平成32年1月1日", "H32-01-01"),
    ("明治5年11月20日", "M05-11-20"),
    ("明治5年12月3日", "M05-12-03"),
    ("明治45年月日不詳", "M45-00-00"),
    ("昭和64年1月日不詳", "S64-01-00"),
    ("昭和64年1月上旬", "S64-01-E1"),
    ("大正12年2月29日", "1923-02-29"),
    ("平成31年4月31日", "H31-04-31"),
]

OTHER_INPUT = [
    ("昭和12年5月3日", "1937-05-03"),
    ("昭和１２年　５月　３日", "1937-05-03"),
    ("㍼12年5月3日", "1937-05-03"),
    ("昭12.5.3", "1937-05-03"),
    ("S12.5.3", "1937-05-03"),
    ("s12-05-03", "1937-05-03"),
    ("Ｓ１２・５・３", "1937-05-03"),
    ("S120503", "1937-05-03"),
    ("19370503", "1937-05-03"),
    ("1937/5/3", "1937-05-03"),
    ("西暦1937年5月3日", "1937-05-03"),
    ("R1.5.1", "2019-05-01"),
    ("令和元年", "R01-00-00"),
    ("令和2年", "2020-00-00"),
    ("昭和12年不詳", "1937-00-00"),
    ("昭和12年5月不明", "1937-05-00"),
    ("昭和12年冬", "1937-A4-00"),
    ("生年月日不詳", "0000-00-00"),
    ("不詳", "0000-00-00"),
    ("1937-00-00", "1937-00-00"),
    ("西暦1850年2月3日", "1850-02-03"),
    ("昭和64年又は平成元年1月日不詳", "1989-01-00"),
    ("平成31年4月20日から令和元年5月3日までの間", "2019-04-20/2019-05-03"),
    ("昭和20年3月から5月までの間", "1945-03-00/1945-05-00"),
    ("令和100年1月1日", "2118-01-01"),
]

UNREADABLE = [
    "", "昭和", "昭和12年13月1日", "昭和12年5月32日", "12年5月3日", "昭和0年5月3日", "昭和12年3日", "推定昭和12年頃",
    "昭和12年春3日", "1799-12-31", "2200-01-01", "昭和64年又は平成2年", "令和2年5月10日から3日までの間",
    "年月日不詳から令和2年までの間", "abc", "〆", "令和999年1月1日", "昭和100年1月1日",
]  # fmt: skip

NOT_CANONICAL = [
    "", "1937-5-3", "1937-05-03/1937-05-04/1937-05-05", "20200101", "2020-W01-1", "1937-13-01", "1937-05-32", "1937-00-03",
    "1937-A1-03", "1937-A5-00", "1937-05-E4", "S12-05-03", "M45-07-29", "X12-05-03", "T00-01-01", "0000-05-03", "0000-00-00~",
    "1937-05-03~?", "1937-05-03/1937-05-01", "1937-05-03/0000-00-00", "１９３７-05-03", "1937-05-03\n",
]  # fmt: skip

days = st.dates(datetime.date(1873, 1, 1), datetime.date(2100, 12, 31))
months = st.sampled_from(["00", *(f"{number:02d}" for number in range(1, 13)), "A1", "A2", "A3", "A4"])
days_of_month = st.sampled_from(["00", *(f"{number:02d}" for number in range(1, 32)), "E1", "E2", "E3"])
years = st.one_of(st.integers(1800, 2199).map(str), st.builds("{}{:02d}".format, st.sampled_from("MTSHR"), st.integers(1, 70)))
marks = st.sampled_from(["", "~", "?"])


def is_canonical(text):
    try:
        date_text(text)
    except InvalidInput:
        return False
    return True


points = st.builds("{}-{}-{}{}".format, years, months, days_of_month, marks).map(lambda text: text if is_canonical(text) else "1923-02-29")
spans = st.builds("{}/{}".format, points, points).map(lambda text: text if is_canonical(text) else "M45-07-30/1912-12-00")
canonical = st.one_of(points, spans, st.just("0000-00-00"))


@pytest.mark.parametrize(("words", "text"), FOURTEEN_FORMS + ERA_BORDERS + KEPT_AS_WRITTEN)
def test_a_date_is_kept_as_written_and_shown_as_it_was(words, text):
    assert from_era(words) == date_text(text)
    assert to_era(DateText(text)) == words


@pytest.mark.parametrize(
    ("text", "on", "words"),
    [
        ("2023-11-21", "2013-11-22", "平成35年11月21日"),
        ("2019-05-01", "2019-03-31", "平成31年5月1日"),
        ("2019-05-01", "2019-04-01", "令和元年5月1日"),
        ("2019-04-30", "2019-04-01", "平成31年4月30日"),
        ("1989-01-08", "1989-01-06", "昭和64年1月8日"),
        ("1989-01-08", "1989-01-07", "平成元年1月8日"),
        ("2019-00-00", "2013-11-22", "平成31年月日不詳"),
        ("2019-00-00", "2019-04-01", "平成31年又は令和元年月日不詳"),
        ("2019-04-00/2019-06-00", "2013-11-22", "平成31年4月から6月までの間"),
        ("2019-04-00/2019-06-00", "2019-04-01", "平成31年4月から令和元年6月までの間"),
        ("1912-07-29", "2013-11-22", "明治45年7月29日"),
        ("1872-05-01", "2013-11-22", "西暦1872年5月1日"),
        ("0000-00-00", "2013-11-22", "年月日不詳"),
    ],
)
def test_a_paper_names_no_era_that_was_not_known_on_its_day(text, on, words):
    assert to_era(DateText(text), datetime.date.fromisoformat(on)) == words


@pytest.mark.parametrize(("words", "text"), OTHER_INPUT)
def test_what_counters_and_files_write_is_read(words, text):
    assert from_era(words) == date_text(text)


@pytest.mark.parametrize("words", UNREADABLE)
def test_what_is_no_date_is_refused_with_the_item_named(words):
    with pytest.raises(InvalidInput) as refused:
        from_era(words, "birth")
    assert refused.value.item == "birth"
    assert refused.value.reason.ja
    assert refused.value.remedy.ja


@pytest.mark.parametrize("text", NOT_CANONICAL)
def test_only_the_canonical_text_is_taken_from_the_wire(text):
    with pytest.raises(InvalidInput):
        date_text(text)


def test_days_from_1873_to_2100_survive_the_way_through_their_era():
    first = datetime.date(1873, 1, 1).toordinal()
    for ordinal in range(first, datetime.date(2101, 1, 1).toordinal(), 37):
        text = text_of(datetime.date.fromordinal(ordinal))
        assert from_era(to_era(text)) == from_era(f"　{to_era(text)}") == text


@pytest.mark.slow
def test_every_day_from_1873_to_2100_survives_the_way_through_its_era():
    first = datetime.date(1873, 1, 1).toordinal()
    for ordinal in range(first, datetime.date(2101, 1, 1).toordinal()):
        text = text_of(datetime.date.fromordinal(ordinal))
        assert from_era(to_era(text)) == text


@pytest.mark.slow
@given(canonical)
def test_every_canonical_date_survives_the_way_through_japanese(text):
    assert from_era(to_era(DateText(text))) == text


@pytest.mark.slow
@given(canonical)
def test_the_bounds_are_in_order_and_the_network_form_is_canonical_and_settled(text):
    date = date_text(text)
    assert earliest(date) <= latest(date)
    sent = for_network(date)
    assert date_text(sent) == sent == for_network(sent)
    assert len(sent) == 10
    assert not set(sent) & set("EMTSHR~?/")


@pytest.mark.slow
@given(points)
def test_what_the_network_carries_still_matches_the_date_recorded(text):
    assert may_equal(for_network(DateText(text)), DateText(text)) or text[:1] == "M"


@settings(max_examples=20)
@given(canonical, canonical)
def test_matching_does_not_depend_on_who_asks(one, other):
    assert may_equal(DateText(one), DateText(other)) == may_equal(DateText(other), DateText(one))


@settings(max_examples=50)
@given(days, days_of_month)
def test_a_partial_date_matches_the_days_it_may_be_and_no_others(day, written):
    partial = DateText(f"{day.year:04d}-{day.month:02d}-{written}")
    inside = earliest(partial) <= day <= latest(partial)
    assert may_equal(partial, text_of(day)) == inside


def test_bounds_of_partial_dates():
    bounds = {
        "1937-00-00": ("1937-01-01", "1937-12-31"),
        "1937-A1-00": ("1937-03-01", "1937-05-31"),
        "1937-A4-00": ("1937-01-01", "1937-12-31"),
        "1936-02-E3": ("1936-02-21", "1936-02-29"),
        "1923-02-29": ("1923-02-28", "1923-03-01"),
        "M45-00-00": ("1912-01-01", "1912-07-29"),
        "T01-00-00": ("1912-07-30", "1912-12-31"),
        "M45-07-30": ("1912-07-30", "1912-07-30"),
        "M05-11-20": ("1872-02-09", "1872-12-31"),
        "2020-05-03~/2020-05-10~": ("2020-05-03", "2020-05-10"),
        "0000-00-00": ("0001-01-01", "9999-12-31"),
    }
    assert {text: (str(earliest(DateText(text))), str(latest(DateText(text)))) for text in bounds} == bounds


def test_winter_is_both_ends_of_the_year():
    winter = DateText("1937-A4-00")
    assert may_equal(winter, DateText("1937-02-28"))
    assert may_equal(winter, DateText("1937-12-01"))
    assert not may_equal(winter, DateText("1937-07-01"))


def test_nothing_is_made_up_for_the_network():
    sent = {
        "1937-05-03": "1937-05-03",
        "1937-05-03~": "1937-05-03",
        "1937-05-E1": "1937-05-00",
        "1937-A1-00": "1937-A1-00",
        "1923-02-29": "1923-02-00",
        "M45-07-30": "1912-07-30",
        "M45-00-00": "1912-00-00",
        "M05-11-20": "1872-00-00",
        "2020-05-03/2020-05-10~": "2020-05-00",
        "2020-05-03/2020-06-10": "2020-00-00",
        "2019-12-30/2020-01-02": "0000-00-00",
        "0000-00-00": "0000-00-00",
    }
    assert {text: for_network(date_text(text)) for text in sent} == sent


def test_only_whole_days_of_the_calendar_pass_where_the_standard_asks_for_them():
    assert calendar_date("2020-02-29") == datetime.date(2020, 2, 29)
    for text in ("2021-02-29", "2020-02-00", "M45-07-30", UNKNOWN_DATE):
        assert not is_calendar_date(text)
        with pytest.raises(InvalidInput):
            calendar_date(text, "notified_on")


def test_age_is_certain_only_as_far_as_the_birth_date_is():
    day = datetime.date(2013, 3, 1)
    assert age_on(DateText("1937-03-01"), day) == (76, 76)
    assert age_on(DateText("1937-03-02"), day) == (75, 75)
    assert age_on(DateText("1937-00-00"), day) == (75, 76)
    assert age_on(DateText("1936-02-29"), datetime.date(2013, 2, 28)) == (76, 76)
    assert age_on(UNKNOWN_DATE, day) is None
    assert age_on(DateText("2013-05-01"), day) == (0, 0)


def test_no_error_repeats_the_date():
    with pytest.raises(InvalidInput) as refused:
        from_era("昭和99年99月99日", "birth")
    assert "99" not in refused.value.text("ja") + refused.value.text("en")


def test_where_only_the_registers_form_is_read_the_error_promises_no_other():
    with pytest.raises(InvalidInput) as strict:
        date_text("昭和38年5月5日", "birth")
    assert (strict.value.item, strict.value.remedy.en) == ("birth", "Write YYYY-MM-DD, with 00 for what is unknown.")
    with pytest.raises(InvalidInput) as lenient:
        from_era("きのう", "birth")
    assert "or the Japanese date" in lenient.value.remedy.en
