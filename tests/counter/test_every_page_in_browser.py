"""Every page of the window as it was really shown, in both languages, at every width: axe finds nothing (全画面の確認; WCAG 2.2 AA)."""

import re

import pytest

from openjuki.counter.entry.forms import FORMS
from tests.counter import (
    test_card_desk,
    test_card_making,
    test_card_ordinances,
    test_card_person,
    test_failures_told,
    test_guidance,
    test_inspections,
    test_moving,
    test_moving_out_papers,
    test_papers,
    test_prefecture,
    test_searching,
    test_signing_in,
    test_wide_area_page,
)
from tests.counter.browser import HEIGHT, desk_of, open_browser
from tests.counter.every_page import looking, put_before, templates
from tests.counter.running_country import AIRA, CHIYODA, KAGOSHIMA_PREFECTURE
from tests.counter.test_signing_in import session_of

pytestmark = pytest.mark.slow
LOOKS = [(1366, False), (683, False), (390, False), (1366, True)]


KAGOSHIMA = "462012"
BIRTH = {"name": "葛󠄀城　希", "kana": "カツラギ　ノゾミ", "birth": "H25.12.1", "sex": "1", "relationship": "子"}


def asked_and_kept(country, language):
    """What stands between asking and having: forms of events, check, faults, decision, a refused request, a list, a lock."""
    clerk, chief = (country.clerk(AIRA, operator) for operator in ("madoguchi-1", "kessai"))
    for path in ("/work", "/partners", "/inspections", "/requests", "/requests/new"):
        clerk.get(path)
    _, listed = test_inspections.granted(country, f"looked at in {language}")
    mother = re.search(r'href="(/entry/of/[^"]+)"', test_papers.page_of(clerk, "住基 美子").text)[1]
    for one in (clerk, chief):
        one.post("/language", language=language)
    for path in ("/nothing", mother):
        clerk.get(path)
    for kind, form in FORMS.items():
        clerk.get(f"/entry/form/{kind}" + (mother.replace("/entry/of", "") if form.person else ""))
    birth = mother.replace("/entry/of/", "/entry/form/birth/")
    form = clerk.get(birth)
    assert clerk.post(birth, once=form.hidden("once"), action="check").status == 422
    check = clerk.post(birth, **(form.inputs() | {"action": "check", "once": form.hidden("once")} | BIRTH))
    kept = clerk.post(birth, **(check.inputs() | {"action": "keep", "once": check.hidden("once")}), follow=True)
    assert kept.status == 200, kept.words
    for path in ("/entry/waiting", "/entry/rule"):
        waiting = chief.get(path)
    waiting = chief.get(re.search(r'href="(/entry/waiting/\d+)"', chief.get("/entry/waiting").text)[1])
    assert waiting.status == 200
    test_papers.refused(clerk, f"不在 {language}", "姶良市宮島町1")
    clerk.get("/requests")
    clerk.get(listed)
    assert clerk.post(f"{listed}/list").status == 200
    session_of(country, clerk).locked = True
    clerk.post("/search", typed="住基太郎", follow=True)
    clerk.post("/lock", password=country.password(AIRA, "madoguchi-1"))


