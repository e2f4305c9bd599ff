"""A country in one process: every office of a declared country as a real node, over real TLS and real files (模擬国; promise X4)."""

import asyncio
import datetime
import itertools
import os
import socket
import time
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from openjuki.keys.door import LINK, SEAL
from openjuki.keys.folder import key_file, read_key
from openjuki.keys.software import SoftwareKeys
from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.clock import LoopClock
from openjuki.nodes.keeping import Keeping
from openjuki.nodes.node import DUTY_S, Listen, Node
from openjuki.nodes.register_place import HUBS, begin_on_server, open_register, read_hub_store
from openjuki.nodes.tables import TABLES
from openjuki.nodes.tls import TlsNetwork, context, open_context
from openjuki.nodes.trust_folder import ANCHOR, read_trust, write_anchor, write_trust
from openjuki.nodes.writer import Writer
from openjuki.offices.office import Office
from openjuki.offices.store import STATEMENTS, Store
from openjuki.procedures import enrolment
from openjuki.register.errors import Broken, OpenJukiError, Say
from openjuki.simulation import ceremony, declaration
from openjuki.simulation.declaration import CENTRE, Declaration
from openjuki.simulation.stages import Stages, Tell
from openjuki.terminal.authority_folder import AUTHORITY_FOLDER, TRUST
from openjuki.terminal.authority_folder import read_trust as read_card_trust
from openjuki.wire.directory import Directory
from openjuki.wire.speech import Place

HEARD_MAX = 10_000
OPEN_AT_ONCE = 100
WRITERS, AWAKE_MAX = 2, 120
"""Threads that write, and registers that keep their pages in memory (all hubs of a nation among them); the others rest."""
STATEMENTS_OF_MANY = 50
"""Statements that each municipality of a nation keeps ready: with all 200 they took 95 MB more together."""
DUTY_OF_MANY_S = 2.0
"""Between two rounds of duties of each municipality of a nation: a round each second took a tenth of the loop's time, to find nothing.
Ordinances are read within so long (docs/operator.md)."""
MEND = Say("Look after its register, or restore it from a backup.", "台帳を確かめるか、控えから戻してください。")
FOUNDING, OPENING = Say("keys and certificates", "鍵と証明書の作成"), Say("offices open", "機関の開始")
FIRST_PORT, PORTS_IN_BLOCK, PORT_BLOCKS = 10_000, 50, 400
"""Ports 10000 to 29999, below the system's own range (32768 and up): fifty for each process."""


