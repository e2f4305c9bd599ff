"""`openjuki register supplement`: an address supplement, what waits for a clerk, the items of a copy (戸籍の附票, Act art. 16-20)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.law.ways_out import Asker
from openjuki.offices.supplement_copies import Ground
from openjuki.register.dates import DateText, to_era
from openjuki.register.errors import InvalidInput, Say

EPILOG = """Example: openjuki register supplement --office 462250 --domicile 鹿児島県姶良市宮島町25番地 --head "住基　太郎"

\b
A copy: openjuki register supplement --office 462250 --number 1 --copy own --asker family --case A-17 --identity-checked
"""
_COPY = ("operator", "asker", "case", "purpose", "identity_checked", "found_proper")


@click.command(epilog=EPILOG)
@folder_option
@office_option
@operator_option
@click.option("--number", default="", help="Number of the supplement.")
@click.option("--domicile", default="", help="Instead: the registered domicile, in any writing.")
@click.option("--head", default="", help="With it: the head of the family register.")
@click.option("--as-of", default="", help="Shows where each lived on this day, partial too, as 2013-06-00.")
@click.option("--as-known", default="", help="Only what was entered until the end of this day.")
@click.option("--waiting", is_flag=True, help="Shows what waits for a clerk instead.")
@click.option("--copy", "ground", type=click.Choice([ground.value for ground in Ground]), help="Gives the items of a copy on this ground.")
@click.option("--asker", type=click.Choice([asker.value for asker in Asker]), default="unproven", help="Who asks for it.")
@click.option("--case", default="", help="Case or receipt number of the request.")
@click.option("--purpose", default="", help="What it is for; not needed for one's own.")
@click.option("--identity-checked", is_flag=True, help="Who asks was checked.")
@click.option("--found-proper", is_flag=True, help="The mayor found a request of art. 20(3) or (4) proper.")
@told
def supplement(teller: Teller, folder: Path, waiting: bool, ground: str | None, **given: Any) -> None:
    """A supplement with its history, what waits for a clerk, or the items of a copy, which is written to the operations log."""
    if not waiting and not given["number"] and (ground or not (given["domicile"] and given["head"])):
        remedy = Say("Give --number, or --domicile and --head.", "--number か --domicile と --head を指定してください。")
        raise InvalidInput("number", Say("name a supplement.", "附票を指定してください。"), remedy)
    if waiting:
        found = perform(teller, folder, "supplement-waiting", {"office": given["office"]})
        _tell_waiting(teller, found)
    elif ground:
        copied = {name: given[name] for name in ("office", "number", *_COPY)}
        found = perform(teller, folder, "supplement-copy", {"ground": ground, **copied})
        _tell_copy(teller, found)
    else:
        asked = {name: value for name, value in given.items() if name not in _COPY}
        found = perform(teller, folder, "supplement", asked)
        _tell_found(teller, found)
    teller.result({"ok": True, **found})


def _tell_waiting(teller: Teller, found: dict[str, Any]) -> None:
    for one in found["rows"]:
        teller.line(f"{one['number']}  {one['sender']}  {one['registered_domicile']}  {one['registered_domicile_head']}  {one['name']}")
    for one in found["notices"]:
        teller.line(f"{one['number']}  {one['sender']}  {one['notice'][1]}")
    rows, notices = len(found["rows"]), len(found["notices"])
    teller.line(teller.word(Say(f"{rows} rows and {notices} notices wait.", f"照合待ち{rows}件、処理待ち{notices}件")))


def _tell_copy(teller: Teller, found: dict[str, Any]) -> None:
    teller.line(f"{found['registered_domicile']}  {found['registered_domicile_head']}")
    for person in found["persons"]:
        teller.line(f"{person['name']}  {person['removed']}".rstrip())
        for line in person["lines"]:
            teller.line(f"  {line['address']}  {line['since']}")


def _tell_found(teller: Teller, found: dict[str, Any]) -> None:
    for one in found["supplements"]:
        teller.line(f"{one['number']}  {one['registered_domicile']}  {one['registered_domicile_head']}  {one['closed']}".rstrip())
        for member in one["members"]:
            teller.line(f"  {member['member']}  {member['name']}  {member['left_because']}".rstrip())
            for row in member.get("possible", member["rows"]):
                teller.line(f"    {_words(row)}" if row else f"    {teller.word(Say('nothing recorded', '記載なし'))}")
    count = len(found["supplements"])
    teller.line(teller.word(Say(f"{count} found", f"{count}件")))


def _words(row: dict[str, Any]) -> str:
    since = to_era(DateText(row["since"])) if row["since"] else "-"
    return f"{row['standing']}  {row['address']}  {since}  ({row['told_by']})"