def shown_to_clerks(country, tmp_path):
    """The pages that come up in what the other tests do."""
    seen = looking(country)
    test_signing_in.test_whoever_has_not_logged_in_sees_the_duty_of_secrecy_and_nothing_else(country)
    test_signing_in.test_an_idle_session_locks_and_the_form_sent_meanwhile_is_not_lost(country)
    test_signing_in.test_a_page_of_another_role_is_refused_in_words_and_noted(country)
    test_searching.test_the_resident_page_shows_household_history_and_another_day(country)
    test_searching.test_what_is_typed_wrong_or_fits_nobody_says_what_to_do(country)
    test_papers.test_a_copy_is_made_once_however_often_it_is_sent_and_says_what_was_chosen(country, tmp_path)
    test_papers.test_whoever_holds_a_paper_can_have_it_verified_and_hears_nothing_of_the_person(country)
    test_papers.test_without_proof_of_identity_no_copy_is_made_and_what_was_typed_stays(country)
    test_papers.test_the_public_page_names_services_hours_and_what_to_bring(country)
    test_papers.test_code_notices_that_wait_are_made_one_for_each_person(country)
    officer = country.clerk(KAGOSHIMA_PREFECTURE, "ken-1")
    test_prefecture.test_the_desk_shows_its_municipalities_and_no_resident(officer)
    test_prefecture.test_a_record_error_is_told_once_however_often_the_form_is_sent(country, officer)
    test_prefecture.test_the_yearly_report_and_the_savings_are_there(country, officer)
    test_guidance.test_a_letter_is_answered_goes_on_and_is_closed_at_both_desks(country, officer, country.clerk(AIRA, "kessai"))
    test_inspections.test_a_list_is_the_same_whether_somebody_is_protected_or_was_never_there(country)
    test_moving.test_a_family_moves_with_one_visit_through_both_windows(country)
    for language, words in (("ja", "支援措置の対象者が記載されます"), ("en", "Somebody on it is under a restraint")):
        test_moving_out_papers.test_the_certificate_of_a_protected_person_needs_two_and_goes_by_itself_again(
            country, tmp_path, language, words
        )
    test_card_desk.test_without_an_agent_the_page_says_so_pairs_one_and_what_was_typed_is_there_again(country)
    test_card_person.test_a_card_is_applied_for_handed_over_lost_found_unlocked_and_returned_through_the_pages(country)
    test_card_making.test_a_card_that_is_given_up_is_void_for_ever_and_another_blank_takes_its_place(country)
    test_card_ordinances.test_the_chief_sets_fees_they_are_taken_at_the_hand_over_and_undoing_is_a_new_version(country)
    test_card_ordinances.test_only_chosen_services_are_on_the_card_and_they_come_and_go_later_each_with_its_own_id(country)
    test_wide_area_page.test_the_clerk_puts_on_record_that_it_is_not_issued(country)
    test_card_desk.test_a_reader_without_a_card_and_an_agent_that_hangs_up_are_said(country)
    for language in ("ja", "en"):
        test_failures_told.test_no_id(country, language)
        asked_and_kept(country, language)
    clerk = country.clerk(CHIYODA)
    country.do(country.country.close(KAGOSHIMA))
    for language in ("ja", "en"):
        clerk.get("/partners")
        clerk.post("/language", language=language)
        clerk.get("/partners")
        assert clerk.post("/partners/try", office=KAGOSHIMA).status == 503
    return seen


def violations(country, browser, seen):
    """Pages as they were shown, opened in the browser: what axe finds, and what runs over."""
    found = []
    for office in {shown.host.partition(".")[0] for shown in seen.values()}:
        with desk_of(browser, country, office) as desk:
            for kind, shown in seen.items():
                if shown.host.startswith(office):
                    put_before(desk, shown)
                    found += [(kind, *what) for what in looked_at(desk)]
    return found


def looked_at(desk):
    desk.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for width, forced in LOOKS:
        desk.page.set_viewport_size({"width": width, "height": HEIGHT})
        desk.page.emulate_media(forced_colors="active" if forced else "none")
        yield from ((width, forced, fault) for fault in desk.axe_again())
        if (wide := desk.page.evaluate("document.documentElement.scrollWidth")) > width:
            yield width, forced, f"runs over: {wide}"


@pytest.fixture(scope="module")
def seen(country, tmp_path_factory):
    return shown_to_clerks(country, tmp_path_factory.mktemp("papers"))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_that_there_is_was_shown(seen, language):
    assert templates() - {kind.template for kind in seen if kind.language == language} == set()
    assert {kind.form for kind in seen if kind.language == language} >= set(FORMS)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_on_any_page_at_any_width_and_nothing_runs_over_the_edge(country, seen, language):
    of_language = {kind: shown for kind, shown in seen.items() if kind.language == language}
    with open_browser() as browser:
        assert violations(country, browser, of_language) == []
    print(f"{len(of_language)} pages, {len(of_language) * len(LOOKS)} looks")
