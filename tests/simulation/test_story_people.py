"""The people of the story live in Aira with full records (住基家の人々)."""

from openjuki.register.characters import graphemes, in_cp932
from openjuki.register.dates import to_era
from openjuki.register.items import check_row
from openjuki.simulation import story_people as story
from openjuki.simulation.population import entrants, residents


def by_name() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in story.story_people()}


def test_their_rows_can_be_imported():
    assert [error for row in story.story_people() for error in check_row(row)] == []
    assert len(list(entrants(story.story_people()))) == 8


def test_the_family_lives_in_one_household():
    family = [row for row in story.story_people() if row["name"].startswith("住基")]
    assert [row["relationship"] for row in family] == ["世帯主", "妻", "父", "母"]
    assert len({row["household_number"] for row in family}) == 1
    assert {row["householder_name"] for row in family} == {story.TARO}


def test_they_are_as_the_story_says():
    people = by_name()
    assert to_era(people[story.TARO]["birth"]).startswith("昭和49年")
    assert to_era(people[story.AKIRA]["birth"]).startswith("昭和14年")
    assert to_era(people[story.ICHIRO]["birth"]) == "昭和12年月日不詳"
    assert people[story.MARIA]["alias"] == story.MARIA_ALIAS
    assert not in_cp932(story.NEIGHBOUR)
    assert [len(sign) for sign in graphemes(story.NEIGHBOUR)] == [2, 1, 2, 1]


def test_their_numbers_meet_nobody_elses():
    numbers = [row["address_number"] for row in story.story_people()]
    assert len(set(numbers)) == 8
    assert not set(numbers) & {row["address_number"] for row in residents(story.HOME, 1_000, "1")}
    assert story.address_number(story.TARO) == numbers[0]


def test_they_are_counted_among_the_residents_of_their_town():
    rows = list(story.residents_with_story(story.HOME, 100, "1"))
    assert len(rows) == 100
    assert rows[:8] == list(story.story_people())
    assert list(story.residents_with_story("131121", 10, "1")) == list(residents("131121", 10, "1"))
    assert list(story.residents_with_story(story.HOME, 5, "1")) == list(residents(story.HOME, 5, "1"))
