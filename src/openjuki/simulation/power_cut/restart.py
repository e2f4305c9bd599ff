"""What must hold of a country that starts again after a power cut: it comes together, nobody takes it for restored (停電後の再開)."""

from collections.abc import Iterable
from pathlib import Path

from openjuki.nodes.tables import TABLES
from openjuki.offices import outbox
from openjuki.offices.store import Store
from openjuki.simulation.declaration import CENTRE, DeclaredOffice
from openjuki.simulation.power_cut.day import HUB, OFFICES, TOWN
from openjuki.simulation.quiet import QuietCountry

PATIENCE_S = 60.0
KNOWN = "SELECT code, version, status FROM person ORDER BY code"


def faults(folder: Path, offices: Iterable[DeclaredOffice], seed: str) -> list[str]:
    """What is wrong with the country of these files after a while."""
    heard: list[str] = []
    country = QuietCountry(offices, seed=seed, listen=lambda office, tag, what: heard.append(tag))
    for code in OFFICES:
        scripts = TABLES[country.offices[code].kind].scripts
        country.open(code, Store(str(folder / code / "register.db"), scripts, synchronous="OFF"))
    arrived = country.agenda.run(lambda: not _waiting(country), PATIENCE_S)
    found = [] if arrived else ["notices do not arrive"]
    town = country.look(TOWN, KNOWN)
    found += [f"{hub} does not hold what the town holds" for hub in (HUB, CENTRE) if country.look(hub, KNOWN) != town]
    found += sorted({tag for tag in heard if tag.startswith(("node:restore", "node:office", "store:", "wire:notice"))})
    for code in OFFICES:
        country.close(code)
    return found


def _waiting(country: QuietCountry) -> bool:
    return any(country.call(country.nodes[code].office.write, outbox.unacknowledged) for code in (TOWN, HUB))
