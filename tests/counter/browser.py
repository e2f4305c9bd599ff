"""A desk with Debian's Chromium for the tests of the window (ブラウザによる試験)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

from tests.counter.running_country import Running

CHROMIUM = "/usr/bin/chromium"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHT = 768
PATIENCE_MS, POLL_MS = 15_000, 20
READY = """document.readyState === "complete"
  && (document.activeElement !== document.body || !document.querySelector("[autofocus]"))"""
"""A page's script hears keys (F9) once it is complete, and the focus goes where the page asks for it with its first frame, which may come
after that: who types sooner types into nothing."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium with a profile of its own, which goes with it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Desk:
    """One window of the browser at one office."""

    def __init__(self, page: Page, country: Running, office: str) -> None:
        self.page, self.country, self.office = page, country, office
        self.heard: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self.heard.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.heard.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(self.country.address(self.office) + path)
        self._ready()

    def log_in(self, operator: str = "madoguchi-1", language: str = "ja", ready: str = "#typed") -> None:
        self.open("/login")
        if self.page.get_attribute("html", "lang") != language:
            self.page.click(f'button[name="language"][value="{language}"]')
            self.wait(f'html[lang="{language}"] #operator:focus')
        self.type(operator)
        self.press("Tab")
        self.type(self.country.password(self.office, operator))
        self.press("Enter")
        self.wait(ready)

    def log_out(self) -> None:
        self.page.context.clear_cookies()
        self.open("/login")

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def wait(self, selector: str) -> None:
        """Until the page has it and is ready for keys; a page without it says what it has instead."""
        try:
            self.page.wait_for_selector(selector, state="attached")
            self._ready()
        except TimeoutError as late:
            raise AssertionError(f"no {selector} on {self.page.url}: {self.page.inner_text('body')}") from late

    def _ready(self) -> None:
        """Asked again and again from here: the pages' policy forbids the browser to evaluate a text on its own."""
        end_s = time.monotonic() + PATIENCE_MS / 1_000
        while not self.page.evaluate(READY):
            if time.monotonic() > end_s:
                raise TimeoutError("the page is not ready for keys")
            self.page.wait_for_timeout(POLL_MS)

    def axe(self) -> list[Any]:
        """What axe-core finds against WCAG 2.2 A and AA: rule, and where."""
        return _told(Axe().run(self.page, options={"runOnly": TAGS}).response["violations"])

    def axe_again(self) -> list[Any]:
        """The same; axe is brought to a page once for all looks at it."""
        if not self.page.evaluate("!!window.axe"):
            return self.axe()
        return _told(self.page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)["violations"])


def _told(violations: list[Any]) -> list[Any]:
    return [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in violations]


@contextmanager
def desk_of(
    browser: Browser, country: Any, office: str, *, width: int = 1366, forced: bool = False, scripts: bool = True, console: bool = True
) -> Iterator[Desk]:
    """A fresh window without cookies; nothing may be said on the browser's console meanwhile, unless the line is to be cut."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, forced_colors="active" if forced else "none", java_script_enabled=scripts,
        reduced_motion="reduce",
    )  # fmt: skip
    desk = Desk(context.new_page(), country, office)
    try:
        yield desk
    finally:
        context.close()
    assert not console or not [text for text in desk.heard if "404" not in text and "422" not in text], desk.heard
