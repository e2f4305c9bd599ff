"""What a prefecture or the centre can receive (電文に含まれる情報; promises P1, P2, architecture section 1).

Whatever type a message can hold is walked to its ends: fields, containers, unions, nested classes. A message that ends or passes at a
prefecture or the centre holds no type of the resident record, no field named after what stays in the municipality, and nothing opaque.
"""

import importlib
import pkgutil
import sqlite3
import typing
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

import openjuki.procedures
from openjuki.law.kinds import OfficeKind
from openjuki.register.items import ITEMS, Secrecy
from openjuki.wire.message import Message

HUBS = frozenset({OfficeKind.PREFECTURE, OfficeKind.CENTRE})
HOME_MODULES = ("openjuki.register.record", "openjuki.register.household", "openjuki.offices.municipality")
HOME_WORDS = ("household", "relation", "domicile", "spouse", "father", "mother", "family", "pension_number", "insurance")
HOME_ITEMS = tuple(item.key for item in ITEMS if item.secrecy is not Secrecy.IDENTITY)
OPAQUE = (Any, object, bytearray, memoryview)
BYTES = (bytes, dict, msgspec.Raw)


class Held(NamedTuple):
    """Something a message can hold: where in it, in which class, under which name, of which type."""

    where: str
    owner: str
    name: str
    type: Any


def messages() -> list[type[Message]]:
    """Every message class of every procedure, in order of name."""
    for module in pkgutil.walk_packages(openjuki.procedures.__path__, "openjuki.procedures."):
        importlib.import_module(module.name)
    found = list(_subclasses(Message))
    return sorted((each for each in found if each.__module__.startswith("openjuki.")), key=lambda each: each.__name__)


def _subclasses(parent: type[Message]) -> Iterator[type[Message]]:
    for child in parent.__subclasses__():
        yield child
        yield from _subclasses(child)


def touches_a_hub(message: type[Message]) -> bool:
    """Whether a route of the message ends or passes at a prefecture or the centre; an answer, which has no route, may always."""
    return not message.routes or any({route.sender, route.receiver} & HUBS for route in message.routes)


def held(kind: type) -> Iterator[Held]:
    """Everything that a value of the type can hold, to the ends."""
    yield from _held(kind, kind.__name__, set())


def _held(kind: Any, where: str, seen: set[Any]) -> Iterator[Held]:
    for part in _parts(kind):
        if isinstance(part, type) and part not in seen:
            seen.add(part)
            for name, inner in _fields(part).items():
                yield Held(where, part.__name__, name, inner)
                yield from _held(inner, f"{where}.{name}", seen)


def _parts(kind: Any) -> Iterator[Any]:
    """The types inside a union, container or alias; a plain type is its own part."""
    yield kind
    for argument in typing.get_args(kind):
        if not isinstance(argument, str | int | bytes):
            yield from _parts(argument)
    if isinstance(kind, typing.NewType):
        yield from _parts(kind.__supertype__)


def _fields(kind: type) -> Mapping[str, Any]:
    if kind.__module__.startswith(("builtins", "typing")) or not typing.get_type_hints(kind):
        return {}
    hints = typing.get_type_hints(kind)
    return {name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar and not name.startswith("_")}


def faults(message: type[Message], opaque_reasons: Mapping[str, str]) -> list[str]:
    """What the message can hold that must stay in the municipality; empty if it touches no hub."""
    return type_faults(message, opaque_reasons) if touches_a_hub(message) else []


def type_faults(kind: type, opaque_reasons: Mapping[str, str]) -> list[str]:
    """What a value of the type can hold that must stay in the municipality."""
    found = [f"{each.where}: {what}" for each in held(kind) for what in _faults_of(each, opaque_reasons)]
    return list(dict.fromkeys(found))


def stays_home(name: str) -> bool:
    """Whether a field or column is named after something that does not leave the municipalities: by word, or by the list of items."""
    return any(word in name.lower() for word in (*HOME_WORDS, *HOME_ITEMS))


def columns(script: str) -> dict[str, str]:
    """The columns of the tables that an SQL script makes, as "table.column", each with its declared type."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {f"{table}.{row[1]}": row[2] for table in tables for row in connection.execute(f"PRAGMA table_info({table})")}


def table_faults(script: str, blobs: Mapping[str, type]) -> list[str]:
    """Columns of a hub that are named after what stays in the municipality, or hold bytes of a type that was not told."""
    found = []
    for column, declared in columns(script).items():
        if stays_home(column):
            found.append(f"{column} belongs to the municipality")
        if declared.upper() == "BLOB" and column not in blobs:
            found.append(f"{column} can hold anything; say in tests/house/hub_bytes.py which type it holds")
    return found


def _faults_of(each: Held, opaque_reasons: Mapping[str, str]) -> Iterator[str]:
    if stays_home(each.name):
        yield f"field {each.name} belongs to the municipality"
    for part in _parts(each.type):
        if getattr(part, "__module__", "").startswith(HOME_MODULES):
            yield f"field {each.name} holds {part.__name__}, which stays in the municipality"
        if part in OPAQUE or (part in BYTES and f"{each.owner}.{each.name}" not in opaque_reasons):
            yield f"field {each.name} can hold anything; say in tests/house/hub_bytes.py what it holds"
