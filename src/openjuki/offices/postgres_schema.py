"""A hub's tables in a PostgreSQL database: made and brought up to date by their owner, used by an office that is not (表の所有と利用).

The owner's session applies the numbered scripts and grants; it is closed before the office works. So the office can neither change a row
of a table that only grows, nor lift what guards it: it has no right to. What survives a crash: a script is applied whole or not at all.
"""

from collections.abc import Sequence
from typing import Any

from openjuki.offices import postgres_words
from openjuki.offices.store import NEWER
from openjuki.register.errors import Broken, Say

_GROWING = """SELECT c.relname, bool_or(t.tgname = c.relname || '_no_update'), bool_or(t.tgname = c.relname || '_no_delete')
  FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname ORDER BY c.relname"""
_SETTINGS = """SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'server_encoding', 'synchronous_commit')"""
_SAFE = {
    "fsync": ("on",), "full_page_writes": ("on",), "server_encoding": ("UTF8",), "synchronous_commit": ("on", "remote_apply"),
}  # fmt: skip
_OVER_THE_LOGS = """SELECT rolsuper OR pg_has_role(current_user, n.nspowner, 'MEMBER') FROM pg_roles, pg_namespace n
  WHERE rolname = current_user AND n.nspname = current_schema()"""
VERSION_MIN = 150_000
"""PostgreSQL 15, as `server_version_num` says it."""


def install(owner: Any, schema: str, scripts: Sequence[str], office: str) -> None:
    """Make the schema if there is none, run the scripts that it has not seen, say what the role `office` may do.

    `owner` is the owner's session, with no transaction open. Raises Broken if newer software wrote the schema.
    """
    owner.define("BEGIN")
    owner.define(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    owner.define("CREATE TABLE IF NOT EXISTS store (scripts BIGINT NOT NULL, generation BIGINT NOT NULL)")
    owner.define("INSERT INTO store SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM store)")
    for function in postgres_words.WORDS.split(";\nCREATE"):
        owner.define(function if function.lstrip().startswith("CREATE") else "CREATE" + function)
    seen = owner.define("SELECT scripts FROM store")[0][0]
    if seen > len(scripts):
        raise NEWER
    for script in scripts[seen:]:
        for statement in postgres_words.script(script):
            owner.define(statement)
    owner.define(f"UPDATE store SET scripts = {len(scripts):d}")  # noqa: S608 - a number
    _grant(owner, schema, office)
    owner.define("COMMIT")


def _grant(owner: Any, schema: str, office: str) -> None:
    """Every table may be read; what else stands in its guards."""
    owner.define(f'GRANT USAGE ON SCHEMA "{schema}" TO "{office}"')
    for table, no_update, no_delete in owner.define(_GROWING):
        rights = ["SELECT", "INSERT", *([] if no_update else ["UPDATE"]), *([] if no_delete else ["DELETE"])]
        granted = "SELECT, UPDATE (generation)" if table == "store" else ", ".join(rights)
        owner.define(f'REVOKE ALL ON "{table}" FROM "{office}"')
        owner.define(f'GRANT {granted} ON "{table}" TO "{office}"')


def check(session: Any) -> None:
    """Whether what is told as done would be lost, or a log could be changed, over the office's own session. Raises Broken."""
    held = dict(session.define(_SETTINGS))
    wrong = [f"{name}={held.get(name)}" for name, allowed in _SAFE.items() if held.get(name) not in allowed]
    if wrong:
        raise _unsafe(f"has {', '.join(wrong)}", f"の設定 {'、'.join(wrong)} は使えません")
    if int(session.define("SHOW server_version_num")[0][0]) < VERSION_MIN:
        raise _unsafe("is older than PostgreSQL 15", "は PostgreSQL 15 より前の版です")
    over = session.define(_OVER_THE_LOGS)
    if not over or over[0][0]:
        raise _unsafe("lets the office's own role change its logs", "では機関の利用者が記録を変更できてしまいます")


def _unsafe(en: str, ja: str) -> Broken:
    mend = Say("Set it up as docs/postgresql.md says.", "docs/postgresql.md のとおりに設定してください。")
    return Broken("store", Say(f"the database server {en}.", f"データベースサーバ{ja}。"), mend)
