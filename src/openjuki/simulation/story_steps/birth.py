"""Step `birth`: 光 is born, and prefecture and centre know within a second, and nothing but her identity (出生; N1 N2 P1 P12)."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from openjuki.nodes.tls import ALPN, context
from openjuki.offices.dated_rules import telling
from openjuki.offices.municipality import told
from openjuki.offices.store import Transaction
from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.register.codes import check_number
from openjuki.register.errors import Say
from openjuki.register.identity import Sex
from openjuki.register.record import ResidentRecord
from openjuki.simulation.story_people import HIKARI, HIKARI_BIRTH, HIKARI_KANA, YOSHIKO
from openjuki.simulation.story_steps.stage import AIRA, CLERK, Stage, expect
from openjuki.wire.network_ca import digest

PROMISES = ("N1", "N2", "P1", "P12")
WITHIN_MS = 1_000
HUB_TABLES = {
    "person": {"id", "code", "n", "office", "version", "status", "date", "identity", "name_birth", "kana_birth", "name_address"},
    "code": {"code", "person"},
    "state": {"person", "n", "office", "version", "received_ms", "change", "asked"},
    "parked": {"id", "awaited", "own", "office", "since_ms", "alarmed", "asked_ms", "change"},
}
"""The tables in which prefecture and centre keep persons, with their columns; there is no other that names one of them."""


class Secured(NamedTuple):
    """What a connection between two offices turned out to be."""

    version: str
    protocol: str | None
    peer_listed: bool


async def play(stage: Stage) -> Say:
    """All of the step."""
    child = await register_birth(stage)
    ms = await hubs_know(stage, child)
    await slip_is_to_be_printed(stage, child)
    await hubs_hold_only_identity(stage)
    await link_is_encrypted(stage, AIRA, stage.hubs[0])
    return Say(
        f"光 is born; Aira enters the record, allots a code and puts the notice slip on the print list. Kagoshima and the centre"
        f" knew after {ms:.0f} ms, over TLS 1.3 between offices that proved who they are, and hold nothing but identity.",
        f"光が生まれ、姶良市は住民票を作り、住民票コードを記載し、通知票を印刷待ちにした。鹿児島県と全国センターには{ms:.0f}ミリ秒で届き、"
        f"相互に認証した暗号回線を通り、両者が持つのは本人確認情報だけである。",
    )


async def register_birth(stage: Stage, name: str = HIKARI) -> ResidentRecord:
    """Aira enters a child of 美子's."""
    mother = await stage.resident(YOSHIKO)
    filing = BirthNotification(mother.code, name, HIKARI_KANA, HIKARI_BIRTH, Sex.FEMALE, "子", "2013-12-02")
    child: ResidentRecord = await stage.do(enter_birth, stage.office(AIRA), CLERK, filing)
    expect(check_number("resident-code", child.code) is None, "N2", "the code is not a valid one.", "住民票コードが正しくありません。")
    return child


async def hubs_know(stage: Stage, child: ResidentRecord) -> float:
    """Prefecture and centre hold the identity that the municipality tells on this day, within a second; returns milliseconds."""

    async def everywhere() -> bool:
        return all([await stage.at_hub(hub, child.code) for hub in stage.hubs])

    ms = await stage.until(everywhere, "N1")
    expect(ms < WITHIN_MS, "N1", f"it took {ms:.0f} ms.", f"{ms:.0f}ミリ秒かかりました。")
    said = told(child, telling(stage.office(AIRA)).left_out)
    for hub in stage.hubs:
        found = await stage.at_hub(hub, child.code)
        same = found is not None and found.identity == said
        expect(same, "N1", "the hub holds another identity.", "本人確認情報が一致しません。")
    return ms


async def slip_is_to_be_printed(stage: Stage, child: ResidentRecord) -> None:
    """The resident gets a notice of the code on paper."""
    sql = "SELECT count(*) FROM notice_slip WHERE person = ? AND kind = 'code-new'"
    count = await stage.look(AIRA, lambda transaction: transaction.value(sql, child.person))
    expect(count == 1, "N2", "the notice slip is not on the print list.", "通知票が印刷待ちにありません。")


async def hubs_hold_only_identity(stage: Stage) -> None:
    """Walk the hubs' tables, then search their files for what only a resident record holds; Aira's own file shows that one would see it."""
    mother = await stage.resident(YOSHIKO)
    canaries = [text.encode() for text in (mother.registered_domicile, "世帯主")]
    expect(all(map(await _holds(stage, AIRA), canaries)), "P1", "the search sees nothing.", "検査が働いていません。")
    for hub in stage.hubs:
        tables = await stage.look(hub, lambda transaction: transaction.tables())
        for table, columns in HUB_TABLES.items():
            expect(tables[table] == columns, "P1", f"table {table} has other columns.", f"表{table}の列が違います。")
        expect(not any(map(await _holds(stage, hub), canaries)), "P1", "a hub holds a resident record.", "住民票の記載事項があります。")


async def _holds(stage: Stage, office: str) -> Callable[[bytes], bool]:
    """Looks into the register's files; a hub on a database server has none, there into every row."""
    files = (stage.country.folder / "offices" / office).glob("register.db*")
    held = b"".join(file.read_bytes() for file in files) or await stage.look(office, _contents)
    return lambda canary: canary in held


def _contents(transaction: Transaction) -> bytes:
    rows = (row for table in transaction.tables() for row in transaction.all(f"SELECT * FROM {table}"))  # noqa: S608 - its own tables
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


async def link_is_encrypted(stage: Stage, dialling: str, listening: str) -> None:
    """Connect as `dialling` would: TLS 1.3, and the other side shows the certificate that the directory lists for it."""
    secured = await connect(stage, dialling, listening)
    expect(secured.version == "TLSv1.3" and secured.protocol == ALPN, "P12", "the link is not TLS 1.3.", "TLS 1.3ではありません。")
    expect(secured.peer_listed, "P11", "another certificate than the directory's.", "名簿と異なる証明書です。")


async def connect(stage: Stage, dialling: str, listening: str) -> Secured:
    """Open a connection with an office's own certificate and look at it."""
    folder, entry = stage.country.folder, stage.country.directory.entries[listening]
    office = folder / "offices" / dialling
    tls = context(
        server=False, certificate=office / "link.pem", key=office / "link.key.pem", network_ca=folder / "trust" / "network-ca.pem"
    )
    _, writer = await asyncio.open_connection(entry.host, entry.port, ssl=tls, server_hostname="")
    channel = writer.get_extra_info("ssl_object")
    secured = Secured(channel.version(), channel.selected_alpn_protocol(), digest(channel.getpeercert(True)) in entry.certificates)
    writer.close()
    return secured
