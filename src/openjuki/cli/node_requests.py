"""`openjuki node requests|agree|refuse|suspend|open`: officers of the centre decide (登録の承認; architecture section 2)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.nodes import control
from openjuki.register.errors import NotReady, Say

officer_option = click.option("--officer", metavar="NAME", required=True, help="The officer who decides.")
officers_option = click.option(
    "--officer", "officers", metavar="NAME", required=True, multiple=True, help="An officer who decides; twice, for two must."
)


def _done(teller: Teller, folder: Path, operation: str, arguments: dict[str, Any]) -> Any:
    """Have it done by the centre of that folder; a country is never made for it."""
    if not (folder / "country.toml").exists() and not control.is_running(folder):
        absent = Say("no country is there.", "国がありません。")
        raise NotReady(
            str(folder), absent, Say("Give --dir of the country or of the centre.", "国又はセンターを --dir で指定してください。")
        )
    return perform(teller, folder, operation, arguments)


@click.command(epilog="Example: openjuki node requests --dir country")
@folder_option
@told
def requests(teller: Teller, folder: Path) -> None:
    """List the offices that have applied and wait for officers of the centre. Compare each fingerprint with the applicant by telephone."""
    waiting = _done(teller, folder, "requests", {})["requests"]
    for one in waiting:
        teller.line(
            f"{one['number']:>5}  {one['code']}  {one['kind']}  {one['name']}  {one['host']}:{one['port']}  {teller.word(_state(one))}"
        )
        teller.line(f"       {one['fingerprint']}  {' '.join((*one['bodies'], *one['affairs']))}".rstrip())
    teller.line(teller.word(Say(f"{len(waiting)} waiting", f"承認待ち{len(waiting)}件")))
    teller.result({"ok": True, "requests": waiting})


def _state(one: dict[str, Any]) -> Say:
    agreed = one["first_officer"]
    first = Say(f"{agreed} agreed", f"{agreed} 承認済") if agreed else Say("new", "新規")
    again = Say(", REPLACES THE KEYS OF AN OFFICE", "・既存機関の鍵を置換え") if one["replaces"] else Say("", "")
    return Say(first.en + again.en, first.ja + again.ja)


@click.command(epilog="Example: openjuki node agree 1 --officer sato")
@click.argument("number", type=click.IntRange(1))
@folder_option
@officer_option
@told
def agree(teller: Teller, folder: Path, number: int, officer: str) -> None:
    """Agree to request NUMBER. With the second, different officer the office gets its certificate and stands in the directory."""
    done = _done(teller, folder, "agree", {"number": number, "officer": officer})
    opened = Say(f"open, in directory {done['directory']}", f"登録済（名簿 第{done['directory']}号）")
    teller.line(teller.word(opened if done["open"] else Say("agreed; another officer must agree too", "承認済。もう1名の承認が必要です。")))
    teller.result({"ok": True, **done})


@click.command(epilog="Example: openjuki node refuse 1 --officer sato")
@click.argument("number", type=click.IntRange(1))
@folder_option
@officer_option
@told
def refuse(teller: Teller, folder: Path, number: int, officer: str) -> None:
    """Refuse request NUMBER; one officer is enough to say no."""
    done = _done(teller, folder, "refuse", {"number": number, "officer": officer})
    teller.line(teller.word(Say("refused", "却下しました。")))
    teller.result({"ok": True, **done})


@click.command(epilog="Example: openjuki node suspend 462039 --officer sato --officer suzuki")
@click.argument("code")
@folder_option
@officers_option
@told
def suspend(teller: Teller, folder: Path, code: str, officers: tuple[str, ...]) -> None:
    """Close office CODE to all traffic: its links end, new ones are refused. Two different officers decide."""
    done = _done(teller, folder, "suspend", {"code": code, "officers": list(officers)})
    teller.line(teller.word(Say(f"suspended, in directory {done['directory']}", f"停止済（名簿 第{done['directory']}号）")))
    teller.result({"ok": True, **done})


@click.command(name="open", epilog="Example: openjuki node open 462039 --officer sato --officer suzuki")
@click.argument("code")
@folder_option
@officers_option
@told
def open_(teller: Teller, folder: Path, code: str, officers: tuple[str, ...]) -> None:
    """Open a suspended office CODE again. Two different officers decide."""
    done = _done(teller, folder, "open", {"code": code, "officers": list(officers)})
    teller.line(teller.word(Say(f"open, in directory {done['directory']}", f"再開済（名簿 第{done['directory']}号）")))
    teller.result({"ok": True, **done})
