"""The calendar of dated rules: for each switch the day before and the day after (施行日の暦; mission X11).

DAYS is typed from the mission's calendar and the reference's dates, not from the code: rule, first day, last day.
"""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from openjuki.cli.main import main
from openjuki.law.calendar import (
    FIRST_DAY,
    SWITCHES,
    TOLD_SINCE,
    Profile,
    Rule,
    checked_day,
    holds,
    may_record,
    may_tell,
    retention_years,
    rules_on,
    turns,
)
from openjuki.law.policy import Field, Key
from openjuki.register.errors import InvalidInput
from openjuki.register.items import ITEMS

JAPAN = Profile.JAPAN
DAYS = """
resident-code                 2002-08-05
change-notice                 2002-08-05
provision                     2002-08-05
copies-left-out               2002-08-05
yearly-reports-left-out       2002-08-05
wide-area-copy                2003-08-25
one-visit-move                2003-08-25
annotated-moving-out-form     2003-08-25  2012-07-08
juki-card-issue               2003-08-25  2015-12-31
signature-certificate         2004-01-29
certificate-on-juki-card      2004-01-29  2015-12-31
foreign-residents             2012-07-09
card-continued-use            2012-07-09
any-moving-out-form           2012-07-09
foreign-residents-in-network  2013-07-08
individual-number             2015-10-05
individual-number-card        2016-01-01
private-verifiers             2016-01-01
long-retention                2019-06-20
former-surname                2019-11-05
kana-reading                  2025-05-26
"""
ROWS = [tuple(line.split()) for line in DAYS.split("\n") if line]
STARTS = [(row[0], date.fromisoformat(row[1])) for row in ROWS]
ENDS = [(row[0], date.fromisoformat(row[2])) for row in ROWS if len(row) == 3]
ONE_DAY = timedelta(1)
ANY_DAY = st.dates(FIRST_DAY, date(2060, 1, 1))


@pytest.mark.parametrize(("rule", "first"), STARTS)
def test_a_rule_does_not_hold_the_day_before_its_first_and_holds_on_it(rule, first):
    assert not holds(Rule(rule), first - ONE_DAY, JAPAN)
    assert holds(Rule(rule), first, JAPAN)
    assert holds(Rule(rule), first + ONE_DAY, JAPAN)


@pytest.mark.parametrize(("rule", "last"), ENDS)
def test_a_rule_that_ends_holds_on_its_last_day_and_not_on_the_next(rule, last):
    assert holds(Rule(rule), last, JAPAN)
    assert not holds(Rule(rule), last + ONE_DAY, JAPAN)
    assert holds(Rule(rule), last + ONE_DAY, Profile.OPEN), "profile open has no end switch"


def test_every_rule_is_in_the_table_once_and_typed_here():
    assert [switch.rule for switch in SWITCHES] == [row[0] for row in ROWS]
    assert {switch.rule for switch in SWITCHES} == set(Rule)
    assert len(SWITCHES) == len(Rule)


def test_a_rule_without_a_last_day_typed_here_goes_on():
    assert {switch.rule for switch in SWITCHES if switch.until} == {rule for rule, _ in ENDS}
    assert {rule for rule, _ in STARTS} - {rule for rule, _ in ENDS} == rules_on(date(2060, 1, 1), JAPAN)


def test_the_table_is_in_order_of_days_and_every_row_says_its_meaning_and_source():
    assert [switch.since for switch in SWITCHES] == sorted(switch.since for switch in SWITCHES)
    assert all(switch.meaning.ja and switch.meaning.en and switch.source for switch in SWITCHES)
    assert all(switch.source.endswith(("leaflet", "law", "reference", ")")) for switch in SWITCHES)


@pytest.mark.parametrize("day", [FIRST_DAY, date(2003, 1, 1), date(2030, 1, 1)])
def test_profile_open_has_every_rule_on_every_day(day):
    assert rules_on(day) == set(Rule)
    assert turns(FIRST_DAY, day) == ()
    assert retention_years(day) == 150


@pytest.mark.parametrize(
    ("day", "count"), [("2002-08-05", 5), ("2003-08-25", 9), ("2013-12-02", 14), ("2016-01-01", 15), ("2025-05-26", 18)]
)
def test_how_many_rules_hold_under_japan(day, count):
    assert len(rules_on(date.fromisoformat(day), JAPAN)) == count


@given(ANY_DAY, ANY_DAY)
def test_the_turns_between_two_days_lead_from_the_rules_of_one_to_those_of_the_other(a, b):
    since, until = min(a, b), max(a, b)
    held = set(rules_on(since, JAPAN))
    for turn in turns(since, until, JAPAN):
        assert since < turn.day <= until
        assert (turn.rule in held) is not turn.begins
        held ^= {turn.rule}
    assert held == rules_on(until, JAPAN)