class Country:
    """All offices of one folder, running in the present event loop."""

    def __init__(
        self, folder: Path, declared: Declaration, directory: Directory, today: Callable[[], datetime.date], listen: Listen,
        writers: int = WRITERS,
    ) -> None:  # fmt: skip
        self.folder, self.declared, self.directory, self.today = folder, declared, directory, today
        self.loop = asyncio.get_running_loop()
        self.clock = LoopClock(self.loop)
        self.writer = Writer(self.loop.call_soon_threadsafe, writers, AWAKE_MAX)
        self._threads = ThreadPoolExecutor(os.cpu_count(), "country")
        """For handshakes and to open registers: more threads than processors only contend for OpenSSL's locks and the interpreter."""
        self._listen = listen
        self.heard: deque[tuple[str, str, str]] = deque(maxlen=HEARD_MAX)
        """The last audit events: (office, tag, what)."""
        self.nodes: dict[str, Node] = {}
        self._networks: dict[str, TlsNetwork] = {}
        self._opening: dict[str, asyncio.Future[None]] = {}
        self._keeping = Keeping(directory, self.clock, self._save, lambda tag, what: self._hear("", tag, what), os.urandom(1)[0] / 256)
        self._keeper: asyncio.Task[None] | None = None

    def _save(self) -> None:
        write_trust(self.folder / "trust", self.directory)

    def _hear(self, office: str, tag: str, what: str) -> None:
        self._keeping.heard(tag, what)
        if tag == "node:office:failed" and office in self._opening:
            self._opening[office].set_exception(Broken(office, Say(f"cannot be opened: {what}", f"開始できません（{what}）。"), MEND))
        self.heard.append((office, tag, what))
        self._listen(office, tag, what)

    async def start(self, codes: Collection[str], tell: Tell = lambda done, total: None) -> None:
        """Open offices and their listeners, the centre first: it has the newest directory. Raises NotReady if a port is not free."""
        if CENTRE in codes:
            await self.open(CENTRE)
        others = [code for code in codes if code != CENTRE]
        for at in range(0, len(others), OPEN_AT_ONCE):
            outcomes = await asyncio.gather(*(self.open(code) for code in others[at : at + OPEN_AT_ONCE]), return_exceptions=True)
            for outcome in outcomes:  # all have ended before the first that failed is told: nothing opens behind a country that is closed
                if isinstance(outcome, BaseException):
                    raise outcome
            tell(min(at + OPEN_AT_ONCE, len(others)), len(others))
        self.nodes = {code: self.nodes[code] for code in dict.fromkeys((*codes, *self.nodes))}  # in order, though disks are not
        self._keeper = self.loop.create_task(self._keeping.run(lambda: list(self.nodes.values()), pulling=CENTRE not in codes))

    async def open(self, code: str) -> None:
        """Open one office and its listener; the centre also listens for applicants."""
        node = self.nodes[code] = await self._node(code)
        opened = self._opening[code] = self.loop.create_future()
        node.start(lambda: opened.set_result(None))
        try:
            await opened
        finally:
            del self._opening[code]
        entry = self.directory.entries[code]
        self._networks[code].listen(node, entry.host, entry.port)
        if code == CENTRE:
            await self._open_enrolment()

    async def close(self, code: str) -> None:
        """Close one office: its links, its listener, and its file once what was submitted is on disk."""
        node = self.nodes.pop(code)
        node.stop()
        await self._networks.pop(code).stop()
        with suppress(OpenJukiError):  # a store that cannot write any more has nothing to finish
            await self.call(node.office.write, lambda transaction: None)
        self.writer.release(node.office.store)
        node.office.store.close()

    async def _open_enrolment(self) -> None:
        """The centre brings its own directory up to date and listens for applicants."""
        centre, folder, anchor = self.nodes[CENTRE], self.folder / "offices" / CENTRE, self.directory.anchor
        centre.office.certify = ceremony.certifier(self.folder, self.declared.realm, os.urandom, self.clock.wall_ms)
        if (self.folder / AUTHORITY_FOLDER / TRUST).exists():  # founded with the country, but older ones have none
            centre.office.card_trust = read_card_trust(self.folder / AUTHORITY_FOLDER)
        await self.call(enrolment.open_register, centre.office)
        write_anchor(self.folder / "trust" / ANCHOR, anchor)
        open_to_all = open_context(certificate=folder / "link.pem", key=key_file(folder, LINK))
        self._networks[CENTRE].listen(centre, anchor.host, anchor.port, enrolment=open_to_all)

    async def _node(self, code: str) -> Node:
        folder, kind = self.folder / "offices" / code, self.directory.entries[code].kind
        statements = STATEMENTS_OF_MANY if self._is_one_of_many(kind) else STATEMENTS
        store = await self.loop.run_in_executor(self._threads, open_register, folder, kind, TABLES[kind].scripts, statements)
        node, self._networks[code] = self._made(code, self.directory, store)
        return node

    def _is_one_of_many(self, kind: OfficeKind) -> bool:
        """Whether an office of that kind is one of a nation's: most of them have nothing to do at any moment."""
        return kind not in HUBS and len(self.directory.entries) > AWAKE_MAX

    def second(self, code: str, directory: Directory, file: Path) -> Node:
        """A second node of an office, with a directory and a register of its own; it does not listen."""
        return self._made(code, directory, Store(str(file), TABLES[directory.entries[code].kind].scripts))[0]

    def _made(self, code: str, directory: Directory, store: Store) -> tuple[Node, TlsNetwork]:
        entry = directory.entries[code]
        folder, tables = self.folder / "offices" / code, TABLES[entry.kind]
        keys = SoftwareKeys({SEAL: read_key(key_file(folder, SEAL))})
        office = Office(
            place=Place(code, entry.kind, entry.prefecture), realm=self.declared.realm, store=store,
            executor=self.writer, clock=self.clock, today=self.today, entropy=os.urandom, directory=directory,
            seal_key=entry.seal_keys[-1].key_id, sign=lambda message: keys.sign(SEAL, message), ask=_no_node,
            profile=Profile(self.declared.profile),
        )  # fmt: skip
        files = {"certificate": folder / "link.pem", "key": key_file(folder, LINK), "network_ca": self.folder / "trust" / "network-ca.pem"}
        network = TlsNetwork(self.loop, threads=self._threads)
        network.admit(code, partial(context, server=True, **files), partial(context, server=False, **files))
        duty_s = DUTY_OF_MANY_S if self._is_one_of_many(entry.kind) else DUTY_S
        return Node(office, network, tables, self._hear, duty_s=duty_s), network

    async def call(self, step: Callable[..., None], *arguments: Any) -> Any:
        """Run a procedure's step and wait for its outcome; errors are raised."""
        answered = self.loop.create_future()
        step(*arguments, lambda outcome: None if answered.done() else answered.set_result(outcome))
        outcome = await answered
        if isinstance(outcome, OpenJukiError):
            raise outcome
        return outcome

    def office(self, code: str) -> Office:
        """The office of a code."""
        return self.nodes[code].office

    def of_kind(self, kind: OfficeKind) -> list[Node]:
        """All running offices of a kind."""
        return [node for node in self.nodes.values() if node.place.kind is kind]

    async def at_rest(self, patience_s: float = 60.0) -> None:
        """Wait until no office recovers from a restore any more, but not for ever: one of them may wait for an operator's word."""
        end_s = self.clock.monotonic_s() + patience_s
        while any(node.office.recovering for node in self.nodes.values()) and self.clock.monotonic_s() < end_s:
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """Close every office, then the writer."""
        if self._keeper is not None:
            self._keeper.cancel()
        self._keeping.keep()
        for node in self.nodes.values():
            node.stop()
        await asyncio.gather(*(self.close(code) for code in list(self.nodes)))
        self.writer.stop()
        self._threads.shutdown(wait=False)


