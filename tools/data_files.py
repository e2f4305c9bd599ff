"""Writing of the derived data files of the register room, the same bytes from the same input (データの作成)."""

import io
import json
import lzma
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "src" / "openjuki" / "register" / "data"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # a zip member holds a time: a fixed one, so that the same input gives the same file


def write_text(name: str, lines: Iterable[str]) -> int:
    """Write `lines` to the data file `name` (.xz), return its size in bytes."""
    packed = lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME, check=lzma.CHECK_CRC32)
    (DATA / name).write_bytes(packed)
    return len(packed)


def write_archive(name: str, members: Mapping[str, str]) -> int:
    """Write the data file `name` (.zip) with one LZMA member per item, return its size in bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_LZMA) as archive:
        for member, text in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(member, FIXED_TIME), text.encode(), zipfile.ZIP_LZMA)
    (DATA / name).write_bytes(held.getvalue())
    return len(held.getvalue())


def read_json(path: Path) -> Any:
    """The JSON file of an unpacked package."""
    return json.loads(path.read_text(encoding="utf-8"))
