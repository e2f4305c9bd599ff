"""Two towns and their hubs in one process, at work until they are killed: births with a domicile elsewhere (強制終了試験の相手).

`python -m tests.nodes.supplement_office FOLDER` says `confirmed NUMBER` once a birth is, and goes on until it is killed.
"""

import asyncio
import sys
from pathlib import Path

from openjuki.procedures import birth
from openjuki.register.errors import OpenJukiError
from openjuki.register.identity import Sex
from openjuki.simulation import country as countries
from openjuki.simulation.country import Country
from tests.nodes.kill_office import DAY, DIGITS, ON, TOWN, first_resident, more_codes

KEEPER = "462187"
DOMICILE, HEAD = "鹿児島県霧島市国分中央三丁目45番地1", "住基　花子"


async def born(country: Country, mother: str, number: int) -> None:
    name = "住基　" + str(number).translate(DIGITS)
    notification = birth.BirthNotification(mother, name, "ジュウキ", ON, Sex.FEMALE, "子", ON, DOMICILE, HEAD)
    await country.call(birth.enter_birth, country.office(TOWN), "clerk-1", notification)
    print("confirmed", number, flush=True)


async def work(folder: Path) -> None:
    country = await countries.up(folder, today=lambda: DAY)
    mother, number = await first_resident(country)
    while True:
        outcomes = await asyncio.gather(*(born(country, mother, one) for one in range(number, number + 3)), return_exceptions=True)
        number += 3
        for outcome in outcomes:
            if isinstance(outcome, OpenJukiError):
                await more_codes(country)
            elif isinstance(outcome, BaseException):
                raise outcome


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1])))
