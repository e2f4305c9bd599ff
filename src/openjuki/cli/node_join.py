"""`openjuki node join`: an office joins a network by its `node.toml` (機関の登録申請; architecture section 2, "Enrolment")."""

import asyncio
import os
from pathlib import Path

import click

from openjuki.cli.options import told
from openjuki.cli.telling import NOT_PERMITTED, OK, TRY_LATER, Teller
from openjuki.nodes import process
from openjuki.nodes.enrolling import Joined, join
from openjuki.nodes.settings import Settings, read_settings
from openjuki.nodes.trust_folder import fingerprint
from openjuki.register.errors import Say
from openjuki.wire.directory import Anchor

POLL_S = 2.0
ENDS = {"open": OK, "pending": TRY_LATER, "refused": NOT_PERMITTED}


@click.command(name="join", epilog="Example: openjuki node join kanoya/node.toml --wait")
@click.argument("config", metavar="CONFIG", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--wait", is_flag=True, help="Ask again until the officers of the centre have decided.")
@told
def join_(teller: Teller, config: Path, wait: bool) -> None:
    """Make the office's keys, apply to the centre, and once two of its officers agreed write what `openjuki node run` needs.

    Run it again at any time: it goes on where it was. Keys are never overwritten. Ends with 0 when the office is open, 75 while the
    request waits, 4 if it was refused.
    """
    settings, anchor = read_settings(config)
    teller.note(_compare(anchor))
    joined = process.run(_join(teller, settings, anchor, wait))
    teller.line(teller.word(_summary(joined, settings)))
    office = {"office": settings.code, "folder": str(settings.office_folder), "anchor": fingerprint(anchor)}
    teller.result({"ok": joined.state == "open", **office, **joined._asdict()})
    click.get_current_context().exit(ENDS[joined.state])


async def _join(teller: Teller, settings: Settings, anchor: Anchor, wait: bool) -> Joined:
    joined = await join(settings, anchor, os.urandom)
    if wait and joined.state == "pending":
        teller.note(_summary(joined, settings))
    while wait and joined.state == "pending":
        await asyncio.sleep(POLL_S)
        joined = await join(settings, anchor, os.urandom)
    return joined


def _compare(anchor: Anchor) -> Say:
    prints = fingerprint(anchor)
    return Say(
        f"Anchor {prints}: compare it with the centre by telephone.", f"基点の指紋 {prints} を全国センターと電話で照合してください。"
    )


def _summary(joined: Joined, settings: Settings) -> Say:
    number, prints, folder = joined.number, joined.fingerprint, settings.office_folder
    if joined.state == "open":
        return Say(f"open: now run `openjuki node run {folder}`.", f"登録済: openjuki node run {folder} で起動してください。")
    if joined.state == "refused":
        return Say(
            f"refused: ask the centre about request {number}, correct the settings, run this again.",
            f"却下: 申請{number}について全国センターに確かめ、設定を直して再度実行してください。",
        )
    return Say(
        f"pending: two officers of the centre must agree (request {number}, fingerprint {prints}).",
        f"承認待ち: 全国センターの担当者2名の承認が必要です（申請{number}、指紋 {prints}）。",
    )
