"""Steps about what is saved: a counter before something happens, and after (行政コスト・住民負担の削減; N12)."""

from openjuki.offices import savings
from openjuki.offices.savings import Saved
from openjuki.simulation.story_steps.stage import Stage, expect


async def saved_at(stage: Stage, office: str) -> Saved:
    """What an office's counters say that was saved until now; what was noted a moment ago is written first."""
    await stage.do(savings.write_noted, stage.office(office))
    counts = await stage.look(office, savings.counted)
    return savings.saved(counts)


async def grows_by(stage: Stage, office: str, before: Saved, by: Saved) -> None:
    """The sums of an office are those of before and `by`."""
    wanted = Saved(*map(sum, zip(before, by, strict=True)))
    expect(await saved_at(stage, office) == wanted, "N12", "another sum was counted.", "集計が合いません。")
