"""What a command says, and to whom: a person in Japanese or English, or a program in JSON (案内と結果の表示; architecture section 7).

Exit codes: 0 ok, 1 failed, 2 usage, 3 partly done, 4 not permitted, 75 try later.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from openjuki.register.errors import OpenJukiError, Refused, Say

OK, FAILED, USAGE, PARTIAL, NOT_PERMITTED, TRY_LATER = 0, 1, 2, 3, 4, 75

Advance = Callable[[int, int], None]
"""Told (done, total) again and again while long work goes on."""


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """ "ja" if the environment asks for Japanese (LC_ALL, LC_MESSAGES, LANG, in this order), else "en"."""
    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "ja" if asked.startswith("ja") else "en"


class Teller:
    """Says things in one language; results as JSON on standard output if asked, all else on standard error."""

    def __init__(self, *, as_json: bool = False, language: str = "en") -> None:
        self.as_json, self.language = as_json, language

    def word(self, say: Say) -> str:
        """The sentence in this teller's language."""
        return say.ja if self.language == "ja" else say.en

    def note(self, say: Say) -> None:
        """Something to know while the command works."""
        click.echo(self.word(say), err=True)

    def line(self, text: str) -> None:
        """A line of the result for a person; nothing in JSON."""
        if not self.as_json:
            click.echo(text)

    def result(self, value: Any) -> None:
        """The result for a program; nothing for a person, who has read the lines."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False))

    def error(self, error: OpenJukiError) -> None:
        """An error: which item, why, and who must do what next."""
        if self.as_json:
            told = {"item": error.item, "reason": self.word(error.reason), "remedy": self.word(error.remedy)}
            told |= {"code": error.code.value, "article": error.article} if isinstance(error, Refused) else {}
            click.echo(json.dumps({"ok": False, "error": told}, ensure_ascii=False))
        click.echo(error.text(self.language), err=True)

    @contextmanager
    def progress(self, label: Say) -> Iterator[Advance]:
        """A bar on a terminal, silence elsewhere."""
        if self.as_json or not sys.stderr.isatty():
            yield lambda done, total: None
            return
        with click.progressbar(length=1, label=self.word(label), file=sys.stderr) as bar:

            def advance(done: int, total: int) -> None:
                bar.length = max(total, 1)
                bar.update(done - bar.pos)

            yield advance
