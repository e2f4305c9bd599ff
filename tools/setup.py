"""Makes everything a fresh machine lacks (環境構築): virtual environment, hash-locked packages, system packages.

    python3.11 tools/setup.py core          what the demonstration and the tests need
    python3.11 tools/setup.py core postgres and the database server on which the tests also run the hubs' store
    python3.11 tools/setup.py core counter  and the browser and the readers of documents that its tests drive
    python3.11 tools/setup.py core reader   and the card reader's daemon, the card's outside clients and the door to them
    python3.11 tools/setup.py core bench    and the peers of the side-by-side measurements

Standard library only, since nothing else is there yet. Each part is done once per lock: a stamp in `.venv` holds a digest of what the
part depends on, so a second call returns at once. System packages come through apt-get when we are root or sudo asks for no password;
otherwise the missing ones are listed with what that switches off, and only what cannot do without them fails.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
APT_OPTIONS = ["-o", "DPkg::Lock::Timeout=400", "-o", "Acquire::Retries=3"]


class SystemPackage(NamedTuple):
    """A package of the operating system: any of `signs` (a command or an absolute path) shows that it is there."""

    name: str
    signs: tuple[str, ...]
    switches_off: str


class Part(NamedTuple):
    """One thing to set up: its lock, and what it wants from the operating system."""

    lock: str
    system: tuple[SystemPackage, ...] = ()


POSTGRES = "/usr/lib/postgresql/15/bin/postgres"
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
VPCD = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
OPENSC = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
VENV_PACKAGE = SystemPackage("python3-venv", (), "everything: no virtual environment can be made")
PARTS = {
    "core": Part(
        "requirements/core.txt",
        (SystemPackage("fonts-ipamj-mincho", ("/usr/share/fonts/truetype/ipamj/ipamjm.ttf",), "pictures of characters that are refused"),),
    ),
    "bench": Part(
        "requirements/bench.txt",
        (
            SystemPackage("gcc", ("gcc",), "the bare C/OpenSSL echo, the link's measure"),
            SystemPackage("libc6-dev", ("/usr/include/stdio.h",), "the bare C/OpenSSL echo, the link's measure"),
            SystemPackage("libssl-dev", ("/usr/include/openssl/ssl.h",), "the bare C/OpenSSL echo, the link's measure"),
            SystemPackage("postgresql-15", (POSTGRES,), "the comparison of the store with PostgreSQL"),
        ),
    ),
    "counter": Part(
        "requirements/core.txt",
        (
            SystemPackage("chromium", ("chromium",), "the tests of the pages in a browser"),
            SystemPackage("fonts-noto-cjk", (NOTO,), "Japanese text of the pages in a browser without fonts of its own"),
            SystemPackage("poppler-utils", ("pdfsig",), "the tests of documents by a reader that is not ours"),
            SystemPackage("libnss3-tools", ("certutil",), "the tests of a document's signature by a reader that is not ours"),
        ),
    ),
    "reader": Part(
        "requirements/reader.txt",
        (
            SystemPackage("pcscd", ("pcscd", "/usr/sbin/pcscd"), "cards in a real reader"),
            SystemPackage("vsmartcard-vpcd", (VPCD,), "cards of this country in a reader of this machine"),
            SystemPackage("opensc", ("opensc-tool",), "the tests of the card by clients that are not ours"),
            SystemPackage("opensc-pkcs11", (OPENSC,), "the tests of the card by clients that are not ours"),
            SystemPackage("openssl", ("openssl",), "the tests of the card by clients that are not ours"),
            SystemPackage("swig", ("swig",), "the door to real readers, which is built here"),
            SystemPackage("gcc", ("gcc",), "the door to real readers, which is built here"),
            SystemPackage("libc6-dev", ("/usr/include/stdio.h",), "the door to real readers, which is built here"),
            SystemPackage("libpcsclite-dev", ("/usr/include/PCSC/winscard.h",), "the door to real readers, which is built here"),
            SystemPackage("python3-dev", ("/usr/include/python3.11/Python.h",), "the door to real readers, which is built here"),
        ),
    ),
    "postgres": Part("requirements/core.txt", (SystemPackage("postgresql-15", (POSTGRES,), "the tests of the store on PostgreSQL"),)),
}


def say(text: str) -> None:
    """One line to the person who waits, on standard error so that `--json` outputs stay clean."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, quiet: bool = True) -> bool:
    """Runs one command; its output is shown only if it fails. True if it exited with 0."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=quiet, text=True, check=False)
    if done.returncode and quiet:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
    return done.returncode == 0


def as_root() -> list[str] | None:
    """The words before a command that needs root: none if we are root, `sudo -n` if that works, otherwise None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def present(package: SystemPackage) -> bool:
    """True if a sign of the package is on this machine, however it came there."""
    return any(Path(sign).exists() if sign.startswith("/") else shutil.which(sign) is not None for sign in package.signs)


