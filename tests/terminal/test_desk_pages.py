"""The pages that programs on a desk have: the agent's for the PIN, a third party's for a card (端末自身の画面; promises C2, C4)."""

import dataclasses
import datetime
import http.client
import io
import os
import re
import threading
import time
import urllib.parse
from base64 import b64decode
from contextlib import contextmanager
from functools import lru_cache

import pytest
from PIL import Image

from openjuki.card.at_the_counter import suspend
from openjuki.card.identity_uses import IDENTITY_USES
from openjuki.card.personalisation import era_birth, personalise, reference_number
from openjuki.card.photo import drawn_person, prepare
from openjuki.card.system import CardSystem
from openjuki.register.errors import Say
from openjuki.terminal.agent_page import PageHolder
from openjuki.terminal.check_page import CheckPage
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, HOLDER, MemoryFiles, authority, blank, terminal, work

FACES = [name for name, use in IDENTITY_USES.items() if not use.age_only]
PURPOSE = Say("Confirmation", "本人確認")


class Browser:
    """A browser at this desk: what it sends to a page of this machine, and what it is told."""

    def __init__(self, page):
        self.page = page

    def get(self, path="", **headers):
        return self._say("GET", path, None, headers)

    def send(self, headers=None, **items):
        return self._say("POST", "", urllib.parse.urlencode(items), headers or {})

    def _say(self, method, path, body, headers):
        line = http.client.HTTPConnection(self.page.host, timeout=10)
        sent = {"Host": self.page.host} | {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path or self.page.path, body, sent)
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        return answer.status, text, answer.headers


@pytest.fixture
def holder():
    made = PageHolder()
    yield made
    made.close()


def asked(holder, question):
    """Asks in a thread of its own, as the agent does; the thread and where the answer comes."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(question()))
    thread.start()
    browser, end = Browser(holder.page), time.monotonic() + 10
    while 'name="typed"' not in browser.get()[1]:
        assert time.monotonic() < end
        time.sleep(0.005)
    return browser, thread, answers


def test_the_pin_is_typed_on_the_agents_page_which_shows_the_tries_left_and_keeps_nothing(holder):
    browser, thread, answers = asked(holder, lambda: holder.pin(PURPOSE, 2))
    assert "残り2回" in browser.get()[1] and 'type="password"' in browser.get()[1]
    assert browser.send(typed="1111")[0] == 303
    thread.join(10)
    holder.told(Say("wrong; 1 tries are left.", "違います。残り1回です。"))
    status, text, headers = browser.get()
    assert (status, answers) == (200, ["1111"]) and "残り1回" in text and "1111" not in text and headers["refresh"] == "1"


def test_what_is_to_be_signed_is_shown_and_may_be_stopped(holder):
    browser, thread, answers = asked(holder, lambda: holder.agrees("旅券の申請 <b>"))
    assert "旅券の申請 &lt;b&gt;" in browser.get()[1]
    browser.send(typed="")
    thread.join(10)
    assert answers == [False]


FOREIGN = {"Host": "bank.example", "Origin": "http://462250.localhost:10023", "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize("name", FOREIGN)
def test_no_other_site_reads_the_page_or_types_into_it(holder, name):
    headers = {name: FOREIGN[name]}
    browser, thread, answers = asked(holder, lambda: holder.pin(PURPOSE, 3))
    assert browser.get(**headers)[0] == 403 and browser.send(headers, typed="1111")[0] == 403
    assert browser.get("/")[0] == 404 and "frame-ancestors 'none'" in browser.get()[2]["content-security-policy"]
    browser.send(typed="")
    thread.join(10)
    assert answers == [""]


# -- a third party's desk -------------------------------------------------------------------------------------------------


@lru_cache
def _with_photo():
    files, made = blank("A000000009"), work("A000000009", jpki=False, services=())
    order = dataclasses.replace(made.order, photo=prepare(drawn_person(3)).chip)
    converse(InProcessDoor(CardSystem(files, os.urandom)), personalise(dataclasses.replace(made, order=order), terminal()))
    return files.image, files.chip, order


class Listening(InProcessDoor):
    """A reader's door that remembers everything that went through it."""

    heard = b""

    def transmit(self, apdu):
        answer = super().transmit(apdu)
        self.heard += apdu + answer
        return answer


@contextmanager
def bank(day=DAY, trust=None, suspended=False):
    """A bank's desk on that day with a card in its reader, asked for these: browser, door, order of the card."""
    image, chip, order = _with_photo()
    door = Listening(CardSystem(MemoryFiles(image, chip), os.urandom))
    if suspended:
        converse(InProcessDoor(door.card), suspend(terminal()))
    desk = CheckPage(door, trust or authority().trust, lambda: day, os.urandom)
    try:
        yield Browser(desk.page), door, order
    finally:
        desk.page.close()


@pytest.mark.parametrize("use", FACES)
def test_each_use_that_asks_for_the_face_sees_it_with_its_photo_and_never_the_code(use):
    with bank() as (browser, door, order):
        assert IDENTITY_USES[use].what.ja in browser.get()[1]
        assert browser.send(use=use, number=reference_number(order))[0] == 303
        text = browser.get()[1]
        assert all(part in text for part in (HOLDER.name, HOLDER.address, "1980-02-17", "西之表市", "発行市町村の署名どおり"))
        picture = Image.open(io.BytesIO(b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', text)[1])))
        assert picture.size == (168, 216) and CODE not in text and CODE.encode() not in door.heard
        browser.send(use="")
        assert HOLDER.name not in browser.get()[1]


@pytest.mark.parametrize(("day_of_month", "told"), [(16, "要件に当たりません"), (17, "要件に当たります")])
def test_the_golf_course_sees_whether_the_age_qualifies_and_nothing_else(day_of_month, told):
    with bank(datetime.date(2050, 2, day_of_month)) as (browser, door, order):
        browser.send(use="golf-tax", number=era_birth(order))
        text = browser.get()[1]
        assert told in text and not any(part in text for part in (HOLDER.name, HOLDER.address, "1980", "img", CODE))
        assert all(part.encode() not in door.heard for part in (HOLDER.name, HOLDER.address, CODE))


@pytest.mark.parametrize("why", ["number", "expired", "another country", "suspended"])
def test_what_cannot_be_confirmed_is_said_and_shows_nothing_of_the_person(why):
    day = datetime.date(2023, 11, 22) if why == "expired" else DAY
    with bank(day, authority().issuer_public if why == "another country" else None, why == "suspended") as (browser, _, order):
        browser.send(use="bank-account", number="0" * 14 if why == "number" else reference_number(order))
        text = browser.get()[1]
        assert "確認できません" in text and HOLDER.name not in text and "data:image" not in text
        assert ("残り9回" in text) == (why == "number")
