"""Residents that another process draws are those that would be drawn here (模擬住民の作成)."""

import asyncio
import io
import sys

import pytest

from openjuki.nodes import process
from openjuki.register.errors import Broken
from openjuki.simulation import declaration, drawing, settlement
from openjuki.simulation.drawing import LENGTH_BYTES, Drawing, Wanted, ahead, checked, draw, sources

TOWNS = ("462250", "131016")
SHARES = {"462250": 12, "131016": 3}
DECLARED = declaration.declare(TOWNS, residents=drawing.AHEAD.start)


def drawn_here(town, count):
    return checked(list(sources(town, count, DECLARED)))


def frames(written):
    while written:
        end = LENGTH_BYTES + int.from_bytes(written[:LENGTH_BYTES], "big")
        yield drawing._decode(written[LENGTH_BYTES:end])
        written = written[end:]


def test_what_is_drawn_for_another_process_arrives_as_it_was():
    out = io.BytesIO()
    draw(Wanted(DECLARED.profile, DECLARED.seed, DECLARED.day, SHARES), out)
    arrived = list(frames(out.getvalue()))
    assert arrived == [drawn_here(town, count) for town, count in SHARES.items()]
    assert [len(entrants) for entrants in arrived] == [12, 3] and arrived[0][0].items.name


def test_a_small_country_is_not_worth_a_process():
    async def begun(residents):
        async with ahead(declaration.declare(TOWNS, residents=residents), SHARES) as drawn:
            return drawn is not None

    assert not asyncio.run(begun(100)) and not asyncio.run(begun(drawing.AHEAD.stop))


def test_each_town_has_its_share_and_the_home_of_the_story_room_for_its_people():
    shares = settlement.shares(declaration.declare(TOWNS, residents=2))
    assert list(shares) == list(TOWNS) and shares["131016"] >= 1 and shares["462250"] > 1


def test_a_process_that_ends_too_early_is_an_error_and_no_empty_town():
    async def ask():
        nobody = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "", stdout=asyncio.subprocess.PIPE)
        drawn = Drawing(SHARES, nobody)
        try:
            await drawn.of("462250", 12)
        finally:
            await drawn.end()

    with pytest.raises(Broken, match="residents"):
        asyncio.run(ask())


@pytest.mark.slow
def test_a_process_of_its_own_draws_the_same_residents():
    async def ask():
        async with ahead(DECLARED, SHARES) as drawn:
            none = await drawn.of("462250", 13), await drawn.of("132012", 1)
            return none, [await drawn.of(town, count) for town, count in SHARES.items()]

    none, towns = process.run(ask())
    assert none == (None, None) and towns == [drawn_here(town, count) for town, count in SHARES.items()]
