"""`openjuki law ordinances`: check ordinance files and say which affairs are in force on a day (条例事務の確認; Act art. 30-6 to 30-8)."""

from datetime import date
from pathlib import Path

import click

from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.law.calendar import checked_day
from openjuki.law.ordinances import Ordinance, load_ordinances
from openjuki.law.purposes import format_affair
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki law ordinances kagoshima.toml --date 2013-12-02 --json")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--date", "day", default="2013-12-02", show_default=True, metavar="DAY", help="A day from 2002-08-05 on, YYYY-MM-DD.")
@told
def ordinances(teller: Teller, files: tuple[Path, ...], day: str) -> None:
    """Check ordinance files together: each affair, who may ask, and whether it is in force on a day."""
    on = checked_day(day)
    loaded = load_ordinances({str(file): file.read_bytes() for file in files})
    rows = [_told(each, on) for each in sorted(loaded, key=lambda each: (each.id, each.in_force_from))]
    for row in rows:
        held = teller.word(Say("in force", "施行中") if row["in_force"] else Say("-", "－"))
        teller.line(f"{held}\t{row['from']}..{row['until'] or ''}\t{row['affair_id']}\t{row['article']}\t{row['ja']} / {row['en']}")
    teller.result(rows)


def _told(ordinance: Ordinance, on: date) -> dict[str, object]:
    words = {"ja": ordinance.affair.ja, "en": ordinance.affair.en, "bodies": list(ordinance.bodies)}
    days: dict[str, object] = {
        "from": ordinance.in_force_from,
        "until": ordinance.in_force_until,
        "in_force": ordinance.in_force(on.isoformat()),
    }
    affair: dict[str, object] = {
        "affair_id": format_affair(ordinance.id),
        "article": ordinance.article.value,
        "askers": sorted(ordinance.askers),
    }
    return {**affair, **days, **words, "fields": sorted(ordinance.policy.fields)}
