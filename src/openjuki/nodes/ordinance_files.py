"""The ordinances of an office: the files in the folder `ordinances` beside its register (条例の読込み, Act art. 30-6 to 30-8).

They are read when the office starts and whenever one changes. A faulty file changes nothing: the ordinances held until then go on,
and the audit is told which file and item is wrong.

An ordinance names local governments by their codes (`askers`) and their departments by name (`bodies`); which office a department is
stands in the directory: the one of that name that belongs to one of those local governments.
"""

import os
from functools import lru_cache
from pathlib import Path

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.law.ordinances import Ordinance, load_ordinances
from openjuki.offices.office import Office
from openjuki.register.errors import InvalidInput
from openjuki.wire.directory import Directory, Entry

FOLDER = "ordinances"
KINDS = (".toml", ".json")

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of the last change (ns) and size of each file."""


def keep(office: Office) -> None:
    """Duty: hold the ordinances as the folder has them; a folder that is not there means none, and so does a register without a file."""
    folder = _folder(office.store.path)
    if not office.ordinances_seen and not os.access(folder, os.F_OK):  # asked each second by every office: the cheapest question first
        return
    try:
        stamp = _stamp(folder)
        seen = (stamp, office.directory.number) if stamp else ()
        if seen == office.ordinances_seen:
            return
        office.ordinances_seen = seen
        loaded = load_ordinances({name: Path(folder, name).read_bytes() for name, *_ in stamp})
        office.ordinances = frozenset(with_departments(ordinance, office.directory) for ordinance in loaded)
    except InvalidInput as error:
        office.event("provision:ordinances:refused", error.item)
    except OSError as error:
        office.event("provision:ordinances:refused", f"{FOLDER}: {error.strerror}")
    else:
        office.event("provision:ordinances:loaded", str(len(office.ordinances)))


@lru_cache(maxsize=4096)
def _folder(register: str) -> str:
    """Beside the register's file; no place for a register without a file."""
    return os.path.join(os.path.dirname(register), FOLDER) if os.path.isfile(register) else ""


def with_departments(ordinance: Ordinance, directory: Directory) -> Ordinance:
    """The ordinance with the offices of its departments among those that may ask."""
    departments = {entry.code for entry in directory.entries.values() if entry.name in ordinance.bodies and _of(entry, ordinance.askers)}
    return msgspec.structs.replace(ordinance, askers=ordinance.askers | departments) if departments else ordinance


def _of(entry: Entry, governments: frozenset[str]) -> bool:
    """Whether an office is a department of one of these local governments."""
    if entry.kind is OfficeKind.MUNICIPAL_ORGAN:
        return any(entry.code.startswith(f"{government}-") for government in governments)
    return entry.kind is OfficeKind.PREFECTURE_ORGAN and any(code[:2] == entry.prefecture and code[2:5] == "000" for code in governments)


def _stamp(folder: str) -> Stamp:
    try:
        with os.scandir(folder) as files:
            return tuple(sorted((f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in files if f.name.endswith(KINDS)))
    except (FileNotFoundError, NotADirectoryError):
        return ()
