"""Where a hub's tables are in a PostgreSQL server: `postgresql.toml`, each beside the mistake it prevents (データベースの設定).

A setting is right, absent where it may be, or fatal, as in nodes/settings.py. No password stands in it: over a unix socket the server
knows the process by its user, over a network a file that only this user may read holds it.
"""

import json
import re
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from openjuki.nodes.strict_toml import read_strict
from openjuki.offices.postgres_store import Server
from openjuki.register.errors import InvalidInput, NotReady, Say

if TYPE_CHECKING:
    from openjuki.nodes.postgres_session import PostgresSession

POSTGRESQL = "postgresql.toml"
"""The file's name in an office's folder."""
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_FILES = ("ca", "password_file", "owner_password_file", "retention_password_file")
_HOST, _FOLDER = re.compile(r"[A-Za-z0-9.:-]+"), re.compile(r"/[A-Za-z0-9._/-]+")
_WATCH = {
    "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000,
}  # fmt: skip
"""How long a server may be silent (s; the last one ms) before the session counts as lost."""


class PostgresSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The items of postgresql.toml. Paths are taken from the folder in which it lies."""

    host: str
    """The folder of the server's unix socket, or a host name. Prevents: a server that happens to be the default."""
    port: int = 5432
    """The server's; also part of the socket's name. Prevents: another cluster of the same machine."""
    database: str
    """Prevents: tables in the database `postgres`."""
    schema: str = ""
    """The schema of this one office; absent only where a country names it. Prevents: two offices in one register."""
    role: str
    """As whom the office works; owns nothing. Prevents: an office that can lift what guards its logs."""
    owner: str
    """As whom the tables are made and brought up to date, at each start. Prevents: the same."""
    retention: str = ""
    """As whom a sweep takes away what the orders let go; without it sweeps only count. Prevents: an office that can empty its logs."""
    ca: Path | None = None
    """With a host name: who vouches for the server's certificate. Prevents: personal data sent to whoever answers."""
    password_file: Path | None = None
    """With a host name: the role's password, alone, readable by this user only. Prevents: a password in a file of settings."""
    owner_password_file: Path | None = None
    """With a host name: the owner's."""
    retention_password_file: Path | None = None
    """With a host name: that of the role of sweeps, if there is one."""

    @property
    def local(self) -> bool:
        """Whether the server is reached over a unix socket."""
        return self.host.startswith("/")


def read_postgres(path: Path) -> PostgresSettings:
    """The settings of a postgresql.toml. Raises InvalidInput naming the first item that is wrong."""
    held = read_strict(path, PostgresSettings)
    files = {name: path.parent / value for name in _FILES if (value := getattr(held, name)) is not None}
    settings = msgspec.structs.replace(held, **files)
    for item in ("database", "schema", "role", "owner", "retention"):
        value = getattr(settings, item)
        if not (_NAME.fullmatch(value) or (item in ("schema", "retention") and value == "")):
            raise _wrong(item, Say("has other signs than a-z, 0-9 and _.", "使えない文字があります。"))
    if settings.role == settings.owner:
        raise _wrong("owner", Say("is the office's own role.", "機関の利用者と同じです。"))
    if settings.retention in (settings.role, settings.owner):
        raise _wrong("retention", Say("is the office's own role, or the owner.", "機関の利用者か所有者と同じです。"))
    if not 0 < settings.port < 65_536:
        raise _wrong("port", Say("is no port.", "ポート番号ではありません。"))
    _check_way(settings)
    return settings


def write_postgres(settings: PostgresSettings, path: Path) -> None:
    """Write a postgresql.toml."""
    given = {name: value for name in PostgresSettings.__struct_fields__ if (value := getattr(settings, name)) not in (None, "")}
    lines = [f"{name} = {value if isinstance(value, int) else json.dumps(str(value))}" for name, value in given.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _check_way(settings: PostgresSettings) -> None:
    """A socket needs nothing more; over a network the server shows a certificate and is shown a password, each from a file."""
    for item in _FILES:
        file: Path | None = getattr(settings, item)
        if settings.local and item == "ca" and file is not None:
            raise _wrong(item, Say("means nothing over a unix socket.", "ソケット接続では使いません。"))
        if not settings.local and file is None and (item != "retention_password_file" or settings.retention):
            raise _wrong(item, Say("is missing for a server over the network.", "ネットワーク接続に必要な設定がありません。"))
        if file is not None:
            _check_file(item, file, secret=item != "ca")
    if not (_FOLDER if settings.local else _HOST).fullmatch(settings.host):
        raise _wrong("host", Say("is neither a folder nor a host name.", "フォルダでもホスト名でもありません。"))


def _check_file(item: str, file: Path, *, secret: bool) -> None:
    if not file.is_file():
        raise _wrong(item, Say("is not there.", "ファイルがありません。"))
    if secret and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise _wrong(item, Say("can be read by others (chmod 600 it).", "他の利用者が読めます（chmod 600 としてください）。"))


def _wrong(item: str, reason: Say) -> InvalidInput:
    return InvalidInput(
        item,
        reason,
        Say(f"Correct it in {POSTGRESQL}; docs/postgresql.md explains it.", f"{POSTGRESQL} を直してください（docs/postgresql.md）。"),
    )


def server_of(path: Path, **waiting: float) -> Server:
    """How the office of a postgresql.toml reaches its tables, waiting `wait_s` for whoever holds them.

    Raises NotReady if the driver is not installed, InvalidInput as `read_postgres` and without a schema.
    """
    settings = read_postgres(path)
    if not settings.schema:
        raise _wrong("schema", Say("is missing.", "設定がありません。"))
    try:
        from openjuki.nodes.postgres_session import PostgresSession
    except ImportError as error:
        raise NotReady(
            "psycopg",
            Say("the driver for PostgreSQL is not installed.", "PostgreSQLの接続部品がありません。"),
            Say("Install openjuki[postgres].", "openjuki[postgres] を導入してください。"),
        ) from error
    sweeper = partial(_session, partial(PostgresSession, sweeps=True), settings, settings.retention, settings.retention_password_file)
    return Server(
        str(path), settings.schema, settings.role,
        partial(_session, PostgresSession, settings, settings.role, settings.password_file, **waiting),
        partial(_session, PostgresSession, settings, settings.owner, settings.owner_password_file, **waiting),
        settings.retention,
        partial(sweeper, **waiting) if settings.retention else None,
    )  # fmt: skip


def _session(
    make: "Callable[..., PostgresSession]", settings: PostgresSettings, user: str, password_file: Path | None, **waiting: float
) -> "PostgresSession":
    return make(parameters(settings, user, password_file), settings.schema, **waiting)


def parameters(settings: PostgresSettings, user: str, password_file: Path | None) -> dict[str, Any]:
    """What the driver is told; every item is said, so that no variable of the environment has a say."""
    said: dict[str, Any] = {
        "host": settings.host, "port": settings.port, "dbname": settings.database, "user": user, "passfile": "/dev/null/none",
        "application_name": "openjuki", "client_encoding": "UTF8", "gssencmode": "disable", "target_session_attrs": "read-write",
        "options": "-c client_min_messages=warning -c default_transaction_isolation=read\\ committed -c jit=off", **_WATCH,
    }  # fmt: skip
    if settings.local:
        said |= {"sslmode": "disable"}
    else:
        said |= {"sslmode": "verify-full", "sslrootcert": str(settings.ca), "channel_binding": "require"}
    if password_file is not None:
        said["password"] = password_file.read_text(encoding="utf-8").strip("\n")
    return said
