"""What must hold of an office's files after a power cut: sound, with all that was told, in agreement with themselves (停電後の判定)."""

from collections.abc import Sequence
from typing import Any

import apsw

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import municipality
from openjuki.offices.store import Store, Transaction
from openjuki.register.errors import OpenJukiError
from openjuki.simulation.power_cut.day import Told

_ALWAYS = (("a sequence without its row", "SELECT sum(sequence - 1) FROM next_sequence", "SELECT count(*) FROM outbox"),)
_AGREE: dict[OfficeKind, tuple[tuple[str, str, str], ...]] = {
    OfficeKind.MUNICIPALITY: (
        ("an event without its notice, or the reverse", "SELECT sum(version) FROM person", "SELECT count(*) FROM outbox"),
        (
            "a state that was never put into the outbox",
            "SELECT count(*) FROM person",
            "SELECT count(*) FROM person WHERE change IN (SELECT body FROM outbox)",
        ),
    ),
    OfficeKind.PREFECTURE: (
        ("a cursor without its effect, or the reverse", "SELECT sum(cursor) FROM inbox", "SELECT count(*) FROM state"),
        ("an effect without its notice, or the reverse", "SELECT count(*) FROM state", "SELECT count(*) FROM outbox"),
        ("a hole in the log", "SELECT max(position) + 1 FROM provision", "SELECT count(DISTINCT position) FROM provision"),
    ),
    OfficeKind.CENTRE: (
        (
            "a cursor without its effect, or the reverse",
            "SELECT sum(cursor) FROM inbox",
            "SELECT (SELECT count(*) FROM state) + (SELECT count(*) FROM parked)",
        ),
    ),
}
"""Pairs of numbers that are equal at every moment: each side is changed in one transaction with the other."""


def faults(path: str, kind: OfficeKind, said: Sequence[Told]) -> list[str]:
    """What is wrong with a file found after the cut; `said` is what had been told of this office. It is opened as the office would."""
    try:
        store = Store(path, TABLES[kind].scripts, synchronous="OFF")
    except (apsw.Error, OpenJukiError) as error:
        return [f"does not open: {type(error).__name__}"]
    try:
        return _faults(Transaction(store.connection), kind, said)
    except apsw.Error as error:
        return [f"cannot be read: {type(error).__name__}"]
    finally:
        store.close()


def _faults(transaction: Transaction, kind: OfficeKind, said: Sequence[Told]) -> list[str]:
    found = [] if transaction.all("PRAGMA integrity_check") == [("ok",)] else ["damaged"]
    newest = {told.about: told for told in said}
    found += [f"lost: {told.about[0]}" for told in newest.values() if transaction.value(told.sql, *told.values) is None]
    for what, left, right in (*_ALWAYS, *_AGREE.get(kind, ())):
        if _number(transaction, left) != _number(transaction, right):
            found.append(what)
    if kind is OfficeKind.MUNICIPALITY and municipality.rebuild(transaction):
        found.append("a record that its events do not give")
    return found


def _number(transaction: Transaction, sql: str) -> Any:
    return transaction.value(sql) or 0
