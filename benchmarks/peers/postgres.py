"""PostgreSQL from Debian's package, started in a folder of its own on a unix socket, as a user who is not root (比較対象 PostgreSQL)."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg

from benchmarks.people import people
from benchmarks.setting import Setting, missing_tool

BY_CODE = "select id, code, name, birth, sex, address from {} where code = %s"
BY_NAME = "select id, code, name, birth, sex, address from {} where birth = %s and name = %s"
OPTIONS = "-c listen_addresses='' -c shared_buffers=768MB -c max_wal_size=4GB -k {}"
ACCOUNT = "postgres"


def programs() -> Path | None:
    """Debian's folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def why_not() -> str:
    """Empty when a server can be started here, after trying Debian's package where we may; else what to do."""
    if programs() is None and os.geteuid() == 0 and not missing_tool("apt-get"):
        subprocess.run(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql-15"], check=False, stdout=subprocess.DEVNULL
        )
    return "" if programs() else "PostgreSQL is switched off: install Debian's postgresql-15"


def _as_user(command: list[str]) -> list[str]:
    return ["runuser", "-u", ACCOUNT, "--", *command] if os.geteuid() == 0 else command


def start_server(setting: Setting) -> Path:
    """Starts a fresh server and returns the folder of its socket; it is stopped when the run ends."""
    found = programs()
    if found is None:
        raise FileNotFoundError("no PostgreSQL server")
    setting.folder.chmod(0o711)
    folder = setting.folder / "postgres"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, pwd.getpwnam(ACCOUNT).pw_gid)
    data, control = folder / "data", str(found / "pg_ctl")
    make = [str(found / "initdb"), "-D", str(data), "-A", "trust", "-U", "bench", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(_as_user(make), check=True, stdout=subprocess.DEVNULL, cwd="/")
    begin = [control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", OPTIONS.format(folder), "start"]
    subprocess.run(_as_user(begin), check=True, stdout=subprocess.DEVNULL, cwd="/")
    setting.ending.callback(
        subprocess.run, _as_user([control, "-D", str(data), "-m", "immediate", "stop"]), stdout=subprocess.DEVNULL, cwd="/"
    )
    return folder


def fill(folder: Path, name: str, count: int) -> None:
    """One table of `count` residents with the same two indexes."""
    with psycopg.connect(host=str(folder), user="bench", dbname="postgres") as connection:
        columns = (
            "id bigint primary key, code text not null, name text not null, birth text not null, sex text not null, address text not null"
        )
        connection.execute(f"create table {name}({columns})".encode())
        with connection.cursor().copy(f"copy {name} from stdin".encode()) as copy:
            for number, one in enumerate(people(count)):
                copy.write_row((number, one.code, one.name, one.birth, one.sex, one.address))
        connection.execute(f"create unique index {name}_code on {name}(code)".encode())
        connection.execute(f"create index {name}_birth_name on {name}(birth, name)".encode())
    with psycopg.connect(host=str(folder), user="bench", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"vacuum analyze {name}".encode())


def lookups(folder: Path, name: str) -> dict[str, Callable[[tuple[str, ...]], object]]:
    """Look-ups by "code" and by "name" over one connection, prepared by the server."""
    connection = psycopg.connect(host=str(folder), user="bench", dbname="postgres", autocommit=True)
    cursor = connection.cursor()

    def finder(sql: str) -> Callable[[tuple[str, ...]], object]:
        encoded = sql.format(name).encode()
        return lambda key: cursor.execute(encoded, key, prepare=True).fetchone()

    return {"code": finder(BY_CODE), "name": finder(BY_NAME)}
