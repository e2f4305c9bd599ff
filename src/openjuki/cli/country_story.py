"""`openjuki country story`: what happens to the Juki family, through the real parts (住基家の物語; design story)."""

import tempfile
import time
from pathlib import Path

import click

from openjuki.cli.options import told
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.nodes import process
from openjuki.register.errors import Say
from openjuki.simulation import declaration
from openjuki.simulation.memory import peak_mb
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story import Played, play


@click.command("story", epilog="Example: openjuki country story --json")
@click.option("--residents", type=click.IntRange(8), default=1_000, show_default=True, help="How many residents the story's country has.")
@told
def story(teller: Teller, residents: int) -> None:
    """Play the story of the Juki family in a country of its own, in a temporary folder. Ends with 0 only if all went right."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="openjuki-") as folder:
        played = process.run(_play(teller, Path(folder) / "country", residents))
    ok, seconds = all(step.ok for step in played), round(time.monotonic() - began_s, 2)
    steps = [{"id": p.id, "promises": list(p.promises), "ok": p.ok, "what": teller.word(p.what), "ms": round(p.ms)} for p in played]
    teller.result({"ok": ok, "seconds": seconds, "peak_mb": peak_mb(), "steps": steps})
    teller.line(teller.word(Say(f"{len(steps)} steps in {seconds} s, {peak_mb()} MB", f"{len(steps)}段、{seconds}秒、{peak_mb()} MB")))
    click.get_current_context().exit(OK if ok else FAILED)


async def _play(teller: Teller, folder: Path, residents: int) -> list[Played]:
    def tell(played: Played) -> None:
        mark = "✓" if played.ok else "✗"
        teller.line(f"{mark} {played.id} [{' '.join(played.promises)}] {played.ms:.0f} ms\n    {teller.word(played.what)}")

    with teller.progress(Say("residents move in", "住民の移行")) as advance:
        async with run_country(folder, declaration.declare(residents=residents), Calendar(STORY_DAY), tell=advance) as country:
            return await play(country, tell)
