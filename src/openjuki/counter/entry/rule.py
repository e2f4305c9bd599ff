"""Which kinds of event this office lets nobody enter alone: they are kept until somebody else decides (決裁の要否, standard 4.0.8)."""

from collections.abc import Collection

from openjuki.offices.store import Transaction

_KEY = "decided-kinds"


def decided_kinds(transaction: Transaction) -> frozenset[str]:
    """Kinds that need a decision here; none unless the office has said so."""
    body = transaction.value("SELECT value FROM setting WHERE key = ?", _KEY)
    return frozenset(bytes(body).decode().split()) if body else frozenset()


def to_be_decided(transaction: Transaction, kind: str, replaces: str) -> bool:
    """Whether nobody may enter an event of this kind alone, or it takes the place of one that waits already."""
    return bool(replaces) or kind in decided_kinds(transaction)


def set_decided_kinds(transaction: Transaction, kinds: Collection[str]) -> None:
    """Say which kinds need one from now on."""
    sql = "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    transaction.execute(sql, (_KEY, " ".join(sorted(kinds)).encode()))
