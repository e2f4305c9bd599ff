"""The two languages of the pages: Japanese is the source, English comes from a catalogue (表示言語; gettext)."""

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

JAPANESE, ENGLISH = "ja", "en"
LANGUAGES = {JAPANESE: "日本語", ENGLISH: "English"}
HERE = Path(__file__).parent
CATALOGUES = {"counter": HERE / "locale", "entry": HERE / "entry" / "locale"}
"""Domain -> folder; a domain whose catalogue is missing says everything in Japanese."""


@lru_cache(maxsize=4)
def translations(language: str) -> gettext.NullTranslations:
    """All catalogues of a language, one behind the other."""
    found: gettext.NullTranslations | None = None
    for domain, folder in CATALOGUES.items():
        one = gettext.translation(domain, folder, [language], fallback=True)
        if found is None:
            found = one
        else:
            found.add_fallback(one)
    return found or gettext.NullTranslations()


def saying(language: str) -> Callable[[str], str]:
    """What turns a Japanese text of the pages into one of that language."""
    return translations(language).gettext


def mark(text: str) -> str:
    """Marks a text that is said later, so that the catalogue's tool finds it."""
    return text
