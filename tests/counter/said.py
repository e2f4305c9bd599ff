"""What a page said, as the tests of the window read it (画面の読取り)."""

import re
from html import unescape
from typing import NamedTuple


class Said(NamedTuple):
    """One answer."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def words(self) -> str:
        """Without tags."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", self.text)))

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        return unescape(found[1]) if found else ""

    def error_at(self, at: str) -> str:
        """What is said next to an input."""
        return " ".join(
            re.sub(r"<[^>]+>", "", unescape(found)) for found in re.findall(rf'id="{at}-fault\d*">(.*?)</(?:p|span)>', self.text)
        )

    def inputs(self) -> dict[str, list[str]]:
        """The texts of the page's own form, as a browser would send them again."""
        form = re.search(r'<form[^>]*class="event"[^>]*>(.*?)</form>', self.text, re.DOTALL)
        found: dict[str, list[str]] = {}
        for tag in re.findall(r"<(?:input|select|textarea)[^>]*>(?:[^<]*</textarea>|(?:<option[^>]*>[^<]*</option>)*</select>)?", form[1]):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name is None or (('type="checkbox"' in tag or 'type="radio"' in tag) and " checked" not in tag):
                continue
            text = value[1] if value else ""
            if tag.startswith("<textarea"):
                text = re.sub(r"^\n", "", re.search(r">(.*)</textarea>", tag, re.DOTALL)[1])
            if tag.startswith("<select"):
                chosen = re.search(r'value="([^"]*)"(?= selected)', tag) or re.search(r'value="([^"]*)"', tag)
                text = chosen[1] if chosen else ""
            found.setdefault(unescape(name[1]), []).append(unescape(text))
        return found
