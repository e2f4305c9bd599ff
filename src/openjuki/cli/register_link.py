"""`openjuki register link`: an existing register system and the network (既存住基システムとの連携, standard 7.1.1).

The page is docs/register-link.md.
"""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.register_link_access import schema, token
from openjuki.cli.register_link_check import check
from openjuki.cli.register_link_quarantine import quarantine
from openjuki.cli.register_link_run import run
from openjuki.cli.session import perform
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.nodes.register_link.lines import check_source
from openjuki.register.errors import Say

source_option = click.option("--source", metavar="NAME", required=True, help="Name of the existing system: a-z, 0-9 and -.")


@click.group()
def link() -> None:
    """An existing register system hands over events and receives messages, by files and a local REST interface."""


@click.command("open", epilog="Example: openjuki register link open --office 462250 --source juki --first 1 --operator chief")
@folder_option
@office_option
@operator_option
@source_option
@click.option("--first", type=click.IntRange(1), default=1, show_default=True, help="Number of the first event that it will send.")
@told
def open_(teller: Teller, folder: Path, office: str, operator: str, source: str, first: int) -> None:
    """Let an existing system send. Needed once, and again after the office was restored from a backup."""
    asked = {"office": office, "operator": operator, "source": check_source(source), "first": first}
    done = perform(teller, folder, "link-open", asked)
    teller.line(teller.word(Say(f"{source} may send from number {first} on.", f"{source}は{first}番から送れます。")))
    teller.result({"ok": True, **done})


@click.command(epilog="Example: openjuki register link close --office 462250 --source juki --operator chief")
@folder_option
@office_option
@operator_option
@source_option
@told
def close(teller: Teller, folder: Path, office: str, operator: str, source: str) -> None:
    """Take nothing more from an existing system, until it is opened again."""
    done = perform(teller, folder, "link-close", {"office": office, "operator": operator, "source": source})
    teller.line(teller.word(Say(f"{source} may not send any more.", f"{source}からの連携を閉じました。")))
    teller.result({"ok": True, **done})


@click.command(epilog="Example: openjuki register link status --office 462250 --json")
@folder_option
@office_option
@click.option("--source", metavar="NAME", default="", help="Only this system.")
@told
def status(teller: Teller, folder: Path, office: str, source: str) -> None:
    """How far each link is. Ends with 1 if a number is missing, an event is set aside, or the office was restored since."""
    done = perform(teller, folder, "link-status", {"office": office, "source": source})
    for one in done["links"]:
        teller.line(teller.word(_line(one)))
        for say in _troubles(one):
            teller.note(say)
    troubled = any(_troubles(one) for one in done["links"])
    teller.result({"ok": not troubled, **done})
    click.get_current_context().exit(FAILED if troubled else OK)


def _line(one: dict[str, Any]) -> Say:
    en = "open" if one["open"] else "closed"
    ja = "開" if one["open"] else "閉"
    waits = one["unacknowledged"]
    return Say(
        f"{one['source']}: {en}, expects number {one['expected']}, {one['quarantined']} set aside, {waits} messages to be acknowledged",
        f"{one['source']}: {ja}、次は{one['expected']}番、隔離{one['quarantined']}件、未確認の通知{waits}件",
    )


def _troubles(one: dict[str, Any]) -> list[Say]:
    found = []
    if one["waits_for"]:
        missing, arrived = one["waits_for"], one["arrived"]
        en = f"Number {missing} is missing; {arrived} has arrived and waits. Hand {missing} over."
        found.append(Say(en, f"{missing}番が届いていません（{arrived}番は待機中）。{missing}番から渡してください。"))
    if one["quarantined"]:
        en = "Events are set aside: see `openjuki register link quarantine list`."
        found.append(Say(en, "隔離された異動があります。openjuki register link quarantine list で確かめてください。"))
    if one["restored"]:
        en = "The office was restored since: compare with `openjuki register link check`, then open the link again."
        found.append(Say(en, "連携の開始後に復元されています。openjuki register link check で照合し、開き直してください。"))
    return found


for command in (open_, close, status, run, check, token, schema, quarantine):
    link.add_command(command)
