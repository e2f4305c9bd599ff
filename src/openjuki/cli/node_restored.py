"""`openjuki node restored`: the operator's word that an office came back from a backup (復旧の申告; architecture section 4, "Recovery")."""

from pathlib import Path

import click

from openjuki.cli.options import operator_option, told
from openjuki.cli.telling import Teller
from openjuki.nodes import control, process
from openjuki.nodes.marks import say_restored
from openjuki.nodes.postgres_settings import POSTGRESQL
from openjuki.nodes.register_place import FILE
from openjuki.register.errors import InvalidInput, NotReady, Say
from openjuki.simulation.running import alone


@click.command(epilog="Example: openjuki node restored country/offices/462250")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--without", metavar="CODE", multiple=True, help="An office below that a running recovery need not wait for; may be repeated."
)
@operator_option
@told
def restored(teller: Teller, folder: Path, without: tuple[str, ...], operator: str) -> None:
    """Say that the register in FOLDER was put back from a backup: the office recovers, at once or when it is started next.

    It hears its neighbours, burns its stock of codes, and issues nothing until it has caught up. With `--without CODE` it does not
    wait for an office that reports to it and cannot be reached, or claims to have written what it never sends.
    """
    folder = folder.resolve()
    if not any((folder / name).exists() for name in (FILE, POSTGRESQL)) or folder.parent.name != "offices":
        reason = Say("is not the folder of an office.", "機関のフォルダではありません。")
        raise InvalidInput(str(folder), reason, Say("Give DIR/offices/CODE.", "DIR/offices/CODE を指定してください。"))
    running = next((home for home in (folder, folder.parent.parent) if control.is_running(home)), None)
    waits_for = ""
    if running is not None:
        asked = {"office": folder.name, "without": list(without), "operator": operator}
        waits_for = process.run(control.call(running, "restored", asked, lambda done, total: None))["waits_for"]
    elif without:
        stopped = Say("this office does not run.", "この機関は動いていません。")
        raise NotReady(str(folder), stopped, Say("Start it, then say it again.", "起動してから、やり直してください。"))
    else:
        with alone(folder.parent.parent), alone(folder):
            say_restored(folder)
    teller.line(teller.word(_said(folder.name, running is not None)))
    teller.result({"ok": True, "office": folder.name, "running": running is not None, "waits_for": waits_for})


def _said(code: str, running: bool) -> Say:
    if running:
        return Say(
            f"{code} recovers now; `openjuki status` says whom it waits for.",
            f"{code} は復旧中です。待ち先は openjuki status で確認できます。",
        )
    return Say(f"{code} will recover when it is started.", f"{code} は次の起動時に復旧を始めます。")
