"""A hub's tables in a PostgreSQL database: made and brought up to date by their owner, used by an office that is not (表の所有と利用).

The owner's session applies the numbered scripts and grants; it is closed before the office works. So the office can neither change a row
of a table that only grows, nor lift what guards it: it has no right to. What a sweep may, a third role may and nobody else
(retention_role.py). What survives a crash: a script is applied whole or not at all.
"""

from collections.abc import Sequence
from typing import Any

from openjuki.offices import postgres_words, retention_role
from openjuki.offices.store import NEWER
from openjuki.register.errors import Broken, NotReady, Say

_GROWING = """SELECT c.relname, bool_or(t.tgname = c.relname || '_no_update'), bool_or(t.tgname = c.relname || '_no_delete')
  FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname ORDER BY c.relname"""
_SETTINGS = """SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'server_encoding', 'synchronous_commit')"""
_SAFE = {
    "fsync": ("on",), "full_page_writes": ("on",), "server_encoding": ("UTF8",), "synchronous_commit": ("on", "remote_apply"),
}  # fmt: skip
_OVER_THE_LOGS = """SELECT rolsuper OR pg_has_role(current_user, n.nspowner, 'MEMBER') FROM pg_roles, pg_namespace n
  WHERE rolname = current_user AND n.nspname = current_schema()"""
_MAY_SWEEP = "SELECT pg_has_role(current_user, '{}', 'MEMBER')"
VERSION_MIN = 150_000
"""PostgreSQL 15, as `server_version_num` says it."""
NO_SWEEPER = NotReady(
    "retention",
    Say("the database server has no such role.", "データベースサーバにその利用者がありません。"),
    Say("Make it as docs/postgresql.md says.", "docs/postgresql.md のとおりに作成してください。"),
)


def install(owner: Any, schema: str, scripts: Sequence[str], office: str, sweeper: str = "") -> None:
    """Make the schema if there is none, run the scripts that it has not seen, say what the roles `office` and `sweeper` may do.

    `owner` is the owner's session, with no transaction open. Raises Broken if newer software wrote the schema, NotReady if there is no
    such role as `sweeper` ("" where nothing is swept).
    """
    if sweeper and not owner.define(f"SELECT 1 FROM pg_roles WHERE rolname = '{sweeper}'"):  # noqa: S608 - a name that settings checked
        raise NO_SWEEPER
    owner.define("BEGIN")
    owner.define(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    owner.define("CREATE TABLE IF NOT EXISTS store (scripts BIGINT NOT NULL, generation BIGINT NOT NULL)")
    owner.define("INSERT INTO store SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM store)")
    for function in postgres_words.words(retention_role.GUARDED, sweeper):
        owner.define(function)
    seen = owner.define("SELECT scripts FROM store")[0][0]
    if seen > len(scripts):
        raise NEWER
    for script in scripts[seen:]:
        for statement in postgres_words.script(script):
            owner.define(statement)
    owner.define(f"UPDATE store SET scripts = {len(scripts):d}")  # noqa: S608 - a number
    _grant(owner, schema, office)
    if sweeper:
        _grant_sweep(owner, schema, sweeper)
    owner.define("COMMIT")


def _grant(owner: Any, schema: str, office: str) -> None:
    """Every table may be read; what else stands in its guards."""
    owner.define(f'GRANT USAGE ON SCHEMA "{schema}" TO "{office}"')
    for table, no_update, no_delete in owner.define(_GROWING):
        rights = ["SELECT", "INSERT", *([] if no_update else ["UPDATE"]), *([] if no_delete else ["DELETE"])]
        granted = "SELECT, UPDATE (generation)" if table == "store" else ", ".join(rights)
        owner.define(f'REVOKE ALL ON "{table}" FROM "{office}"')
        owner.define(f'GRANT {granted} ON "{table}" TO "{office}"')


def _grant_sweep(owner: Any, schema: str, sweeper: str) -> None:
    """The rights of retention_role.py, and to count its commits."""
    owner.define(f'GRANT USAGE ON SCHEMA "{schema}" TO "{sweeper}"')
    for table, *_ in owner.define(_GROWING):
        columns = ["generation"] if table == "store" else sorted(name for of, name in retention_role.HUB.updated if of == table)
        rights = [
            "SELECT",
            *(["DELETE"] if table in retention_role.HUB.deleted_from else []),
            *(["INSERT"] if table in retention_role.HUB.inserted_into else []),
            *([f"UPDATE ({', '.join(columns)})"] if columns else []),
        ]
        owner.define(f'REVOKE ALL ON "{table}" FROM "{sweeper}"')
        owner.define(f'GRANT {", ".join(rights)} ON "{table}" TO "{sweeper}"')


def check(session: Any, sweeper: str = "") -> None:
    """Whether what is told as done would be lost, or a log could be changed, over a session of the office's. Raises Broken.

    `sweeper` is a role that this session's must not become.
    """
    held = dict(session.define(_SETTINGS))
    wrong = [f"{name}={held.get(name)}" for name, allowed in _SAFE.items() if held.get(name) not in allowed]
    if wrong:
        raise _unsafe(f"has {', '.join(wrong)}", f"の設定 {'、'.join(wrong)} は使えません")
    if int(session.define("SHOW server_version_num")[0][0]) < VERSION_MIN:
        raise _unsafe("is older than PostgreSQL 15", "は PostgreSQL 15 より前の版です")
    over = session.define(_OVER_THE_LOGS)
    if not over or over[0][0] or (sweeper and session.define(_MAY_SWEEP.format(sweeper))[0][0]):
        raise _unsafe("lets a role of the office change its logs", "では機関の利用者が記録を変更できてしまいます")


def _unsafe(en: str, ja: str) -> Broken:
    mend = Say("Set it up as docs/postgresql.md says.", "docs/postgresql.md のとおりに設定してください。")
    return Broken("store", Say(f"the database server {en}.", f"データベースサーバ{ja}。"), mend)
