"""Derive names.xz: surnames and given names with katakana readings (氏・名; PyPI gimei 0.2.3, the file is read, the package not imported).

Use: python tools/data_names.py NAMES_YML   (gimei/data/names.yml taken out of the package, outside the repository)

Lines: "surname", "male" or "female", name, katakana; separated by tabs, in the package's order.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import data_files


def lines(text: str) -> Iterator[str]:
    """One line per name, each pair of name and reading once per kind."""
    kind, seen = "", set()
    for line in text.splitlines():
        words = line.strip()
        if words.endswith(":"):
            kind = {"last_name": "surname", "first_name": ""}.get(words[:-1], words[:-1])
        elif words.startswith("- "):
            name, _, kana = ast.literal_eval(words[2:])
            row = "\t".join((kind, name, kana))
            if row not in seen:
                seen.add(row)
                yield row


def main(names_yml: str) -> None:
    """Write the data file and say what it holds."""
    found = list(lines(Path(names_yml).read_text(encoding="utf-8")))
    size = data_files.write_text("names.xz", found)
    print(len(found), "names,", size, "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
