"""`openjuki register link run`: the link's own process, beside the office (連携プロセスの起動, standard 7.1.1.1)."""

import asyncio
import signal
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any

import click
import msgspec

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.telling import OK, PARTIAL, TRY_LATER, Teller
from openjuki.nodes import control, process
from openjuki.nodes.register_link.exchange import Exchange, Round, Talk
from openjuki.nodes.register_link.lines import check_source
from openjuki.register.errors import NotReady, Say

_file = click.Path(path_type=Path, exists=True, dir_okay=False)
Served = AbstractAsyncContextManager[None]
"""The REST interface is served while this is open."""


@click.command(epilog="Example: openjuki register link run --office 462250 --source juki --exchange /var/lib/juki-link")
@folder_option
@office_option
@click.option("--source", metavar="NAME", required=True, help="Name of the existing system; one process for each.")
@click.option("--exchange", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of inbox, outbox and refused.")
@click.option("--poll", "poll_s", type=click.FloatRange(0.05, 60), default=1.0, show_default=True, help="Seconds between two looks at it.")
@click.option("--once", is_flag=True, help="Look once and end: 3 if a file was refused or waits, 75 if it cannot go on now.")
@click.option("--port", type=click.IntRange(0, 65_535), default=None, help="Serve the REST interface on this port too; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Its address; another than loopback needs client certificates.")
@click.option("--token-file", type=_file, default=None, help="Token that a caller must show; see `register link token`.")
@click.option("--certificate", type=_file, default=None, help="Certificate of the interface, PEM, for TLS.")
@click.option("--key", type=_file, default=None, help="Its key, PEM.")
@click.option("--client-ca", type=_file, default=None, help="Authority whose certificates callers must show, PEM.")
@told
def run(
    teller: Teller, folder: Path, office: str, source: str, exchange: Path, poll_s: float, once: bool, port: int | None, **given: Any
) -> None:
    """Carry files between an existing system and its office, until it is stopped with Ctrl-C. It holds neither keys nor register: all that
    is known of the link stands in the office's own store, so it may be killed at any moment."""
    talk = talk_to(folder, office)
    files = Exchange(exchange, check_source(source), talk)
    served = _door(teller, talk, source, {"port": port, **given}) if port is not None else nullcontext()
    files.prepare()
    if once:
        found = process.run(files.round())
        _tell(teller, found)
        trouble = msgspec.to_builtins(found.trouble)
        teller.result({"ok": not (trouble or found.refused or found.waiting), **found._asdict(), "trouble": trouble})
        click.get_current_context().exit(TRY_LATER if trouble else PARTIAL if found.refused or found.waiting else OK)
    process.run(_run(teller, files, poll_s, served))


def talk_to(folder: Path, office: str) -> Talk:
    """The way to an office's desk: its control socket."""

    async def talk(operation: str, asked: dict[str, Any]) -> Any:
        try:
            return await control.call(folder, operation, {"office": office, **asked})
        except ValueError as error:  # a line longer than the socket's limit
            reason = Say("its answer is too long.", "応答が大きすぎます。")
            raise NotReady("office", reason, Say("Report the fault.", "障害として報告してください。")) from error

    return talk


def _door(teller: Teller, talk: Talk, source: str, given: dict[str, Any]) -> Served:
    from openjuki.cli import register_link_door  # HTTP would cost every other command a tenth of a second

    return register_link_door.open_door(teller, register_link_door.Access(**given), talk, source)


async def _run(teller: Teller, files: Exchange, poll_s: float, served: Served) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    teller.note(Say("The link runs; Ctrl-C stops it.", "連携が動いています。Ctrl-Cで止まります。"))
    async with served:
        await _carry(teller, files, poll_s, stopped)


async def _carry(teller: Teller, files: Exchange, poll_s: float, stopped: asyncio.Event) -> None:
    last = None
    while not stopped.is_set():
        found = await files.round()
        if found != last:
            _tell(teller, found)
        last = found
        with suppress(TimeoutError):
            async with asyncio.timeout(poll_s):
                await stopped.wait()


def _tell(teller: Teller, found: Round) -> None:
    """Names of files only."""
    for name in found.answered:
        teller.note(Say(f"{name}: answered", f"{name}: 回答済み"))
    for name in found.refused:
        teller.note(Say(f"{name}: refused, see outbox/{name}.outcome.jsonl", f"{name}: 受付不可（outbox/{name}.outcome.jsonl 参照）"))
    for name in found.waiting:
        teller.note(Say(f"{name}: waits, see outbox/status.json", f"{name}: 待機中（outbox/status.json 参照）"))
    if found.trouble:
        item, reason, remedy = found.trouble.item, found.trouble.reason, found.trouble.remedy
        teller.note(Say(f"{item}: {reason.en} {remedy.en}", f"{item}: {reason.ja} {remedy.ja}"))
