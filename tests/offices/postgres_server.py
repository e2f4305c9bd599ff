"""A PostgreSQL server of the tests' own: Debian's programs, a folder in /tmp, a unix socket, no root (試験用データベース)."""

import atexit
import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from openjuki.nodes.postgres_settings import server_of
from openjuki.offices.postgres_store import PostgresStore

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "postgresql.md"
ADMIN = "admin"
OPTIONS = ("listen_addresses=", "shared_buffers=32MB", "max_connections=60", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0")
LOCALE = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=ja")
"""Another order of texts than SQLite's, as a real server may have."""
schemas = (f"s{number}" for number in count())


def programs() -> Path | None:
    """The folder of Debian's newest server, 15 or later."""
    found = {int(path.parts[-3]): path.parent for path in Path("/usr/lib/postgresql").glob("[1-9][0-9]/bin/postgres")}
    return found[max(found)] if found and max(found) >= 15 else None


def _lives(number: int) -> bool:
    """Whether a process is there and not only waited for."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


class Cluster:
    """One server. `kill` is `kill -9` of all its processes at one moment."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin, self.folder = bin_folder, Path(tempfile.mkdtemp(prefix="openjuki-postgresql-", dir="/tmp"))
        self._as: dict[str, Any] = {"cwd": "/", "env": {"PATH": f"{bin_folder}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        made = [bin_folder / "initdb", "-D", self.folder / "data", "-A", "trust", "-U", ADMIN, "-E", "UTF8", "--no-sync", *LOCALE]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, **self._as)
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        self.start()
        with self.admin("postgres") as admin:
            for statement in documented("sql").split(";\n"):
                admin.execute(statement.encode())

    def start(self, *options: str) -> None:
        """Start, and wait until it answers."""
        self._port = next((option.removeprefix("port=") for option in options if option.startswith("port=")), "5432")
        words = [word for option in (*OPTIONS, *options) for word in ("-c", option)]
        command = [self._bin / "postgres", "-D", self.folder / "data", "-k", self.folder, *words]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as)
        ends_s = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < ends_s, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.02)

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self.admin("postgres"):
            return True
        return False

    def processes(self) -> list[int]:
        """The server and what it has forked."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [self._process.pid, *map(int, children)]

    def kill(self) -> None:
        """`kill -9`. The server is held first, lest it forks meanwhile; none of them holds its memory when this returns."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        killed = self.processes()
        for number in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self._process.wait()
        ends_s = time.monotonic() + 60
        while any(map(_lives, killed)):
            assert time.monotonic() < ends_s, "a killed process stays"
            time.sleep(0.005)

    def stop_kindly(self) -> None:
        """Stop, with everything written."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait()

    def stop(self) -> None:
        """Stop at once, and leave nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self, database: str = "openjuki") -> psycopg.Connection[Any]:
        """A session of the server's own administrator."""
        return psycopg.connect(host=str(self.folder), port=self._port, user=ADMIN, dbname=database, autocommit=True)

    def dump(self, schema: str) -> bytes:
        """The schema as pg_dump gives it."""
        command = [self._bin / "pg_dump", "-h", self.folder, "-U", ADMIN, "--clean", "-n", schema, "openjuki"]
        return subprocess.run(command, check=True, capture_output=True, **self._as).stdout

    def put_back(self, schema: str, dump: bytes) -> None:
        """The schema as it was then."""
        with self.admin() as admin:
            admin.execute(f"DROP SCHEMA {schema} CASCADE".encode())
        command = [self._bin / "psql", "-h", self.folder, "-U", ADMIN, "-q", "openjuki"]
        subprocess.run(command, check=True, input=dump, capture_output=True, **self._as)

    def put(self, name: str, content: bytes) -> None:
        """A file that the server may read, and nobody else."""
        file = self.folder / name
        file.write_bytes(content)
        file.chmod(0o600)
        os.chown(file, self._as.get("user", -1), self._as.get("group", -1))

    def settings(self, schema: str) -> Path:
        """The postgresql.toml of docs/postgresql.md, for this server and a schema; without one for a country."""
        text = documented("toml").replace('"/run/postgresql"', f'"{self.folder}"')
        lines = [line.replace('"centre"', f'"{schema}"') for line in text.splitlines() if schema or not line.startswith("schema")]
        file = self.folder / f"{schema or 'country'}.toml"
        file.write_text("\n".join(lines), encoding="utf-8")
        return file

    def store(self, schema: str, scripts: Any, mark: Any, settings: Path | None = None) -> PostgresStore:
        """A hub's store in that schema."""
        return PostgresStore(server_of(settings or self.settings(schema), wait_s=1.0), scripts, mark)


def documented(language: str) -> str:
    """The first block of that language in the operators' page."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1].rstrip().rstrip(";")


@cache
def cluster() -> Cluster:
    """The server that this process's tests share; the test is skipped where none can be had."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL's server is not installed: sudo apt-get install --no-install-recommends postgresql-15")
    return Cluster(found)


@contextlib.contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A server for one test, which may be killed."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL's server is not installed: sudo apt-get install --no-install-recommends postgresql-15")
    made = Cluster(found)
    try:
        yield made
    finally:
        made.stop()
