"""How long functions and files may be (大きさの規則): median 10 lines, never over 60; files 300 lines that are not blank."""

from collections.abc import Iterable, Mapping
from statistics import median

from tests.house.sources import Source, functions

FUNCTION_LINES_MEDIAN = 10
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 300


def function_lengths(sources: Iterable[Source]) -> list[int]:
    """Lines from `def` to the last line, docstring included."""
    return [(node.end_lineno or node.lineno) - node.lineno + 1 for source in sources for node in functions(source)]


def median_length(sources: Iterable[Source]) -> float:
    """The median of all functions' lengths; 0 if there is none."""
    lengths = function_lengths(sources)
    return median(lengths) if lengths else 0


def long_functions(source: Source) -> list[str]:
    """Functions longer than the limit."""
    return [
        f"{source.path}:{node.lineno}: {node.name} has {length} lines (limit {FUNCTION_LINES_MAX})"
        for node in functions(source)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def long_file(source: Source, exceptions: Mapping[str, str]) -> list[str]:
    """The file, if it has too many lines and no reason stands in the list of exceptions."""
    lines = sum(1 for line in source.text.splitlines() if line.strip())
    if lines <= FILE_LINES_MAX or source.path in exceptions:
        return []
    return [f"{source.path}: {lines} lines that are not blank (limit {FILE_LINES_MAX})"]
