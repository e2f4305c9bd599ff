"""Relationships, the order of a household, and who becomes householder (世帯・続柄, standard specification 1.1.11, 4.0.4, 5.2)."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.dates import DateText
from openjuki.register.errors import InvalidInput
from openjuki.register.household import (
    HOUSEHOLDER,
    JOINED_MAX,
    WORDS,
    Member,
    Relationship,
    Succession,
    gloss_en,
    householder,
    in_order,
    notice_goes_to,
    relationship,
    succession,
)

KNOWN = {
    "世帯主": "householder",
    "縁故者": "connected person",
    "同居人": "cohabitant",
    "妻": "wife",
    "夫（未届）": "de facto husband",
    "子の妻": "child's wife",
    "妻の母": "wife's mother",
    "子（子の夫）": "child (child's husband)",
    "夫（未届）の子": "de facto husband's child",
    "子（子の妻）の子": "child (child's wife)'s child",
    "子の子の子の子": "child's child's child's child",
    "父の兄の子の妻": "father's elder brother's child's wife",
}
NOT_KNOWN = [
    "",
    "祖父",
    "孫",
    "甥",
    "準世帯主",
    "の",
    "子の",
    "の子",
    "子のの子",
    "子の子の子の子の子",
    "世帯主の子",
    "子の同居人",
    "子（子の子）",
    "妻 ",
    "長男",
]


@pytest.mark.parametrize(("text", "english"), KNOWN.items())
def test_the_words_of_the_standard_are_recorded_and_shown_in_english(text, english):
    assert relationship(text) == text
    assert gloss_en(relationship(text)) == english


@pytest.mark.parametrize("text", NOT_KNOWN)
def test_any_other_word_is_refused_and_the_remedy_says_what_to_record(text):
    with pytest.raises(InvalidInput) as refused:
        relationship(text, "続柄")
    assert refused.value.item == "続柄"
    assert "縁故者" in refused.value.remedy.ja


def test_half_width_brackets_are_recorded_in_full_width():
    assert relationship("妻(未届)の子") == "妻（未届）の子"


@given(st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=6))
@settings(max_examples=50)
def test_up_to_four_words_may_be_joined_and_never_more(words):
    text = "の".join(words)
    if len(words) <= JOINED_MAX:
        assert gloss_en(relationship(text)) == "'s ".join(WORDS[word] for word in words)
    else:
        with pytest.raises(InvalidInput):
            relationship(text)


def member(key, text, birth="1980-01-01", **more):
    return Member(key, relationship(text), DateText(birth), **more)


def orders(*members, tries=60):
    """The order for many orders of arrival; they must agree."""
    found = {tuple(each.key for each in in_order(list(arrival))) for arrival in itertools.islice(itertools.permutations(members), tries)}
    assert len(found) == 1
    return list(found.pop())


def test_couple_and_children_come_first_by_birth_then_by_number():
    assert orders(
        member("5", "子", "2012-05-01"),
        member("4", "子", "2010-02-01"),
        member("13", "子", "2010-02-01"),
        member("2", "妻", "1982-01-01"),
        member("1", "世帯主", "1981-01-01"),
    ) == ["1", "2", "4", "13", "5"]


def test_a_child_with_a_family_stands_with_it_after_the_other_children():
    assert orders(
        member("1", "世帯主", "1940-01-01"),
        member("2", "子", "1965-01-01"),
        member("3", "子", "1970-01-01"),
        member("4", "子の妻", "1966-01-01", with_family_of="2"),
        member("5", "子の子", "1995-01-01", with_family_of="2"),
        member("6", "子の子", "1993-01-01", with_family_of="2"),
        tries=720,
    ) == ["1", "3", "2", "4", "6", "5"]


def test_the_families_of_two_children_are_not_mixed():
    assert orders(
        member("1", "世帯主", "1940-01-01"),
        member("2", "子", "1965-01-01"),
        member("3", "子の妻", "1971-01-01", with_family_of="2"),
        member("4", "子", "1968-01-01"),
        member("5", "子の妻", "1960-01-01", with_family_of="4"),
        member("6", "子の子", "1990-01-01", with_family_of="4"),
        tries=720,
    ) == ["1", "2", "3", "4", "5", "6"]


def test_an_only_child_needs_no_hint_for_its_family():
    assert orders(
        member("1", "世帯主", "1940-01-01"),
        member("2", "妻", "1942-01-01"),
        member("3", "子", "1965-01-01"),
        member("4", "子（子の夫）", "1960-01-01"),
        member("5", "子の子", "1990-01-01"),
    ) == ["1", "2", "3", "4", "5"]


def test_own_parents_siblings_and_grandparents_follow_and_others_come_last():
    assert orders(
        member("1", "世帯主", "1960-01-01"),
        member("2", "母", "1930-01-01"),
        member("3", "父", "1932-01-01", heads_family_register=True),
        member("4", "弟", "1964-01-01"),
        member("5", "父の母", "1910-01-01"),
        member("6", "妻の母", "1936-01-01"),
        member("7", "妻の兄", "1958-01-01"),
        member("8", "父の弟の子", "1970-01-01"),
        member("9", "縁故者", "1900-01-01"),
        member("10", "同居人", "1899-01-01"),
    ) == ["1", "3", "2", "4", "5", "6", "7", "8", "9", "10"]


def test_twins_stand_in_the_order_of_their_numbers():
    assert orders(member("1", "世帯主"), member("12445", "妻の兄"), member("12367", "妻の姉")) == ["1", "12367", "12445"]


def test_a_brother_with_a_family_stands_with_it_among_the_relatives():
    assert orders(
        member("1", "世帯主"),
        member("2", "弟", "1984-01-01"),
        member("3", "弟の妻", "1980-01-01"),
        member("4", "弟の子", "2010-01-01"),
        member("5", "姉", "1990-01-01"),
    ) == ["1", "5", "2", "3", "4"]


def test_who_was_born_on_an_unknown_day_comes_after_those_known():
    assert orders(
        member("1", "世帯主"), member("2", "子", "0000-00-00"), member("3", "子", "2010-00-00"), member("4", "子", "2010-06-01")
    ) == ["1", "4", "3", "2"]


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(KNOWN)), st.sampled_from(["", "1", "2", "9"])), max_size=7), st.randoms(use_true_random=False)
)
def test_nobody_is_lost_in_the_order_and_arrival_does_not_matter(rows, chance):
    members = [Member(str(number), Relationship(text), DateText("1980-01-01"), False, near) for number, (text, near) in enumerate(rows)]
    shuffled = list(members)
    chance.shuffle(shuffled)
    assert in_order(members) == in_order(shuffled)
    assert sorted(in_order(members)) == sorted(members)


HEAD, WIFE, CHILD = member("1", "世帯主"), member("2", "妻"), member("3", "子", "2010-01-01")


def test_a_household_has_exactly_one_householder():
    assert householder([WIFE, HEAD]) == HEAD
    for wrong in ([], [WIFE, CHILD], [HEAD, HEAD._replace(key="9")]):
        with pytest.raises(InvalidInput):
            householder(wrong)


def test_one_who_is_left_alone_becomes_householder_ex_officio():
    assert succession([HEAD, WIFE], {"1"}) == Succession(becomes="2", ex_officio=True)


def test_a_householder_who_stays_stays_householder():
    assert succession([HEAD, WIFE, CHILD], {"2"}) == Succession()


def test_a_householder_may_hand_over_without_leaving():
    assert succession([HEAD, WIFE, CHILD], (), chosen="2") == Succession(becomes="2")
    assert succession([HEAD, WIFE, CHILD], (), chosen="1") == Succession()


def test_a_household_that_all_have_left_ends():
    assert succession([HEAD, WIFE], {"1", "2"}) == Succession(ends=True)


def test_with_two_or_more_left_the_new_householder_must_have_been_named():
    with pytest.raises(InvalidInput) as refused:
        succession([HEAD, WIFE, CHILD], {"1"})
    assert "世帯主変更" in refused.value.remedy.ja
    assert succession([HEAD, WIFE, CHILD], {"1"}, chosen="3") == Succession(becomes="3")


def test_one_who_leaves_too_cannot_become_householder():
    with pytest.raises(InvalidInput):
        succession([HEAD, WIFE, CHILD], {"1", "2"}, chosen="2")


def test_the_request_to_name_a_householder_goes_to_the_first_who_stays():
    assert notice_goes_to([CHILD, WIFE, HEAD], {"1"}) == WIFE
    assert notice_goes_to([HEAD], {"1"}) is None


def test_the_householder_has_one_word():
    assert relationship("世帯主") == HOUSEHOLDER
