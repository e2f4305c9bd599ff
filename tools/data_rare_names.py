"""Derive tests/golden/dictionary_names.tsv: rare surnames and given names of a dictionary of names, for the journey of 5,000 names.

Use: python tools/data_rare_names.py ENAMDICT   (/usr/share/edict/enamdict of Debian's enamdict 2021.02.03-1)

A name is taken if it is a surname or a given name in kanji with one of the second level of JIS X 0208, drawn by a seed. Licence: CC BY-SA
3.0, see NOTICE.
"""

import re
import sys
from pathlib import Path
from random import Random

from data_characters import level

PAGE = Path(__file__).resolve().parent.parent / "tests" / "golden" / "dictionary_names.tsv"
COUNT = 1_250
ENTRY = re.compile(r"(\S+) \[(\S+)\] /(.*?)/")
KINDS = {"surname": frozenset("s"), "given": frozenset("fmg")}
HEAD = """# Rare surnames and given names with their readings. Origin: Debian's enamdict 2021.02.03-1 (ENAMDICT, property of the Electronic
# Dictionary Research and Development Group, used in conformance with its licence, CC BY-SA 3.0); written by tools/data_rare_names.py
"""


def rare(name: str) -> bool:
    """Whether a kanji of the name is of the second level, and all of it are kanji."""
    return any(level(sign) == 2 for sign in name) and all("\u3005" <= sign <= "\u3007" or "\u4e00" <= sign <= "\u9fff" for sign in name)


def main(dictionary: str) -> None:
    """Write the file and say how many names it holds."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for line in Path(dictionary).read_text("euc_jp", "replace").splitlines():
        entry = ENTRY.match(line)
        marks = set(",".join(re.findall(r"\(([a-z,]+)\)", entry[3])).split(",")) if entry else set()
        for kind in KINDS:
            if entry and KINDS[kind] & marks and rare(entry[1]):
                found[kind].setdefault(entry[1], entry[2])
    draw = Random("rare names")
    lines = [f"{kind}\t{name}\t{found[kind][name]}" for kind in KINDS for name in sorted(draw.sample(sorted(found[kind]), COUNT))]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    print(len(lines), "names of", {kind: len(names) for kind, names in found.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
