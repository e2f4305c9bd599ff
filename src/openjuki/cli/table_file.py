"""A table as a CSV file, with Japanese column names, in UTF-8 with a mark that spreadsheets know (CSV出力; RFC 4180)."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

csv_option = click.option(
    "--csv", "table", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Also write the rows to this file."
)


def write_table(path: Path | None, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows under the columns' names; nothing if no file was asked for. Raises OSError."""
    if path is None:
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns.values())
        writer.writerows([_cell(row[key]) for key in columns] for row in rows)


def _cell(value: Any) -> str:
    """Yes and no as circle and nothing; text that a spreadsheet would take for a formula behind an apostrophe."""
    if isinstance(value, bool):
        return "○" if value else ""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
