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


@pytest.mark.parametrize("items", [(), ("relationship",)])
def test_a_copy_of_the_child_says_what_is_said_of_nobody_whether_it_names_her_or_only_her_address(country, household, items):
    said, nobody = decided(country, CHILD, *items), decided(country, NOBODY.name, *items)
    assert said.status == 200 and "交付しません" in said.words
    assert alike(said.words, Somebody(CHILD)) == alike(nobody.words, NOBODY)


def test_the_childs_own_copy_waits_for_the_check_and_goes_after_two_have_released_it(country, household, tmp_path):
    clerk, supervisor = logged_in(country), logged_in(country, "shien")
    path = re.search(r'href="(/copies/[^"]+)"', page_of(clerk, CHILD).text)[1]
    for item in ({}, {"item": "relationship"}):
        page = clerk.get(path)
        kept = clerk.post(path, once=page.hidden("once"), kind="resident-copy", evidence="card", **item)
        assert kept.status == 422 and "支援措置責任者に確認してください" in kept.words and "守子" not in kept.words.split("世帯 子太")[0]
    form = {"paper": "copy", "ground": "own", "evidence": "card", "requester": CHILD, "requester_birth": BIRTH, "purpose": "本人"}
    clerk.get("/requests/new")
    went = clerk.post(
        "/requests/new", once=clerk.last.hidden("once"), **form, subject=CHILD, subject_birth=BIRTH, subject_address=HOME
    )  # fmt: skip
    request = went.headers["location"]
    desk = clerk.get(request)
    assert "二人による一時解除が必要です" in desk.words and "同じ住所に支援措置の対象者がいます" in desk.words
    assert clerk.post(f"{request}/release", once=desk.hidden("once"), reason="本人が来庁、写真で確認").status == 303
    waiting = supervisor.get("/restraints")
    number = re.search(r'action="/restraints/agree".*?name="number" value="(\d+)"', waiting.text, re.S)[1]
    assert supervisor.post("/restraints/agree", once=waiting.hidden("once"), number=number).status == 303
    page = clerk.get(request)
    given = clerk.post(f"{request}/decide", once=page.hidden("once"), proper="yes", ground="法12条")
    text = pdf_of(clerk, given.headers["location"], tmp_path)
    assert "子太" in text and "守子" not in text


def test_another_section_finds_the_child_as_it_finds_nobody(country, household):
    section = logged_in(country, "zeimu")
    child, nobody = (searched(section, name.replace("　", " ")).words for name in (CHILD, NOBODY.name))
    assert alike(child, Somebody(CHILD)) == alike(nobody, NOBODY) and "該当する人はいません" in child
    assert "1人" in page_of(section, LONE).words


def test_the_registers_desk_sees_the_whole_household_plainly_and_is_told_to_check(country, household):
    page = page_of(logged_in(country), CHILD).words
    assert "守子" in page and "続柄" in page and "2人" in page
    assert "同じ住所に支援措置の対象者がいます" in page and "支援措置の対象者です" not in page
    assert "対象者がいます" not in page_of(logged_in(country), LONE).words


def test_notices_of_codes_wait_for_the_check_of_each(country, household):
    clerk, supervisor = logged_in(country), logged_in(country, "shien")
    page = clerk.get("/slips")
    assert all(name in page.text for name in (HEAD, CHILD)) and LONE not in page.text
    made = clerk.post("/slips", once=page.hidden("once"), follow=True)
    assert "独太" in made.text
    listed = made.text.split("作成した通知票")[1]
    assert "独太" in listed and "子太" not in listed and "守子" not in listed
    number = re.search(r'<option value="(\d+)" lang="ja">世帯　子太', made.text)[1]
    assert clerk.post("/restraints/slip", once=made.hidden("once"), number=number, reason="本人に窓口で渡す").status == 303
    waiting = supervisor.get("/restraints")
    release = re.search(rf'<li>slip-{number} .*?name="number" value="(\d+)"', waiting.text, re.S)[1]
    assert supervisor.post("/restraints/agree", once=waiting.hidden("once"), number=release).status == 303
    page = clerk.get("/slips")
    again = clerk.post("/slips", once=page.hidden("once"), follow=True)
    listed = again.text.split("作成した通知票")[1]
    assert "子太" in listed and "守子" not in listed
    gone = clerk.post("/restraints/slip", once="made already", number=number, reason="二度目")
    assert gone.status == 409


def test_a_sections_page_that_was_open_when_the_restraint_came_ends_like_any_that_is_over(country, household):
    section = logged_in(country, "zeimu")
    hers, nobodys = section.get(country.section_before), section.get("/resident/nothing-that-was-ever-given")
    assert (hers.status, hers.words) == (nobodys.status, nobodys.words)
    section.get("/search")
    asked = [section.post(path, as_of="平成20年1月1日") for path in (country.section_before, "/resident/nothing-that-was-ever-given")]
    assert (asked[0].status, asked[0].words) == (asked[1].status, asked[1].words)
