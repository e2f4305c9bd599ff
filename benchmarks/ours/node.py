"""The whole node: a centre with law, final leaf and promise, asked by one agency over the C load (全国センターの業務サーバ).

As a module it is the server: PORT FOLDER RESIDENTS.
"""

import asyncio
import datetime
import os
import random
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks.certificates import Papers
from benchmarks.echo import fast_load
from benchmarks.ours.filling import fill
from benchmarks.ours.frames import header, number_at, read_answer, write_greeting, write_questions
from benchmarks.people import person
from benchmarks.setting import Contestant, Setting, free_port, python
from openjuki.keys.door import SEAL
from openjuki.keys.software import SoftwareKeys, key_from_seed
from openjuki.law.kinds import OfficeKind
from openjuki.law.policy import Field
from openjuki.nodes import process
from openjuki.nodes.clock import LoopClock
from openjuki.nodes.marks import FileMark
from openjuki.nodes.node import Node
from openjuki.nodes.tables import TABLES
from openjuki.nodes.tls import TlsNetwork, context
from openjuki.nodes.writer import Writer
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.marked_store import MarkedStore
from openjuki.offices.office import Office
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.wire.directory import Anchor, Directory, Entry, Head, SealKey, seal_head, tree_root
from openjuki.wire.network_ca import digest
from openjuki.wire.sides import CREDIT, Hello
from openjuki.wire.speech import Place

REALM = "sandbox"
CENTRE, AGENCY = "990001", "990078"
AFFAIR, BODY = "appendix:1:77", "日本年金機構"
FIELDS = (Field.NAME, Field.BIRTH, Field.SEX, Field.ADDRESS)
DAY_MS = 24 * 3600 * 1000
OPERATORS = 100
QUESTIONS = 5000


def _digest_of(certificate: Path) -> bytes:
    return digest(x509.load_pem_x509_certificate(certificate.read_bytes()).public_bytes(Encoding.DER))


def directory(papers: Papers, keys: SoftwareKeys, now_ms: int) -> Directory:
    """A sealed directory of two offices: the centre and one pension body."""
    public = keys.public(SEAL)
    seal = SealKey(SEAL, public, now_ms - DAY_MS, now_ms + DAY_MS)
    server, client = (_digest_of(papers.of(end)[0]) for end in ("server", "client"))
    entries = {
        CENTRE: Entry(CENTRE, OfficeKind.CENTRE, "centre", "", "127.0.0.1", 0, (server,), (seal,)),
        AGENCY: Entry(AGENCY, OfficeKind.APPENDIX_BODY, "agency", "", "127.0.0.1", 0, (client,), (), (BODY,), (AFFAIR,), per_day_max=10**9),
    }
    head = Head(REALM, 1, now_ms - 1000, now_ms + DAY_MS, len(entries), tree_root(entries))
    made = Directory(Anchor(REALM, CENTRE, public, papers.authority.read_bytes(), "127.0.0.1", 0))
    made.take(seal_head(head, SEAL, lambda text: keys.sign(SEAL, text)), entries.values())
    return made


def _no_asking(*_: object) -> None:
    raise RuntimeError("the centre asks nobody here")


def centre(papers: Papers, folder: Path, residents: int, loop: asyncio.AbstractEventLoop, network: TlsNetwork) -> Node:
    """The same Office and Node as in production, over a file of its own."""
    clock, keys = LoopClock(loop), SoftwareKeys({SEAL: key_from_seed(b"bench")})
    tables = TABLES[OfficeKind.CENTRE]
    store = MarkedStore(str(folder / "centre.sqlite"), tables.scripts, FileMark(folder / "centre.mark"))
    fill(store, residents)
    office = Office(
        place=Place(CENTRE, OfficeKind.CENTRE, ""),
        realm=REALM,
        store=store,
        executor=Writer(loop.call_soon_threadsafe),
        clock=clock,
        today=lambda: datetime.date(2013, 12, 1),
        entropy=os.urandom,
        directory=directory(papers, keys, clock.wall_ms()),
        seal_key=SEAL,
        sign=lambda text: keys.sign(SEAL, text),
        ask=_no_asking,
    )
    return Node(office, network, tables, _tell)


def _tell(office: str, tag: str, what: str) -> None:
    print(office, tag, what, file=sys.stderr, flush=True)


def contexts(papers: Papers) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The node's own TLS contexts, called and calling."""
    certificate, key = papers.of("server")
    called, calling = (context(server=side, certificate=certificate, key=key, network_ca=papers.authority) for side in (True, False))
    return called, calling


async def serve(port: str, folder: str, residents: str) -> None:
    """Listens until the process is ended."""
    papers, loop = Papers(Path(folder)), asyncio.get_running_loop()
    network = TlsNetwork(loop)
    node = centre(papers, Path(folder), int(residents), loop, network)
    network.admit(CENTRE, *contexts(papers))
    opened = loop.create_future()
    node.start(lambda: opened.set_result(None))
    await opened
    network.listen(node, "127.0.0.1", int(port))
    process.settle()
    await asyncio.Event().wait()


def questions(kind: str, residents: int) -> Iterator[IdentityQuery]:
    """Questions by "code" or by "name" and birth date about residents drawn at random, from a hundred operators."""
    chance = random.Random(1)
    for number in range(QUESTIONS):
        one = person(chance.randrange(residents))
        key = QueryKey(code=one.code) if kind == "code" else QueryKey(name=one.name, birth=one.birth)
        yield IdentityQuery(AFFAIR, f"2026-{number:08d}", f"op-{number % OPERATORS:06d}", key, FIELDS)


def check_answer(frame: bytes) -> IdentityAnswer:
    """The last answer of a turn, decoded: one person, with a promise."""
    answer = read_answer(frame, IdentityAnswer)
    if len(answer.persons) != 1 or not answer.promise.signature:
        raise ValueError("the node's answer holds no person or no promise")
    return answer


def node_contestants(setting: Setting) -> list[Contestant]:
    """The node asked by name and by code; one server and one load serve both."""
    port, folder = free_port(), setting.papers.folder
    server = setting.serve("node", python("benchmarks.ours.node", port, folder, setting.residents), port)
    head = header(REALM, AGENCY, CENTRE, IdentityQuery)
    greeting = write_greeting(setting.folder / "node.hello", REALM, AGENCY, CENTRE, Hello((1,), 1, CREDIT, b""))
    driver = fast_load(setting, "node", port, greeting=greeting, number_at=number_at(head))
    found = []
    for kind in ("code", "name"):
        frames = write_questions(setting.folder / f"node-{kind}.frames", head, questions(kind, setting.residents))
        found.append(Contestant(f"node {kind}", server, driver, str(frames), check=check_answer))
    return found


if __name__ == "__main__":
    process.run(serve(*sys.argv[1:4]))
