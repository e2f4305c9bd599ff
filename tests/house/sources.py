"""Which files the rules of the house look at (検査の対象)."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "openjuki"
FOLDERS = ("src", "tests", "tools", "benchmarks", "specs")


class Source(NamedTuple):
    """One Python file: its path from the root of the tree, its text, and the text as a tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The top folder of the package that the file lies in; "" outside the package."""
        parts = Path(self.path).parts
        return parts[2] if parts[:2] == ("src", "openjuki") and len(parts) > 3 else ""


def snippet(text: str, path: str = "src/openjuki/register/snippet.py") -> Source:
    """A file that exists in a test only."""
    return Source(path, text, ast.parse(text))


@cache
def python_files(*folders: str) -> tuple[Source, ...]:
    """All Python files under the given folders (all of ours if none is given), in order of path."""
    found = sorted(path for folder in folders or FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return tuple(_read(path) for path in found if "node_modules" not in path.parts)


def _read(path: Path) -> Source:
    text = path.read_text("utf-8")
    return Source(str(path.relative_to(ROOT)), text, ast.parse(text))


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def tracked_files() -> tuple[str, ...]:
    """Paths of all files in version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for path in listed.split("\0") if path and (ROOT / path).is_file())


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Path and text of every tracked file that is text."""
    for path in tracked_files():
        data = (ROOT / path).read_bytes()
        if b"\0" not in data[:8192]:
            yield path, data.decode("utf-8", "replace")
