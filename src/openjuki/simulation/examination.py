"""Examination of a machine and of a country's folder: what would keep it from running (点検項目; architecture sections 2 and 7)."""

import os
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec

from openjuki.nodes import control, process
from openjuki.nodes.character_pictures import FONTS
from openjuki.nodes.trust_folder import Trust
from openjuki.register.errors import Say

PYTHON = (3, 11)
FREE_BYTES_MIN = 500_000_000
DESCRIPTORS_MIN = 1_024
YEAR_MIN = 2025
"""The clock of a machine that says an earlier year was never set."""
NOTHING = Say("", "")


class Finding(NamedTuple):
    """One thing that was looked at; `remedy` is for whoever keeps the machine."""

    item: str
    ok: bool
    what: Say
    remedy: Say = NOTHING


def examine(folder: Path) -> list[Finding]:
    """Look at the machine, and at the folder if a country is in it."""
    findings = [_python(), _sqlite(), _descriptors(), _disk(folder), _clock(), _font()]
    if not (folder / "country.toml").exists():
        none = Say("there is none yet; a command makes the small one.", "まだありません。最初の操作で小さな国を作ります。")
        return [*findings, Finding("country", True, none)]
    return [*findings, *_files(folder), *_directory(folder)]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, PYTHON))
    remedy = Say(f"Install Python {wanted} or later.", f"Python {wanted}以降を入れてください。")
    return Finding("python", sys.version_info >= PYTHON, Say(version, version), remedy)


def _sqlite() -> Finding:
    version = apsw.sqlite_lib_version()
    return Finding("sqlite", True, Say(f"apsw {version}, sqlite3 {sqlite3.sqlite_version}", f"apsw {version}"))


def _descriptors() -> Finding:
    limit = process.allow_descriptors()
    what = Say(f"{limit} open files allowed", f"同時に開けるファイル {limit}")
    return Finding("descriptors", limit >= DESCRIPTORS_MIN, what, Say("Raise it: ulimit -n 65536", "ulimit -n 65536 で増やしてください。"))


def _disk(folder: Path) -> Finding:
    place = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(place).free
    what = Say(f"{free / 1e9:.1f} GB free", f"空き {free / 1e9:.1f} GB")
    return Finding("disk", free >= FREE_BYTES_MIN and os.access(place, os.W_OK), what, Say("Free space there.", "空きを作ってください。"))


def _clock() -> Finding:
    year = time.gmtime().tm_year
    what = Say(time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()), time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()))
    return Finding("clock", year >= YEAR_MIN, what, Say("Set the machine's clock.", "時計を合わせてください。"))


def _font() -> Finding:
    """Nothing is wrong without it: names are checked against a table, and only pictures of refused characters are missing."""
    there = Say("the printing font is there.", "印字フォントがあります。")
    none = Say(
        "no printing font: refused characters are not drawn (Debian: fonts-ipamj-mincho).", "印字フォントがなく、文字の図形は出ません。"
    )
    return Finding("font", True, there if FONTS[0].exists() else none)


def _files(folder: Path) -> Iterator[Finding]:
    """Keys of mode 0600, a certificate beside each, registers that can be written."""
    keys = sorted(folder.rglob("*.key.pem"))
    open_keys = [path for path in keys if path.stat().st_mode & 0o077]
    what = Say(f"{len(keys)} keys, {len(open_keys)} readable by others", f"鍵{len(keys)}、他者が読める鍵{len(open_keys)}")
    yield Finding("keys", bool(keys) and not open_keys, what, Say("chmod 600 these files.", "権限を0600にしてください。"))
    offices = sorted(path for path in (folder / "offices").iterdir() if path.is_dir())
    bare = [path.name for path in offices if not (path / "link.pem").exists()]
    what = Say(f"{len(offices)} offices, {len(bare)} without certificate", f"機関{len(offices)}、証明書のない機関{len(bare)}")
    yield Finding("offices", bool(offices) and not bare, what, Say("Enrol them anew.", "登録し直してください。"))
    held = [path for path in folder.rglob("register.db") if not os.access(path, os.W_OK)]
    what = Say(f"{len(held)} registers cannot be written", f"書き込めない台帳{len(held)}")
    yield Finding("registers", not held, what, Say("Give them to the user who runs the country.", "実行する利用者に権限を与えてください。"))


def _directory(folder: Path) -> Iterator[Finding]:
    """Its head's age, and whether the offices' ports are free or theirs."""
    try:
        trust = msgspec.msgpack.decode((folder / "trust" / "directory.bin").read_bytes(), type=Trust)
    except (OSError, msgspec.MsgspecError):
        lost = Say("cannot be read.", "読めません。")
        yield Finding("directory", False, lost, Say("Restore trust/ from a backup.", "trust/ を控えから戻してください。"))
        return
    hours = (trust.sealed.head.until_ms - time.time() * 1000) / 3_600_000
    running = control.is_running(folder)
    what = Say(f"number {trust.sealed.head.number}, {hours:.1f} h left", f"第{trust.sealed.head.number}号、残り{hours:.1f}時間")
    remedy = Say("Start the country anew: it seals a fresh one.", "国を起動し直すと新しい名簿になります。")
    yield Finding("directory", hours > 0 or not running, what, remedy)
    taken = [] if running else [entry.port for entry in trust.entries if not _is_free(entry.host, entry.port)]
    what = Say(f"{len(taken)} in use by others", f"他で使用中{len(taken)}")
    yield Finding("ports", not taken, what, Say("Stop what listens there.", "使用中のプログラムを止めてください。"))


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True
