"""What the people around a protected person give away: papers that name the householder, the screens of other sections (支援措置; X7)."""

import re

import pytest

from tests.counter.restraint_scene import NOBODY, Somebody, alike, logged_in, protect
from tests.counter.running_country import AIRA
from tests.counter.test_moving_out_papers import DAY
from tests.counter.test_papers import page_of, pdf_of, searched

pytestmark = pytest.mark.slow
BIRTH, HOME = "1974-05-03", "鹿児島県姶良市蒲生町北77番地"
HEAD, CHILD, LONE = "世帯　守子", "世帯　子太", "世帯　独太"


def settled(country, number, *people):
    arrivals = [{"name": name, "relationship": what, "birth": BIRTH, "sex": 2, "nobody_known": True} for name, what in people]
    return country.enter(AIRA, {"kind": "move-in", "arrivals": arrivals, "address": [AIRA, "蒲生町北", f"{number}番地"], **DAY})


@pytest.fixture(scope="module")
def household(country):
    """She heads it and is protected; her child is not. Somebody else lives alone."""
    records = settled(country, 77, (HEAD, "世帯主"), (CHILD, "子"))
    settled(country, 78, (LONE, "世帯主"))
    country.section_before = re.search(r'href="(/resident/[^"]+)"', searched(logged_in(country, "zeimu"), HEAD).text)[1]
    protect(country, HEAD)
    return records


def decided(country, subject, *items):
    """A lender's request about somebody, with these items; what is said."""
    clerk = logged_in(country)
    form = {"paper": "copy", "ground": "own-rights", "evidence": "card", "purpose": "貸金", "requester": "貸主 三郎"}
    clerk.get("/requests/new")
    who = {"subject": subject, "subject_birth": BIRTH, "subject_address": HOME}
    went = clerk.post("/requests/new", once=clerk.last.hidden("once"), **form, **who, item=list(items))
    path = went.headers["location"]
    page = clerk.get(path)
    return clerk.post(f"{path}/decide", once=page.hidden("once"), proper="yes", ground="法12条の3")


def test_a_copy_of_the_child_that_names_the_householder_says_what_is_said_of_nobody(country, household, tmp_path):
    said = decided(country, CHILD, "relationship")
    nobody = decided(country, NOBODY.name, "relationship")
    assert said.status == 200 and "交付しません" in said.words
    assert alike(said.words, Somebody(CHILD)) == alike(nobody.words, NOBODY)
    went = decided(country, CHILD)
    text = pdf_of(logged_in(country), went.headers["location"], tmp_path)
    assert "子太" in text and "守子" not in text


def test_the_childs_own_copy_names_her_to_nobody_who_stands_at_the_window(country, household, tmp_path):
    clerk = logged_in(country)
    path = re.search(r'href="(/copies/[^"]+)"', page_of(clerk, CHILD).text)[1]
    page = clerk.get(path)
    kept = clerk.post(path, once=page.hidden("once"), kind="resident-copy", evidence="card", item="relationship")
    assert kept.status == 422 and "守子" not in kept.words.split("世帯 子太")[0]
    page = clerk.get(path)
    went = clerk.post(path, once=page.hidden("once"), kind="resident-copy", evidence="card")
    assert went.status == 303 and "守子" not in pdf_of(clerk, went.headers["location"], tmp_path)


def test_another_section_sees_the_child_as_it_sees_somebody_who_lives_alone(country, household):
    section = logged_in(country, "zeimu")
    child, lone = (page_of(section, name).words for name in (CHILD, LONE))
    assert "守子" not in child and "続柄" not in child and "1人" in child

    def plain(words):
        return re.sub(r"\d{4} \d{4} \d{3}|7[78]番地|世帯 (子太|独太)", "N", words)

    assert plain(child) == plain(lone)


def test_the_registers_desk_sees_the_whole_household_plainly(country, household):
    page = page_of(logged_in(country), CHILD).words
    assert "守子" in page and "続柄" in page and "2人" in page


def test_a_sections_page_that_was_open_when_the_restraint_came_ends_like_any_that_is_over(country, household):
    section = logged_in(country, "zeimu")
    hers, nobodys = section.get(country.section_before), section.get("/resident/nothing-that-was-ever-given")
    assert (hers.status, hers.words) == (nobodys.status, nobodys.words)
    section.get("/search")
    asked = [section.post(path, as_of="平成20年1月1日") for path in (country.section_before, "/resident/nothing-that-was-ever-given")]
    assert (asked[0].status, asked[0].words) == (asked[1].status, asked[1].words)
