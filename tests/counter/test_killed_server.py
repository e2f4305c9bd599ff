"""A server killed while a form is filled in, and on its check page: nothing typed is lost, the clerk is told what to do (サーバー停止)."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.counter.browser import Desk, desk_of, open_browser
from tests.counter.entry.test_entry_in_browser import fill
from tests.counter.running_country import AIRA

pytestmark = pytest.mark.slow
WORDS = {
    "ja": ("サーバーにつながりません", "別のタブでログイン", "送信した内容は登録されていません", "前に途中まで入力した内容"),
    "en": ("The server cannot be reached", "log in in another tab", "what you sent was not entered", "half filled in before"),
}
FIRST = {
    "moved_on": "H25.12.1", "address-town": "宮島町", "address-block": "25番地", "previous_address": "東京都千代田区九段南1-2-1",
    "arrivals-0-name": "葛󠄀城　守", "arrivals-0-birth": "S60.1.1", "arrivals-0-sex": "1",
}  # fmt: skip
LATER = {"arrivals-0-relationship": "世帯主"}
"""Typed while there is no server: in no draft."""


class Server:
    """`country up` as a process of its own, which is killed and started again on the same folder and port."""

    def __init__(self, folder: str) -> None:
        self.asked = ["country", "up", "--json", "--municipalities", AIRA, "--residents", "10", "--date", "2013-12-02", "--dir", folder]
        self.process: subprocess.Popen[str]
        self.said: Any = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "openjuki.cli.main", *self.asked], stdout=subprocess.PIPE, text=True)
        said = json.loads(self.process.stdout.readline())
        assert self.said is None or said["pages"] == self.said["pages"]  # the same port, the same passwords
        self.said = said

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    @property
    def pages(self) -> Any:
        return next(office for office in self.said["pages"] if office["code"] == AIRA)

    def address(self, office: str) -> str:
        return self.pages["address"].rstrip("/")

    def password(self, office: str, operator: str) -> str:
        return next(one["password"] for one in self.pages["log_ins"] if one["operator"] == operator)


@pytest.fixture
def server(tmp_path):
    made = Server(str(tmp_path / "country"))
    made.start()
    yield made
    made.kill()


def typed(desk: Desk) -> dict[str, str]:
    boxes = {name: desk.page.query_selector(f'[name="{name}"]:checked') for name in ("arrivals-0-sex",)}
    texts = {name: desk.page.input_value(f'[name="{name}"]') for name in (FIRST | LATER) if name not in boxes}
    return texts | {name: box.get_attribute("value") for name, box in boxes.items() if box}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_killed_server_loses_nothing_that_was_typed(server, language):
    down, logged_out, not_entered, restored = WORDS[language]
    with open_browser() as browser, desk_of(browser, server, AIRA, console=False) as desk:
        desk.log_in(language=language)
        desk.open("/entry/form/move-in")
        fill(desk, FIRST)
        server.kill()
        fill(desk, LATER)
        desk.press("F9")
        desk.wait("#line:focus")
        assert down in desk.page.inner_text("#line") and typed(desk) == FIRST | LATER
        server.start()
        desk.press("F9")
        desk.wait("#line a")
        assert logged_out in desk.page.inner_text("#line") and typed(desk) == FIRST | LATER
        with desk.page.expect_popup() as opened:
            desk.page.click("#line a")
        beside = Desk(opened.value, server, AIRA)
        beside.log_in(language=language)
        beside.page.close()
        desk.press("F9")
        desk.wait('input[name="digest"]')
        server.kill()
        server.start()
        desk.press("F9")  # the decision, to a server that knows no session
        desk.wait("#lost")
        assert not_entered in desk.page.inner_text("#lost")
        desk.log_in(language=language)
        desk.open("/entry/form/move-in")
        assert restored in desk.page.inner_text("main") and typed(desk) == FIRST | LATER
        for ready in ('input[name="digest"]', ".notice.success"):
            desk.press("F9")
            desk.wait(ready)
        desk.open("/search")
        desk.type("葛󠄀城　守")
        desk.press("Enter")
        desk.wait("#found")
        assert desk.page.locator("#main tbody tr").count() == 1