def install(packages: Sequence[SystemPackage]) -> bool:
    """Installs system packages through apt-get; False if that is not possible here."""
    prefix = as_root()
    if prefix is None:
        return False
    names = [package.name for package in packages]
    say(f"installing system packages: {' '.join(names)}")
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *APT_OPTIONS, "-qq"]
    return run(*quiet, "update") and run(*quiet, "install", "-y", "--no-install-recommends", *names)


def list_missing(packages: Sequence[SystemPackage]) -> None:
    """Says what is missing, what that switches off and the one command that mends it."""
    for package in packages:
        say(f"missing: {package.name} -> switched off: {package.switches_off}")
    say(f"to mend: sudo apt-get install {' '.join(package.name for package in packages)}")


def system_packages(part: Part) -> None:
    """Gets what the part wants from the operating system, as far as this user may."""
    wanted = [package for package in part.system if not present(package)]
    if wanted and not (install(wanted) and all(map(present, wanted))):
        list_missing([package for package in wanted if not present(package)])


def make_venv() -> None:
    """Makes `.venv` of this Python, with pip inside; on Debian this needs python3-venv, which is installed when allowed."""
    mine = f"import pip, sys; sys.exit(sys.base_prefix != {sys.base_prefix!r})"
    if run(PYTHON, "-c", mine) if PYTHON.exists() else False:
        return
    say("making .venv")
    if not can_make_venv() and not install([VENV_PACKAGE]):
        list_missing([VENV_PACKAGE])
        raise SystemExit(1)
    if not run(sys.executable, "-m", "venv", "--clear", VENV):
        raise SystemExit("setup: the virtual environment could not be made; see the messages above")


def can_make_venv() -> bool:
    """True if this Python brings what a virtual environment with pip needs."""
    probe = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return probe.returncode == 0


def digest(part: Part) -> str:
    """What the part depends on, in one number: the lock, the system's packages, our own declaration, this Python and this folder."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = repr((project["build-system"], project["project"], project["tool"]["setuptools"]))
    parts = [(ROOT / part.lock).read_text("utf-8"), repr(part.system), declared, repr(sys.version_info[:3]), sys.base_prefix, str(ROOT)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def install_locked(part: Part) -> None:
    """Installs what the lock names, by hash, then this package itself, in place."""
    say(f"installing {part.lock}")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    locked = run(*pip, "--require-hashes", "--no-deps", "--requirement", part.lock)
    if not locked or not run(*pip, "--no-deps", "--no-build-isolation", "--editable", "."):
        raise SystemExit("setup: packages could not be installed; check the network and the package index of this machine")


def set_up(name: str) -> None:
    """Sets one part up, once per lock."""
    part, stamp = PARTS[name], VENV / f"{name}.stamp"
    wanted = digest(part)
    if PYTHON.exists() and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    system_packages(part)
    make_venv()
    install_locked(part)
    stamp.write_text(wanted, "utf-8")
    say(f"{name} is ready")


def main(arguments: Sequence[str]) -> int:
    """Sets the named parts up in order; `core` if none is named. Exit 2 for a part that does not exist."""
    unknown = [name for name in arguments if name not in PARTS]
    if unknown:
        say(f"unknown part {unknown[0]}; there are: {', '.join(PARTS)}")
        return 2
    for name in arguments or ["core"]:
        set_up(name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