def _no_node(*arguments: Any) -> None:
    raise RuntimeError("an office asks only once it has a node")


async def up(
    folder: Path,
    declared: Declaration | None = None,
    *,
    today: Callable[[], datetime.date] = datetime.date.today,
    listen: Listen = lambda office, tag, what: None,
    first_port: int = 0,
    elsewhere: Collection[str] = (),
    stages: Stages | None = None,
    hub_store: Path | None = None,
) -> Country:
    """Start the country of a folder; found it first if there is none. Offices named in `elsewhere` run in processes of their own.

    `hub_store` is a postgresql.toml: a new country's prefectures and centre keep their registers on that server.
    Raises NotReady if a port is not free; nothing runs then.
    """
    file, stages = folder / "country.toml", stages or Stages()
    if not file.exists():
        declared, server = declared or declaration.declare(), read_hub_store(hub_store) if hub_store else None
        folder.mkdir(parents=True, exist_ok=True)
        with stages("keys", FOUNDING) as tell:
            ceremony.found(declared, folder, os.urandom, time.time_ns() // 1_000_000, _ports(first_port), tell)
        for office in declared.offices:
            if server is not None and office.kind in HUBS:
                begin_on_server(folder / "offices" / office.code, office.code, server)
        declaration.write(declared, file)
    country = Country(folder, declaration.read(file), read_trust(folder / "trust"), today, listen)
    try:
        with stages("offices", OPENING) as tell:
            await country.start([o.code for o in country.declared.offices if o.kind in TABLES and o.code not in elsewhere], tell)
            if not elsewhere:
                await country.at_rest()
    except BaseException:
        await country.stop()
        raise
    return country


def _ports(first: int) -> Callable[[], int]:
    """Free loopback ports: counted from `first`, or for 0 from a place of this process's own.

    They lie below the range from which the system takes ports for connections going out: one of those would sit on an office's port
    while the office is closed, and countries founded side by side must not be given the same.
    """
    following = itertools.count(first or FIRST_PORT + os.getpid() % PORT_BLOCKS * PORTS_IN_BLOCK)

    def port() -> int:
        for number in following:
            if first or _is_free(number):
                return number
        raise AssertionError("counting does not end")

    return port


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


__all__ = ["CENTRE", "Country", "up"]
