"""`openjuki country story`: what happens to the Juki family, through the real parts (住基家の物語; design story)."""

import datetime
import tempfile
import time
from pathlib import Path

import click

from openjuki.cli.options import told
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.law.calendar import checked_day
from openjuki.nodes import process
from openjuki.register.errors import InvalidInput, Say
from openjuki.simulation import declaration
from openjuki.simulation.memory import peak_mb
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story import Played, play


@click.command("story", epilog="Example: openjuki country story --json")
@click.option("--residents", type=click.IntRange(8), default=1_000, show_default=True, help="How many residents the story's country has.")
@click.option("--profile", type=click.Choice(["open", "japan"]), default="open", show_default=True, help="Dated rules of the country.")
@click.option("--date", "day", metavar="YYYY-MM-DD", default=str(STORY_DAY), show_default=True, help="Today in the register, or later.")
@told
def story(teller: Teller, residents: int, profile: str, day: str) -> None:
    """Play the story of the Juki family in a country of its own, in a temporary folder. Ends with 0 only if all went right.

    A step that the law of the day does not know, or knows no more, is refused and says which rule and from when it holds.
    """
    began_s, calendar = time.monotonic(), Calendar(_day(day))
    declared = declaration.declare(residents=residents, profile=profile)
    with tempfile.TemporaryDirectory(prefix="openjuki-") as folder:
        played = process.run(_play(teller, Path(folder) / "country", declared, calendar))
    ok, seconds = all(step.ok for step in played), round(time.monotonic() - began_s, 2)
    steps = [{"id": p.id, "promises": list(p.promises), "ok": p.ok, "what": teller.word(p.what), "ms": round(p.ms)} for p in played]
    teller.result({"ok": ok, "seconds": seconds, "peak_mb": peak_mb(), "steps": steps})
    teller.line(teller.word(Say(f"{len(steps)} steps in {seconds} s, {peak_mb()} MB", f"{len(steps)}段、{seconds}秒、{peak_mb()} MB")))
    click.get_current_context().exit(OK if ok else FAILED)


def _day(text: str) -> datetime.date:
    """InvalidInput for no day, and for one before the story's people lived where it finds them."""
    day = checked_day(text)
    if day < STORY_DAY:
        reason = Say("the story's people live as they did in December 2013.", "物語の人々は2013年12月現在で暮らしています。")
        raise InvalidInput("date", reason, Say(f"Give {STORY_DAY} or a later day.", f"{STORY_DAY}以後の日を指定してください。"))
    return day


async def _play(teller: Teller, folder: Path, declared: declaration.Declaration, calendar: Calendar) -> list[Played]:
    def tell(played: Played) -> None:
        mark = "✓" if played.ok else "✗"
        teller.line(f"{mark} {played.id} [{' '.join(played.promises)}] {played.ms:.0f} ms\n    {teller.word(played.what)}")

    with teller.progress(Say("residents move in", "住民の移行")) as advance:
        async with run_country(folder, declared, calendar, tell=advance) as country:
            return await play(country, tell)
