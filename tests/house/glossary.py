"""The glossary and the classes agree (用語集): every public class of three rooms has a row, every row has its class."""

import ast
import re
from collections.abc import Iterable, Sequence

from tests.house.docstrings import JAPANESE
from tests.house.sources import Source

ROOMS = ("register", "law", "procedures")
ROW = re.compile(r"^\| `((?:" + "|".join(ROOMS) + r")(?:\.\w+)*\.[A-Z]\w*)` \|([^|]*)\|([^|]*)\|", re.MULTILINE)


def classes(sources: Iterable[Source]) -> dict[str, str]:
    """Public classes of the three rooms by their name from the room on, each with the first sentence about it."""
    return {
        f"{source.path.removeprefix('src/openjuki/').removesuffix('.py').replace('/', '.')}.{node.name}": _sentence(node)
        for source in sources
        if source.room in ROOMS
        for node in source.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


def _sentence(node: ast.ClassDef) -> str:
    return re.split(r"(?<=[.:;])\s", ast.get_docstring(node) or "", maxsplit=1)[0].replace("\n", " ")


def faults(page: str, named: dict[str, str]) -> list[str]:
    """Rows to add (ready to be pasted), rows without a class, rows without a Japanese term, rows out of order or twice."""
    rows = {name: japanese for name, japanese, _ in ROW.findall(page)}
    missing = [f"add to docs/glossary.md: | `{name}` | 日本語 | {sentence} |" for name, sentence in named.items() if name not in rows]
    gone = [f"docs/glossary.md: no class {name}" for name in rows if name not in named]
    empty = [f"docs/glossary.md: {name} lacks its Japanese term" for name, japanese in rows.items() if not JAPANESE.search(japanese)]
    return missing + gone + empty + _twice([name for name, _, _ in ROW.findall(page)])


def _twice(names: Sequence[str]) -> list[str]:
    return [f"docs/glossary.md: {name} stands there twice" for name in dict.fromkeys(names) if names.count(name) > 1]
