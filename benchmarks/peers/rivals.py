"""gRPC and HTTPS as contestants: bare, by code, by name and birth date (比較対象)."""

import os
from pathlib import Path

from benchmarks.parties import ROOT
from benchmarks.peers.questions import KINDS
from benchmarks.people import make_file
from benchmarks.setting import Contestant, Setting, free_port, python


def database(setting: Setting, name: str) -> Path:
    """A table of residents of its own for each peer, so that no writer waits for another's."""
    path = setting.folder / f"{name}.sqlite"
    if not path.exists():
        make_file(path, setting.residents)
    return path


def rivals(setting: Setting, name: str) -> dict[str, Contestant]:
    """The three contestants of one peer, `name` "grpc" or "https", by kind; one server and one load serve all three."""
    port, folder = free_port(), setting.papers.folder
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = setting.serve(name, python(f"benchmarks.peers.{name}_server", port, folder, database(setting, name)), port, environment)
    driver = setting.drive(name, python(f"benchmarks.peers.{name}_load", port, folder, setting.residents))
    return {kind: Contestant(f"{name} {kind}", server, driver, kind) for kind in KINDS}
