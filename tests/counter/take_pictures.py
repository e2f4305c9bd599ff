"""Pictures of the main pages for the documentation (docs/pictures): python -m tests.counter.take_pictures (画面の写真)."""

import io
import re
import tempfile
from pathlib import Path

from PIL import Image

from tests.counter.browser import Desk, desk_of, open_browser
from tests.counter.every_page import put_before
from tests.counter.running_country import AIRA, CHIYODA, Running, running
from tests.counter.test_every_page_in_browser import shown_to_clerks

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
COLOURS = 64


def take(desk: Desk, name: str, *, whole: bool = False) -> None:
    """One picture as a small PNG of few colours."""
    image = Image.open(io.BytesIO(desk.page.screenshot(full_page=whole))).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"counter-{name}.png", optimize=True)


def at_home(desk: Desk) -> None:
    """Search, resident, copy, work lists at 姶良市."""
    desk.log_out()
    take(desk, "log-in")
    desk.log_in()
    desk.type("宮島町")
    desk.press("Enter")
    desk.wait("#found")
    take(desk, "search")
    desk.page.click("text=住基　太郎")
    desk.wait("#record")
    take(desk, "resident", whole=True)
    desk.page.click('a[href^="/copies/"]')
    desk.page.check("#evidence-card")
    desk.page.check("#item-relationship")
    desk.press("Enter")
    desk.wait("iframe.preview")
    desk.page.wait_for_timeout(3_000)  # the browser's own reader draws the paper when it is ready
    take(desk, "paper", whole=True)
    desk.open("/services")
    take(desk, "services", whole=True)


def elsewhere(desk: Desk, country: Running) -> None:
    """太郎 asks in 千代田区."""
    desk.log_in()
    desk.open("/wide-area")
    desk.page.fill("#home", "姶良市")
    desk.page.fill("#name", "住基 太郎")
    desk.page.fill("#code", country.code_of(AIRA, "住基　太郎"))
    desk.page.check("#document-1")
    take(desk, "wide-area-identity", whole=True)
    desk.page.press("#name", "Enter")
    desk.wait("#of-self")
    desk.page.check("#of-household")
    desk.page.check("#extra-relationship")
    desk.page.press("#of-household", "Enter")
    desk.wait(".people")
    take(desk, "wide-area-received", whole=True)


def in_english(desk: Desk) -> None:
    """The resident's page on a telephone, in English."""
    desk.log_in(language="en")
    desk.page.fill("#typed", "住基 美子")
    desk.press("Enter")
    desk.wait("#found")
    desk.page.goto(desk.country.address(AIRA) + (re.search(r"/resident/[\w-]+", desk.page.content()) or [""])[0])
    desk.wait("#record")
    take(desk, "phone-english", whole=True)


SHOWN = {
    "card": ("card_person", "ja"), "card-making": ("card_making", "ja"), "event-check": ("entry/check", "ja"), "work": ("work", "en"),
    "restraint-kept-back": ("kept_back", "en"), "move-in": ("move_in", "ja"), "guidance": ("guidance_thread", "ja"),
    "prefecture": ("prefecture", "en"), "inspection": ("inspection_list", "ja"),
}  # fmt: skip
"""Pages that come up in what the tests do, by picture: template and language."""


def as_shown(desk: Desk, country: Running, folder: Path) -> None:
    """The pages of longer errands, as the tests' clerks were shown them."""
    seen = shown_to_clerks(country, folder)
    for name, wanted in SHOWN.items():
        put_before(desk, next(shown for kind, shown in seen.items() if (kind.template, kind.language) == wanted))
        take(desk, name, whole=True)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "country") as country, open_browser() as browser:
        with desk_of(browser, country, AIRA) as desk:
            at_home(desk)
        with desk_of(browser, country, CHIYODA) as desk:
            elsewhere(desk, country)
        with desk_of(browser, country, AIRA, width=390) as desk:
            in_english(desk)
        with desk_of(browser, country, AIRA) as desk:
            as_shown(desk, country, Path(folder))


if __name__ == "__main__":
    main()
