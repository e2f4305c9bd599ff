"""Where clocks, randomness and sockets may be used (純粋性の規則; architecture section 1, idea 3).

Only `nodes`, `terminal`, `counter`, `simulation` and `cli` open sockets, read clocks or draw randomness; elsewhere they are arguments.
`wire` holds the Protocol class, so it may name asyncio's Protocol and Transport, but neither listen, connect nor ask a loop for the time.
"""

import ast
import re
from collections.abc import Iterator

from tests.house.sources import Source

FREE_ROOMS = frozenset({"nodes", "terminal", "counter", "simulation", "cli"})
MODULES = frozenset({"socket", "selectors", "random", "secrets", "uuid", "asyncio", "uvloop", "ssl"})
WIRE_MAY_NAME = frozenset(
    {"asyncio.Protocol", "asyncio.BufferedProtocol", "asyncio.BaseProtocol", "asyncio.Transport", "asyncio.BaseTransport"}
)
CLOCKS = frozenset(
    {f"time.{name}{end}" for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time") for end in ("", "_ns")}
    | {"time.sleep", "time.localtime", "time.gmtime", "time.strftime", "time.ctime"}
    | {f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")}
    | {"datetime.date.today"}
)
RANDOMNESS = frozenset({"os.urandom", "os.getrandom", "cryptography.x509.random_serial_number"})
LATE_IMPORTS = frozenset({"__import__", "importlib.import_module"})
LOOP_METHODS = frozenset(
    {"create_server", "create_connection", "create_datagram_endpoint", "create_unix_server", "start_tls", "wrap_socket"}
)
SQL = re.compile(r"CURRENT_(TIMESTAMP|DATE|TIME)\b|\brandom(blob)?\(|'now'")


def faults(source: Source) -> list[str]:
    """Every place of a file outside the free rooms that uses what it should be given; empty for a file in a free room."""
    if not source.path.startswith("src/") or source.room in FREE_ROOMS:
        return []
    found = {(line, what) for line, what in _uses(source) if not _allowed(source.room, what)}
    return [f"{source.path}:{line}: {what} (pass it in)" for line, what in sorted(found)]


def _allowed(room: str, what: str) -> bool:
    return room == "wire" and (what in WIRE_MAY_NAME or what in ("import asyncio", "import ssl"))


def _uses(source: Source) -> Iterator[tuple[int, str]]:
    names = _imported(source.tree)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node.lineno, what) for what in _imports(node))
        elif isinstance(node, ast.Attribute | ast.Name):
            yield from ((node.lineno, what) for what in _use(node, names))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            yield node.lineno, "SQL that reads the clock or draws randomness"


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    for module in modules:
        top = module.split(".")[0]
        if top in MODULES and not isinstance(node, ast.ImportFrom):
            yield f"import {top}"
        elif top in MODULES:
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _use(node: ast.Attribute | ast.Name, names: dict[str, str]) -> Iterator[str]:
    dotted = _dotted(node, names)
    if dotted.split(".")[0] in MODULES and "." in dotted:
        yield ".".join(dotted.split(".")[:2])
    elif dotted in CLOCKS | RANDOMNESS | LATE_IMPORTS:
        yield dotted
    elif isinstance(node, ast.Attribute) and node.attr in LOOP_METHODS:
        yield f".{node.attr}"


def _imported(tree: ast.Module) -> dict[str, str]:
    """What each name in the file stands for: `now` -> `time.monotonic` after `from time import monotonic as now`."""
    names = {"__import__": "__import__"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0] for alias in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
