"""A room with a reader: pcscd and vpcd in a mount and network namespace of their own, without systemd (試験用の読取り装置).

    python reader_room.py CONFIG_FOLDER apart     run inside `unshare -mn`; becomes pcscd, so that its process number is the room's

Cards and clients enter by `nsenter`. Where namespaces are not allowed, the machine's only reader is used by one test file
at a time. Every client is limited in time: a hung reader must fail its test, not the whole run.
"""

import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

VPCD = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
PKCS11 = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
ROOT = Path(__file__).resolve().parents[2]
CLIENT_S, READY_S = 30, 20
APART = ("-mn",) if os.geteuid() == 0 else ("-Urmn",)
READER = f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {VPCD}\nCHANNELID 0x8C7B\n'
OPENSC = "app default {\n  card_drivers = jpki;\n  framework pkcs15 { use_file_caching = no; }\n}\n"
_FLAGS_SET, _UP = 0x8914, 0x1


class ReaderRoom:
    """A running pcscd with one virtual reader of two slots, and ways to reach it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path, text in ((folder / "readers" / "vpcd", READER), (folder / "opensc.conf", OPENSC)):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        self.apart = may_be_apart()
        command = [sys.executable, __file__, str(folder / "readers")]
        if self.apart:
            command = ["unshare", *APART, *command, "apart"]
        else:
            self.turn = take_the_only_reader()
        self.log = (folder / "pcscd.log").open("wb")
        self.daemon = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        seen_from = Path("/proc", str(self.daemon.pid), "root") if self.apart else Path("/")
        self._wait((seen_from / "run" / "pcscd" / "pcscd.comm").exists, "pcscd did not start")

    def inside(self, *command: str) -> list[str]:
        """The command as it is run in the room."""
        if not self.apart:
            return list(command)
        flags = ("-m", "-n") if os.geteuid() == 0 else ("-U", "--preserve-credentials", "-m", "-n")
        return ["nsenter", "-t", str(self.daemon.pid), *flags, "--wd=" + str(ROOT), *command]

    def beside(self, *command: str) -> list[str]:
        """The command with the room's reader and the machine's own network: an agent reads the card here and dials an office out there."""
        return [word for word in self.inside(*command) if word != "-n"]

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a client to its end and returns what it said."""
        done = subprocess.run(
            self.inside(*command), env=self.environment(), capture_output=True, text=True, timeout=CLIENT_S, check=False
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Starts something that stays, a card for instance."""
        return subprocess.Popen(
            self.inside(*command), env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        return {**os.environ, "OPENSC_CONF": str(self.folder / "opensc.conf"), "PYTHONPATH": path, "LC_ALL": "C.UTF-8"}

    def wait_for_card(self, there: bool = True) -> None:
        """Waits until the reader says that a card is in its first slot, or that none is."""
        self._wait(lambda: self._has_card() == there, "the reader does not see the card" if there else "the card is still there")

    def close(self) -> None:
        """Ends pcscd; the namespaces go with it."""
        self.daemon.terminate()
        self.daemon.wait(READY_S)
        self.log.close()
        if not self.apart:
            self.turn.close()

    def _has_card(self) -> bool:
        return bool(re.search(r"^0\s+Yes", self.run("opensc-tool", "-l").stdout, re.MULTILINE))

    def _wait(self, done, fault: str) -> None:
        until = time.monotonic() + READY_S
        while not done():
            if time.monotonic() > until or self.daemon.poll() is not None:
                raise AssertionError(f"{fault}: {(self.folder / 'pcscd.log').read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.05)


def missing() -> list[str]:
    """What this machine lacks for these tests; `make test` installs it."""
    programs = ("unshare", "nsenter", "mount", "pcscd", "opensc-tool", "pkcs15-tool", "pkcs11-tool", "openssl")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [name for name in programs if not shutil.which(name, path=path)] + [name for name in (VPCD, PKCS11) if not Path(name).exists()]


def may_be_apart() -> bool:
    """Whether this machine lets us have namespaces of our own; a container without rights does not."""
    return subprocess.run(["unshare", *APART, "true"], capture_output=True, check=False).returncode == 0


def take_the_only_reader() -> IO[str]:
    """Where there is but one reader for the whole machine: waits for its turn among our own tests, and fails if somebody else has it."""
    turn = Path(tempfile.gettempdir(), "openjuki-reader.lock").open("w")  # noqa: SIM115 - held until the room closes
    fcntl.flock(turn, fcntl.LOCK_EX)
    comm = Path("/run/pcscd/pcscd.comm")
    if comm.exists():
        with socket.socket(socket.AF_UNIX) as any_socket:
            if any_socket.connect_ex(str(comm)) == 0:
                raise AssertionError("another pcscd runs on this machine; stop it, or let these tests have namespaces (unshare -mn)")
    return turn


def become_pcscd(readers: str, *, apart: bool) -> None:
    """This process is pcscd; in namespaces of its own the loopback is up and /run is ours alone."""
    if apart:
        prepare_namespaces()
    Path("/run/pcscd").mkdir(exist_ok=True)
    os.execv("/usr/sbin/pcscd", ["pcscd", "--foreground", "--config", readers])


def prepare_namespaces() -> None:
    """The loopback is up, and /run is empty and ours."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _FLAGS_SET, struct.pack("16sh14x", b"lo", _UP))
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)


if __name__ == "__main__":
    become_pcscd(sys.argv[1], apart="apart" in sys.argv[2:])
