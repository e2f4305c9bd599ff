"""What must be explained (説明文の規則): every module with the Japanese term, every public function and class."""

import ast
import re

from tests.house.sources import Source

JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿々〇]")


def module_faults(source: Source) -> list[str]:
    """The file, if it opens with no docstring or with one that lacks the Japanese term."""
    text = ast.get_docstring(source.tree)
    if not text:
        return [f"{source.path}: no docstring"]
    return [] if JAPANESE.search(text) else [f"{source.path}: the docstring lacks the Japanese term"]


def definition_faults(source: Source) -> list[str]:
    """Public functions and classes of the module that have no docstring; methods are told by their class."""
    return [
        f"{source.path}:{node.lineno}: {node.name} has no docstring"
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
