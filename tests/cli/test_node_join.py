"""docs/joining.md is played as it stands, with real processes: an office joins, opens, is suspended and opened again (機関の登録)."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "joining.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
PATIENCE_S = 30.0


def free_port() -> int:
    """Below the ports that the system hands out for connections going out: one of those would sit on it before the office opens."""
    for port in range(30_000 + os.getpid() % 2_000, 32_768):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no free port")


class Desk:
    """A folder in which the page's commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.running = folder, str(free_port()), []
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}

    def type(self, block: str) -> str:
        """Runs a block that ends; its exit code is the page's."""
        expected = re.search(r"# ends with (\d+)", block)
        asked = ["bash", "-e", "-c", block.replace("4600", self.port)]
        ran = subprocess.run(asked, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60)
        assert ran.returncode == int(expected[1] if expected else 0), (block, ran.stdout, ran.stderr)
        return ran.stdout

    def leave_running(self, block: str) -> None:
        """Runs a block that goes on until it is stopped, and waits until it says that it runs."""
        said = self.folder / f"said-{len(self.running)}"
        with said.open("w") as file:
            started = subprocess.Popen(["bash", "-c", f"exec {block}"], cwd=self.folder, env=self.environment, stdout=file, stderr=file)
        self.running.append(started)
        until(lambda: " runs" in said.read_text() or started.poll() is not None)
        assert started.poll() is None, said.read_text()

    def status(self, folder: str) -> dict[str, dict]:
        said = self.type(f"openjuki status --json --dir {folder}")
        return {office["code"]: office for office in json.loads(said)["offices"]}

    def stop(self) -> None:
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(PATIENCE_S) for process in self.running] == [0] * len(self.running)


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    made = Desk(folder)
    try:
        yield made
        made.stop()
    finally:
        for process in made.running:
            process.kill()


def until(holds: Callable[[], object]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, "it did not happen"
        time.sleep(0.1)


@pytest.mark.slow
def test_a_municipality_joins_as_the_page_says_and_its_resident_is_known_at_prefecture_and_centre(tmp_path: Path) -> None:
    up, files, apply, requests, agree, fetch, run, bring_in, ask, suspend, open_again = BLOCKS
    with desk(tmp_path) as at:
        at.leave_running(up)
        at.type(files)
        at.type(apply)
        office = tmp_path / "kanoya" / "offices" / "462039"
        keys = {path.name: path.read_bytes() for path in office.glob("*.key.pem")}
        assert {path.stat().st_mode & 0o777 for path in office.glob("*.key.pem")} == {0o600}
        at.type(apply)
        assert at.type(requests).count("462039  municipality  鹿屋市") == 1, "the same request is not a second one"
        at.type(agree)
        at.type(fetch)
        assert keys == {path.name: path.read_bytes() for path in office.glob("*.key.pem")}, "no key is made twice"
        at.leave_running(run)
        before = at.status("country")
        at.type(bring_in)
        until(lambda: "鹿屋　花子" in at.type(ask))
        after = at.status("country")
        assert [after[hub]["persons"] - before[hub]["persons"] for hub in ("460001", "centre")] == [1, 1]
        assert "462039" in after["460001"]["links"]

        at.type(suspend)
        until(lambda: not any("462039" in held["links"] for held in at.status("country").values()))
        at.type(bring_in.replace("1,1,鹿屋", "2,2,鹿屋").replace("花子", "花代"))
        time.sleep(1.0)
        assert at.status("kanoya/offices/462039")["462039"]["waiting"] == 1, "nobody takes the notice of a suspended office"
        assert at.status("country")["460001"]["persons"] == after["460001"]["persons"]
        at.type(open_again)
        until(lambda: at.status("country")["centre"]["persons"] == after["centre"]["persons"] + 1)


@pytest.mark.slow
def test_who_waits_hears_of_a_refusal_and_keeps_its_keys(tmp_path: Path) -> None:
    up, files, apply, requests, *_ = BLOCKS
    with desk(tmp_path) as at:
        at.leave_running(up.replace("60", "0"))
        at.type(files)
        waiting = ["openjuki", "node", "join", "kanoya/node.toml", "--wait", "--json"]
        joining = subprocess.Popen(waiting, cwd=tmp_path, env=at.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until(lambda: "鹿屋市" in at.type(requests))
        at.type("openjuki node refuse 1 --officer sato --dir country")
        said, _ = joining.communicate(timeout=PATIENCE_S)
        assert joining.returncode == 4
        assert json.loads(said)["state"] == "refused"
        at.type(apply.replace("75", "4"))
        assert not (tmp_path / "kanoya" / "offices" / "462039" / "link.pem").exists()
        assert at.type("openjuki node run kanoya/offices/462039 2>&1  # ends with 1").startswith("trust/directory.bin")


def test_a_folder_without_a_country_is_not_made_into_one(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["node", "requests", "--dir", str(tmp_path / "none")])
    assert ran.exit_code == 75
    assert not (tmp_path / "none").exists()


def test_a_wrong_setting_ends_the_command_before_a_key_is_made(tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text('realm = "sandbox"\nkolour = "red"\n')
    ran = CliRunner().invoke(main, ["node", "join", str(tmp_path / "node.toml"), "--lang", "en"])
    assert ran.exit_code == 1
    assert ran.stderr.startswith("kolour: there is no such setting.")
    assert [path.name for path in tmp_path.iterdir()] == ["node.toml"]
