"""Names that say nothing (命名の規則), types left out, and stand-ins that repeat what they stand for."""

import ast
from pathlib import Path

from tests.house.sources import Source, functions

EMPTY_NAMES = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "common", "base", "misc", "stuff"})
MOCK_MODULES = frozenset({"mock", "unittest.mock", "pretend", "freezegun", "pytest_mock", "responses"})
MOCK_ARGUMENTS = frozenset({"monkeypatch", "mocker"})


def empty_names(source: Source) -> list[str]:
    """Parts of a module's path that say nothing about the business."""
    parts = [word for part in Path(source.path).with_suffix("").parts for word in (part, *part.split("_"))]
    return [f"{source.path}: the name {part!r} says nothing" for part in dict.fromkeys(parts) if part in EMPTY_NAMES]


def untyped(source: Source) -> list[str]:
    """Functions with a parameter or a result that has no type."""
    return [f"{source.path}:{node.lineno}: {node.name} is not fully typed" for node in functions(source) if not _typed(node)]


def _typed(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))]
    return node.returns is not None and all(each.annotation is not None or each.arg in ("self", "cls") for each in named)


def mocks(source: Source) -> list[str]:
    """Imports of patching libraries and arguments that patch."""
    found = [(node.lineno, name) for node in ast.walk(source.tree) for name in _mock_names(node)]
    return [f"{source.path}:{line}: {name} (bring a fake equal in rank to the real thing)" for line, name in found]


def _mock_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name in MOCK_MODULES]
    if isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        return [name for name in names if name in MOCK_MODULES][:1]
    return [node.arg] if isinstance(node, ast.arg) and node.arg in MOCK_ARGUMENTS else []
