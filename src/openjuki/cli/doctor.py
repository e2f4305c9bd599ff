"""`openjuki doctor`: what is wrong on this machine, and what to do about it (点検; architecture section 7)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, told
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.register.errors import Say
from openjuki.simulation.examination import Finding, examine


@click.command(epilog="Example: openjuki doctor --dir country")
@folder_option
@told
def doctor(teller: Teller, folder: Path) -> None:
    """Look at Python, files, permissions, ports, disk, clock and the directory's age. Ends with 1 if something is wrong."""
    findings = examine(folder)
    for found in findings:
        teller.line(_line(teller, found))
    ok = all(found.ok for found in findings)
    told_all = [
        {"item": f.item, "ok": f.ok, "what": teller.word(f.what), "remedy": "" if f.ok else teller.word(f.remedy)} for f in findings
    ]
    teller.result({"ok": ok, "findings": told_all})
    teller.line(teller.word(Say("All is well.", "異常はありません。") if ok else Say("Something is wrong.", "異常があります。")))
    click.get_current_context().exit(OK if ok else FAILED)


def _line(teller: Teller, found: Finding) -> str:
    remedy = "" if found.ok else f" → {teller.word(found.remedy)}"
    return f"{'✓' if found.ok else '✗'} {found.item}: {teller.word(found.what)}{remedy}"
