"""Golden files say where they come from (正解データの出典): an origin line at their head, or a page beside them."""

import re
from pathlib import Path

ORIGIN = re.compile(r"\b(origins?|source)\b|出典", re.IGNORECASE)
HEAD_LINES = 12


def files(root: Path) -> list[Path]:
    """Every golden file of the tests; pages that speak about others are none."""
    found = (path for path in sorted(root.glob("tests/**/golden/**/*")) if path.is_file() and "__pycache__" not in path.parts)
    return [path for path in found if path.suffix not in (".md", ".py")]


def faults(path: Path) -> list[str]:
    """The file, if neither its first lines nor a page beside it (its name with .origin.md, or README.md) names its origin."""
    beside = (path.with_suffix(".origin.md"), path.parent / "README.md")
    head = "\n".join(path.read_bytes()[:4000].decode("utf-8", "replace").splitlines()[:HEAD_LINES])
    told = ORIGIN.search(head) or any(page.exists() and ORIGIN.search(page.read_text("utf-8")) for page in beside)
    return [] if told else [f"{path.name}: a golden file without its origin"]
