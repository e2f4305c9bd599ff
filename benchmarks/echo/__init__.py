"""The bare C/OpenSSL echo and the C load, compiled when a measurement starts (下限の測定)."""

import struct
import subprocess
from pathlib import Path

from benchmarks.certificates import Papers
from benchmarks.parties import Driver
from benchmarks.setting import Contestant, Setting, free_port, missing_tool

HERE = Path(__file__).resolve().parent
FRAMES = 64


def why_not() -> str:
    """Empty when the C parts can be built here, else what is missing and what that switches off."""
    if missing_tool("gcc"):
        return "gcc is missing: no echo and no fast load (apt-get install gcc)"
    probe = subprocess.run(["gcc", "-E", "-xc", "-"], input="#include <openssl/ssl.h>", text=True, capture_output=True, check=False)
    return "" if probe.returncode == 0 else "OpenSSL's headers are missing: no echo and no fast load (apt-get install libssl-dev)"


def build(name: str, folder: Path) -> Path:
    """Compiles echo.c or load.c into `folder`; CalledProcessError when the compiler refuses."""
    program = folder / name
    if not program.exists():
        subprocess.run(["gcc", "-O2", "-Wall", "-o", program, HERE / f"{name}.c", "-lssl", "-lcrypto", "-lpthread"], check=True)
    return program


def fast_load(
    setting: Setting, name: str, port: int, *, greeting: Path | str = "-", number_at: int = 0, papers: Papers | None = None
) -> Driver:
    """The C load against any server that speaks our frames; what `greeting` and `number_at` mean stands in load.c."""
    papers = papers or setting.papers
    certificate, key = papers.of("client")
    command: list[str | Path] = [
        build("load", setting.folder),
        str(port),
        papers.authority,
        certificate,
        key,
        str(greeting),
        str(number_at),
    ]
    return setting.drive(name, command)


def echo(setting: Setting, frame_bytes: int) -> Contestant:
    """The limit: same-size frames, mutual TLS 1.3, nothing else."""
    port, (certificate, key) = free_port(), setting.papers.of("server")
    command: list[str | Path] = [build("echo", setting.folder), str(port), setting.papers.authority, certificate, key]
    server = setting.serve("echo", command, port)
    frames = setting.folder / "echo.frames"
    frames.write_bytes((struct.pack(">IH", frame_bytes - 6, 0) + bytes(frame_bytes - 6)) * FRAMES)
    return Contestant("C echo", server, fast_load(setting, "echo", port), str(frames))
