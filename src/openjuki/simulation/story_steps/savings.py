"""Steps about what is saved: a counter before something happens, and after (行政コスト・住民負担の削減; N12)."""

from openjuki.offices import savings
from openjuki.offices.savings import Saved
from openjuki.simulation.story_steps.stage import Stage


async def saved_at(stage: Stage, office: str) -> Saved:
    """What an office's counters say that was saved until now."""
    counts = await stage.look(office, savings.counted)
    return savings.saved(counts)


async def grows_by(stage: Stage, office: str, before: Saved, by: Saved) -> None:
    """The sums of an office are soon those of before and `by`, and stay so while its duty runs twice."""
    wanted = Saved(*map(sum, zip(before, by, strict=True)))

    async def grown() -> bool:
        return await saved_at(stage, office) == wanted

    await stage.until(grown, "N12")
