"""The English catalogues of the pages (画面の英語): finds every text of templates and code, and compiles what stands in the .po files.

    python -m tools.counter_texts            add new texts to the .po files, drop those that are gone, write the .mo files
    python -m tools.counter_texts --check    exit 1 unless every text has its English and the files are as this tool writes them

Japanese is the source: a text stands in the templates as `_("…")`, in the code as `mark("…")` or `visit.text("…")`.
"""

import ast
import datetime
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent
COUNTER = ROOT / "src" / "openjuki" / "counter"
DOMAINS = {"counter": COUNTER, "entry": COUNTER / "entry"}
"""Domain -> the folder whose templates and code it speaks for; `counter` leaves out what is `entry`'s."""
LINE = 140
_DATES: dict[str, Any] = dict.fromkeys(("creation_date", "revision_date"), datetime.datetime(2013, 12, 2, tzinfo=datetime.UTC))
"""In the .mo files: the same texts make the same file."""


def texts(domain: str) -> list[str]:
    """Every Japanese text of a domain, sorted by where it stands."""
    found: dict[str, None] = {}
    for path in sorted(DOMAINS[domain].rglob("*")):
        if domain == "counter" and path.is_relative_to(DOMAINS["entry"]):
            continue
        if path.suffix == ".html":
            found |= dict.fromkeys(_of_template(path))
        elif path.suffix == ".py":
            found |= dict.fromkeys(_of_code(path))
    return list(found)


def _of_template(path: Path) -> Iterator[str]:
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    for _, _, message in environment.extract_translations(path.read_text("utf-8")):
        yield from (part for part in ((message,) if isinstance(message, str) else message or ()) if part)


def _of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and _says(node.func):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _says(function: ast.expr) -> bool:
    """mark("…") and visit.text("…")."""
    if isinstance(function, ast.Attribute):
        return function.attr == "text" and isinstance(function.value, ast.Name) and function.value.id == "visit"
    return isinstance(function, ast.Name) and function.id == "mark"


def catalogue(domain: str) -> Catalog:
    """The domain's present texts with the English that its .po file has for them."""
    path = _po(domain)
    old = read_po(io.StringIO(path.read_text("utf-8")), locale="en") if path.exists() else Catalog(locale="en")
    made = Catalog(locale="en", header_comment=f"# English of the pages: {domain}.", project="openjuki", fuzzy=False, **_DATES)
    for text in texts(domain):
        known = old.get(text)
        made.add(text, known.string if known else "")
    return made


def files(domain: str) -> dict[Path, bytes]:
    """The .po and .mo file of a domain, as they should be."""
    made, path = catalogue(domain), _po(domain)
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, made, width=LINE, omit_header=True)
    write_mo(mo, made)
    header = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return {path: header + po.getvalue(), path.with_suffix(".mo"): mo.getvalue()}


def _po(domain: str) -> Path:
    return DOMAINS[domain] / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"


def untranslated(domain: str) -> list[str]:
    """Texts of a domain without English."""
    return [message.id for message in catalogue(domain) if message.id and not message.string]


def main(arguments: list[str]) -> int:
    """Write the files, or check them; returns the exit code."""
    wrong = 0
    for domain in DOMAINS:
        wanted = files(domain) if texts(domain) else {}
        for path, body in wanted.items():
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            elif not path.exists() or path.read_bytes() != body:
                print(f"{path.relative_to(ROOT)}: run `python -m tools.counter_texts`", file=sys.stderr)
                wrong = 1
        for text in untranslated(domain):
            print(f"{domain}: no English for {text!r}", file=sys.stderr)
            wrong = wrong or int("--check" in arguments)
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