def test_the_items_of_the_import_list_know_the_same_first_days():
    for item in ITEMS:
        if item.since:
            first = date.fromisoformat(item.since)
            assert not may_record(item.key, first - ONE_DAY, JAPAN), item.key
        assert may_record(item.key, date.fromisoformat(item.since) if item.since else FIRST_DAY, JAPAN), item.key


@pytest.mark.parametrize(
    ("item", "first"),
    [("alias", "2013-07-08"), ("individual_number", "2015-10-05"), ("former_name", "2019-11-05"), ("kana", "2025-05-26")],
)
def test_an_item_is_told_to_hubs_from_its_day_on(item, first):
    day = date.fromisoformat(first)
    assert not may_tell(item, day - ONE_DAY, JAPAN)
    assert may_tell(item, day, JAPAN)
    assert may_tell(item, day - ONE_DAY, Profile.OPEN)


def test_an_alias_is_recorded_a_year_before_it_is_told():
    assert may_record("alias", date(2012, 7, 9), JAPAN)
    assert not may_tell("alias", date(2013, 7, 7), JAPAN)


def test_only_items_of_answers_and_keys_have_a_day_to_be_told():
    assert set(TOLD_SINCE) <= {*Field, *Key}
    assert all(may_tell(item, FIRST_DAY, JAPAN) for item in ("name", "birth", "sex", "address", "code", "status"))


def test_removed_records_are_kept_five_years_until_the_day_in_2019():
    assert retention_years(date(2019, 6, 19), JAPAN) == 5
    assert retention_years(date(2019, 6, 20), JAPAN) == 150


@pytest.mark.parametrize("text", ["2002-08-04", "1999-01-01", "2013-02-29", "20131202", "平成25年", "", "2013-12-2"])
def test_a_day_that_is_none_or_before_the_network_is_refused_with_a_remedy(text):
    with pytest.raises(InvalidInput) as caught:
        checked_day(text)
    assert "2002-08-05" in caught.value.remedy.en
    assert "2002-08-05" in caught.value.remedy.ja


def test_the_first_day_is_taken():
    assert checked_day("2002-08-05") == date(2002, 8, 5)


def run(*arguments):
    return CliRunner().invoke(main, ["law", "calendar", *arguments])


def test_the_command_says_what_holds_on_a_day():
    told = json.loads(run("--date", "2012-07-08", "--json").stdout)
    held = {row["rule"] for row in told["rules"] if row["holds"]}
    assert held == {row[0] for row in ROWS if date.fromisoformat(row[1]) <= date(2012, 7, 8)}
    assert told["retention_years"] == 5


def test_the_command_says_it_in_both_languages():
    said = run("--date", "2003-08-25", "--lang", "ja").stdout
    assert "住民票の写しの広域交付" in said
    assert "at any municipality" in said
    assert "除票の保存期間 5年" in said


def test_under_open_the_command_says_that_all_hold():
    told = json.loads(run("--date", "2002-08-05", "--profile", "open", "--json").stdout)
    assert all(row["holds"] for row in told["rules"])


def test_a_day_before_the_network_ends_the_command_with_a_remedy():
    ran = run("--date", "2002-08-04", "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["error"]["item"] == "date"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("附則第一条第一項第三号に掲げる規定の施行の日（平成十五年八月二十五日）", Rule.WIDE_AREA_COPY),
        ("改正法附則第九条の政令で定める日は、平成二十五年七月七日とする", Rule.FOREIGN_RESIDENTS_IN_NETWORK),
    ],
)
def test_the_orders_own_words_where_their_text_is_at_hand(words, rule):
    folder = Path(os.environ.get("OPENJUKI_LAW_TEXT") or Path(__file__).resolve().parents[3] / "shared" / "law")
    order = folder / "住民基本台帳法施行令.txt"
    if not order.exists():
        pytest.skip("the law text is not here")
    assert words in order.read_text(encoding="utf-8")
    assert next(switch.source for switch in SWITCHES if switch.rule is rule).endswith("law")


def test_the_page_holds_the_table_as_it_is():
    page = Path(__file__).resolve().parents[2] / "docs" / "dated-rules.md"
    rows = [
        f"| `{switch.rule}` | {switch.since} | {switch.until or ''} | {switch.meaning.ja} | {switch.meaning.en} | {switch.source} |"
        for switch in SWITCHES
    ]
    held = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert held == rows, "docs/dated-rules.md must hold:\n" + "\n".join(rows)
