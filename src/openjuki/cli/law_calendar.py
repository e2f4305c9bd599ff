"""`openjuki law calendar`: which dated rules hold on a day (施行日の暦; mission X11)."""

import click

from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.law.calendar import SWITCHES, Profile, Switch, checked_day, retention_years
from openjuki.register.errors import Say

LAW_TEXT_DAY = "2013-12-02"


@click.command(epilog="Example: openjuki law calendar --date 2002-08-05 --json")
@click.option("--date", "day", default=LAW_TEXT_DAY, show_default=True, metavar="DAY", help="A day from 2002-08-05 on, YYYY-MM-DD.")
@click.option("--profile", type=click.Choice(["japan", "open"]), default="japan", show_default=True, help="Dated rules to read.")
@told
def calendar(teller: Teller, day: str, profile: str) -> None:
    """Say which dated rules hold on a day: the rule, since and until when, and where that stands."""
    on, read_as = checked_day(day), Profile(profile)
    for switch in SWITCHES:
        held = teller.word(Say("holds", "適用") if switch.holds(on, read_as) else Say("-", "－"))
        ended = f"..{switch.until}" if switch.until else ""
        teller.line(f"{held}\t{switch.since}{ended}\t{switch.rule}\t{switch.meaning.ja} / {switch.meaning.en}\t({switch.source})")
    years = retention_years(on, read_as)
    teller.line(teller.word(Say(f"removed records are kept {years} years", f"除票の保存期間 {years}年")))
    rules = [_told(switch, held=switch.holds(on, read_as)) for switch in SWITCHES]
    teller.result({"date": day, "profile": profile, "retention_years": years, "rules": rules})


def _told(switch: Switch, *, held: bool) -> dict[str, object]:
    until = switch.until.isoformat() if switch.until else None
    told_of = {"rule": switch.rule.value, "holds": held, "since": switch.since.isoformat(), "until": until}
    return {**told_of, "ja": switch.meaning.ja, "en": switch.meaning.en, "source": switch.source}
