"""Logging in, locking, tokens, headers: who may open what, and what a browser may keep (操作者の認証・画面の防護; P7, P8)."""

import re

import pytest

from openjuki.counter.sessions import IDLE_S
from tests.counter.running_country import AIRA, CHIYODA

pytestmark = pytest.mark.slow  # a country starts before the first of them


def session_of(country, clerk, office=AIRA):
    window = country.window(office)
    return window.sessions.find(clerk.cookies["openjuki-visit"])


def test_whoever_has_not_logged_in_sees_the_duty_of_secrecy_and_nothing_else(country):
    clerk = country.clerk(logged_in=False)
    for path in ("/", "/search", "/work", "/partners", "/resident/x"):
        assert clerk.get(path).headers["location"] == "/login"
    said = clerk.get("/login")
    assert "2年以下の懲役又は100万円以下の罰金" in said.words and "第42条" in said.words


def test_a_wrong_password_and_an_unknown_operator_hear_the_same(country):
    clerk = country.clerk(CHIYODA, logged_in=False)
    clerk.get("/login")
    wrong = clerk.post("/login", operator="madoguchi-2", password="wrong")
    unknown = clerk.post("/login", operator="nobody", password="wrong")
    assert wrong.status == unknown.status == 401
    assert wrong.words.replace("madoguchi-2", "") == unknown.words.replace("nobody", "")


def test_who_fails_thrice_waits_even_with_the_right_password(country):
    clerk = country.clerk(CHIYODA, logged_in=False)
    clerk.get("/login")
    for _ in range(3):
        assert clerk.post("/login", operator="shien", password="wrong").status == 401
    said = clerk.post("/login", operator="shien", password=country.password(CHIYODA, "shien"))
    assert said.status == 503 and "秒後" in said.words


def test_the_cookie_holds_a_number_only_and_changes_at_log_in(country):
    clerk = country.clerk(logged_in=False)
    first = clerk.get("/login")
    before = clerk.cookies["openjuki-visit"]
    done = clerk.post("/login", operator="madoguchi-1", password=country.password(AIRA, "madoguchi-1"))
    assert clerk.cookies["openjuki-visit"] != before
    for said in (first, done):
        cookie = said.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Domain" not in cookie


def test_every_page_carries_its_guards(country):
    clerk = country.clerk()
    said = clerk.get("/search")
    policy = said.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["cross-origin-opener-policy"] == said.headers["cross-origin-resource-policy"] == "same-origin"
    assert said.headers["referrer-policy"] == "same-origin" and "usb=()" in said.headers["permissions-policy"]
    assert not re.search(r"\sstyle=|<style|<script>|\son[a-z]+=", said.text)


def test_a_form_without_its_token_or_from_another_site_does_nothing(country):
    clerk = country.clerk()
    clerk.get("/search")
    assert clerk.post("/search", typed="住基", token="0" * 64).status == 409
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://131016.localhost"}):
        assert clerk.post("/search", typed="住基", headers=header).status == 403


def test_a_session_of_one_office_is_nobody_at_another(country):
    clerk = country.clerk()
    clerk.host = clerk.host.replace(AIRA, CHIYODA)
    assert clerk.get("/search").headers["location"] == "/login"


def test_an_idle_session_locks_and_the_form_sent_meanwhile_is_not_lost(country):
    clerk = country.clerk()
    clerk.get("/search")
    session_of(country, clerk).seen_s -= IDLE_S + 1
    locked = clerk.post("/search", typed="住基太郎", follow=True)
    assert "ロック中" in locked.words and "太郎" not in locked.text
    assert clerk.get("/work").headers["location"] == "/lock"
    assert clerk.post("/lock", password="wrong").status == 401
    still = clerk.post("/lock", password=country.password(AIRA, "madoguchi-1"))
    assert 'name="typed" value="住基太郎"' in still.text and 'action="/search"' in still.text
    assert "1人見つかりました" in clerk.post("/search", typed="住基太郎").words


def test_after_log_out_the_old_number_and_its_pages_are_dead(country):
    clerk = country.clerk()
    clerk.get("/search")
    number = clerk.cookies["openjuki-visit"]
    clerk.post("/logout")
    clerk.cookies["openjuki-visit"] = number
    assert clerk.get("/search").headers["location"] == "/login"


def test_every_log_in_and_refusal_stands_in_the_record_of_operations(country):
    country.clerk(AIRA, "kessai")
    rows = country.read(AIRA, lambda t: t.all("SELECT tag, operator, what FROM audit WHERE tag LIKE 'counter:session:%'"))
    assert ("counter:session:opened", "kessai", "") in rows


def test_a_page_of_another_role_is_refused_in_words_and_noted(country):
    clerk = country.clerk(AIRA, "zeimu")
    said = clerk.get("/work")
    assert said.status == 403 and "権限" in said.words
    assert country.read(AIRA, lambda t: t.value("SELECT count(*) FROM audit WHERE tag = 'counter:page:refused' AND operator = 'zeimu'"))


def test_the_other_language_is_one_press_away_and_stays(country):
    clerk = country.clerk(logged_in=False)
    clerk.get("/login")
    english = clerk.post("/language", language="en", back="/login", follow=True)
    assert '<html lang="en">' in english.text and "Duty of secrecy" in english.words
    assert clerk.post("/language", language="ja", back="//evil.example/").headers["location"] == "/"


def test_a_host_that_is_no_office_and_a_page_that_is_not_there_are_404(country):
    clerk = country.clerk()
    assert clerk.get("/nothing").status == 404 and "最初の画面" in clerk.get("/nothing").words
    clerk.host = "localhost"
    assert "姶良市" in clerk.get("/").words
    assert clerk.get("/search").status == 404
