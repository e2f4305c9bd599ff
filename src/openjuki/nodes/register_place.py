"""Where an office's register is: the file in its folder, or for a hub a PostgreSQL server (台帳の所在; architecture section 4)."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.marks import mark_of
from openjuki.nodes.postgres_settings import POSTGRESQL, PostgresSettings, read_postgres, server_of, write_postgres
from openjuki.offices.marked_store import MarkedStore
from openjuki.offices.postgres_store import PostgresStore
from openjuki.offices.store import STATEMENTS
from openjuki.register.errors import InvalidInput, Say

FILE = "register.db"
HUBS = frozenset({OfficeKind.PREFECTURE, OfficeKind.CENTRE})
"""The kinds of office whose register may be on PostgreSQL."""


def open_register(folder: Path, kind: OfficeKind, scripts: Sequence[str], statements: int = STATEMENTS) -> MarkedStore:
    """The register of the office of a folder DIR/offices/CODE; `statements` of a file are kept ready.

    Raises InvalidInput if it is not clear where that is, NotReady or Broken if it cannot be opened.
    """
    settings = folder / POSTGRESQL
    if not settings.exists():
        return MarkedStore(str(folder / FILE), scripts, mark_of(folder), statements=statements)
    if kind not in HUBS:
        raise InvalidInput(POSTGRESQL, Say("is for hubs only.", "都道府県と全国センターだけのものです。"), _take_away(POSTGRESQL))
    if (folder / FILE).exists():
        raise InvalidInput(
            FILE, Say(f"lies beside {POSTGRESQL}.", f"{POSTGRESQL} と両方あります。"), _take_away("the one that is not the register")
        )
    return PostgresStore(server_of(settings), scripts, mark_of(folder))


def begin_on_server(folder: Path, code: str, settings: PostgresSettings) -> None:
    """The register of a hub that was founded and never opened is on that server, in a schema of its own."""
    (folder / FILE).unlink(missing_ok=True)
    write_postgres(msgspec.structs.replace(settings, schema=f"hub_{code}"), folder / POSTGRESQL)


def read_hub_store(path: Path) -> PostgresSettings:
    """The settings for all hubs of a country, which names the schemas itself. Raises InvalidInput."""
    settings = read_postgres(path.resolve())
    if settings.schema:
        raise InvalidInput("schema", Say("is named by the country.", "国が決めます。"), _take_away("schema"))
    return settings


def _take_away(what: str) -> Say:
    return Say(f"Take away {what}.", "使わない方を取り除いてください。")
