"""The offices of a world: a small country with keys that belong to its codes (模擬国の機関)."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from openjuki.keys.door import SEAL, key_id
from openjuki.keys.software import SoftwareKeys, key_from_seed
from openjuki.law.kinds import OfficeKind
from openjuki.simulation.ceremony import FOREVER_MS
from openjuki.simulation.declaration import AGENCIES, CENTRE, DeclaredOffice
from openjuki.simulation.worlds.scheduler import START_MS
from openjuki.simulation.worlds.weather import DAY_MS
from openjuki.wire.directory import Anchor, Directory, Entry, Head, SealedHead, SealKey, seal_head, tree_root

REALM = "sandbox"
KAGOSHIMA, TOKYO = "460001", "130001"
MUNICIPALITIES = ("462012", "462250", "131016", "131121")
"""Kagoshima, Aira; Chiyoda, Setagaya."""
ASKERS = {"pension": (CENTRE, "appendix:1:77"), "46-passport": (KAGOSHIMA, "appendix:5:6")}
"""Agency -> (office it asks, affair)."""
OFFICES = (
    DeclaredOffice(CENTRE, OfficeKind.CENTRE, "全国センター"),
    DeclaredOffice(KAGOSHIMA, OfficeKind.PREFECTURE, "鹿児島県", "46"),
    DeclaredOffice(TOKYO, OfficeKind.PREFECTURE, "東京都", "13"),
    *(DeclaredOffice(code, OfficeKind.MUNICIPALITY, code, code[:2]) for code in MUNICIPALITIES),
    *(agency for agency in AGENCIES if agency.code in ASKERS),
)
CODES = tuple(office.code for office in OFFICES)
REPORTS_TO = {KAGOSHIMA: CENTRE, TOKYO: CENTRE} | {code: KAGOSHIMA if code.startswith("46") else TOKYO for code in MUNICIPALITIES}
"""Who notifies -> the hub above."""
HUBS = {office.code: office.prefecture for office in OFFICES if office.kind in (OfficeKind.CENTRE, OfficeKind.PREFECTURE)}
"""Hub -> the two digits of its prefecture, "" for the centre."""


@lru_cache(maxsize=64)
def keys_of(code: str) -> SoftwareKeys:
    """The office's keys, the same in every world."""
    return SoftwareKeys({SEAL: key_from_seed(f"world/{code}".encode())}, deterministic=True)


def signer(code: str) -> Callable[[bytes], bytes]:
    """Signs with the office's seal key."""
    keys = keys_of(code)
    return lambda message: keys.sign(SEAL, message)


@lru_cache(maxsize=64)
def certificate(code: str) -> bytes:
    """What stands for the SHA-256 of the office's link certificate: there is no TLS here."""
    return sha256(f"world/{code}/link".encode()).digest()


def _entry(office: DeclaredOffice) -> Entry:
    public = keys_of(office.code).public(SEAL)
    key = SealKey(key_id(public), public, 0, FOREVER_MS)
    digest = certificate(office.code)
    return Entry(office.code, office.kind, office.name, office.prefecture, office.code, 0, (digest,), (key,), office.bodies, office.affairs)


@lru_cache(maxsize=1)
def _founded() -> tuple[Anchor, SealedHead, tuple[Entry, ...]]:
    """Anchor, head and entries: in force for a month on either side, since clocks may be a day wrong."""
    entries = {office.code: _entry(office) for office in OFFICES}
    centre = entries[CENTRE].seal_keys[0]
    anchor = Anchor(REALM, CENTRE, centre.public, b"", CENTRE, 0)
    head = Head(REALM, 1, START_MS - 30 * DAY_MS, START_MS + 30 * DAY_MS, len(entries), tree_root(entries))
    return anchor, seal_head(head, centre.key_id, signer(CENTRE)), tuple(entries.values())


def directory() -> Directory:
    """The directory of a new world."""
    anchor, sealed, entries = _founded()
    made = Directory(anchor)
    made.take(sealed, entries)
    return made
