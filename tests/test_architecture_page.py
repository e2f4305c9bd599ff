"""The architecture page says what pyproject.toml and the code say, and every step that it names is there (構成の説明)."""

import ast
import re
from pathlib import Path

import pytest

from tools import architecture

TEXT = architecture.PAGE.read_text("utf-8")
NAMED = re.compile(r"`([a-z_/]+\.py)(?::([A-Za-z_.]+))?`")


def names(path: Path) -> set[str]:
    """What a module defines: functions, classes, their methods and attributes, values."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        found |= defined(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner}" for each in node.body for inner in defined(each)}
    return found


def defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def invented(text: str) -> list[str]:
    """Files and names of the text that the code does not have."""
    faults = []
    for file, name in NAMED.findall(text):
        path = architecture.PACKAGE / file
        if not path.exists() or (name and name not in names(path)):
            faults.append(f"{file}:{name}")
    return faults


def steps(heading: str) -> list[int]:
    """The numbers of the steps under a heading."""
    section = TEXT.split(f"## {heading}")[1].split("\n## ")[0]
    return [int(number) for number in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)]


def test_the_page_is_what_pyproject_and_the_code_say():
    assert architecture.main(["--check"]) == 0, "python -m tools.architecture"


def test_every_file_and_name_of_the_page_is_there():
    assert invented(TEXT) == []
    assert len(NAMED.findall(TEXT)) > 60


@pytest.mark.parametrize(
    "text", ["`offices/store.py:Store.sprint`", "`offices/stores.py`", "`wire/seal.py:no_such`", "`register/errors.py:Reason.NO_SUCH`"]
)
def test_what_is_not_there_is_found(text):
    assert len(invented(text)) == 1


@pytest.mark.parametrize("text", ["`offices/store.py:Store.run`", "`offices/office.py:Office.today`", "`register/errors.py:Reason.LATE`"])
def test_what_is_there_is_left_alone(text):
    assert invented(text) == []


@pytest.mark.parametrize("heading", ["The life of a birth", "The life of a question"])
def test_every_step_of_a_life_has_its_number_and_names_where_it_is_taken(heading):
    numbers = steps(heading)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 10
    section = TEXT.split(f"## {heading}")[1].split("\n## ")[0]
    assert all(NAMED.search(line) for line in section.splitlines() if re.match(r"\| \d", line))


def test_the_rooms_of_the_page_are_the_folders_of_the_package():
    listed = {room for layer in architecture.layers() for room in layer}
    built = {path.parent.name for path in architecture.PACKAGE.glob("*/__init__.py")}
    assert built <= {room.strip("()") for room in listed}
    assert {room for room in listed if not room.startswith("(")} <= built
    assert all(f"| `{room.strip('()')}` |" in TEXT for room in listed)


def test_a_part_that_says_something_else_is_written_anew():
    older = TEXT.replace("| 1 | `cli` |", "| 1 | `desk` |")
    assert older != TEXT
    assert architecture.written(older) == TEXT
