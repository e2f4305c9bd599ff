"""Looking up through the office's own store: keys folded, row read, identity decoded (業務サーバの検索)."""

import random
from collections.abc import Callable
from pathlib import Path

from benchmarks.ours.filling import fill
from benchmarks.people import person
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.hub_search import QueryKey, find
from openjuki.offices.store import Store, Transaction

HITS_MAX = 10


def open_store(path: Path, residents: int) -> Callable[[QueryKey], object]:
    """A centre's store in a new file, with so many residents; its look-up gives the person found, or None."""
    store = Store(str(path), TABLES[OfficeKind.CENTRE].scripts)
    fill(store, residents)
    transaction = Transaction(store.connection)

    def look_up(key: QueryKey) -> object:
        found = find(transaction, key, HITS_MAX + 1)
        return found[0] if found else None

    return look_up


def query_keys(kind: str, residents: int, count: int) -> list[QueryKey]:
    """The same residents as the other searchers look for, drawn in the same order."""
    chance = random.Random(residents)
    drawn = (person(chance.randrange(residents)) for _ in range(count))
    return [QueryKey(code=one.code) if kind == "code" else QueryKey(name=one.name, birth=one.birth) for one in drawn]
