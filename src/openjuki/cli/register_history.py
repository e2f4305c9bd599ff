"""`openjuki register history`: a resident or an address on a day, as known on a day (時点照会・異動履歴, Act art. 7; promise X3)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import asker_option, folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.register.dates import DateText, to_era
from openjuki.register.errors import Say

EPILOG = "Example: openjuki register history --office 462250 --resident 24727059608 --as-of 2013-06-15"
WORDS = {
    "certain": Say("certain", "確実"),
    "possible": Say("possible: a date is partial", "可能性あり（不詳日のため）"),
    "unknown": Say("unknown: nothing is known of a date", "不明（年月日不詳のため）"),
}


@click.command(epilog=EPILOG)
@folder_option
@office_option
@click.option("--resident", metavar="CODE", default="", help="Resident record code, the present one or an older one.")
@click.option("--address", default="", help="Instead: who lived at this address; building left out.")
@click.option("--as-of", default="", help="The day asked about, partial too, as 2013-06-00 or 平成25年6月; today if left out.")
@click.option("--as-known", default="", help="Only what was entered until the end of this day; everything if left out.")
@asker_option
@told
def history(teller: Teller, folder: Path, **given: str) -> None:
    """Who a resident was and where they lived, or who lived at an address. An answer that a partial date leaves open is never guessed."""
    found = perform(teller, folder, "history", dict(given))
    if given["resident"]:
        _tell_resident(teller, found)
    else:
        for person in found["persons"]:
            teller.line(f"{teller.word(WORDS[person['certainty']])}  {_line(person)}")
        count = len(found["persons"])
        teller.line(teller.word(Say(f"{count} on {found['as_of']}", f"{to_era(DateText(found['as_of']))}現在 {count}人")))
    teller.result({"ok": True, **found})


def _tell_resident(teller: Teller, found: dict[str, Any]) -> None:
    teller.line(teller.word(WORDS[found["certainty"]]))
    for record in found["possible"]:
        teller.line(_line(record) if record else teller.word(Say("not in this register", "この台帳に記載なし")))
    for event in found["events"]:
        mark = "" if event["stands"] else teller.word(Say("  annulled", "  取消済"))
        day = to_era(DateText(event["changed_on"])) if event["changed_on"] else "-"
        teller.line(f"{event['sequence']}  {event['reason']}  {day}  ({event['entered']}){mark}")


def _line(record: dict[str, Any]) -> str:
    return "  ".join(f"{name}: {value}" for name, value in record.items() if name != "certainty")
