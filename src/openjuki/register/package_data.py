"""The one loader of this room: the tables shipped inside the package (同梱データ; codes, towns, names, characters).

Nothing is kept here: whoever needs a table parses it once and keeps what it needs. Origins and licences: `data/NOTICE.md`.
"""

import lzma
import zipfile
from importlib import resources

FOLDER = resources.files("openjuki.register") / "data"


def read_text(name: str) -> str:
    """The text of the compressed table `name`, such as "municipalities"; FileNotFoundError if the package does not hold it."""
    return lzma.decompress((FOLDER / f"{name}.xz").read_bytes()).decode()


def read_member(archive: str, member: str) -> str:
    """The text of one member of `archive`, the others stay packed; "" if the archive has no such member."""
    with (FOLDER / f"{archive}.zip").open("rb") as file, zipfile.ZipFile(file) as held:
        return held.read(member).decode() if member in held.NameToInfo else ""
