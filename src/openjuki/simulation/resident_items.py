"""Single items of synthetic residents: birth dates, some of them partial or impossible, and insurance (生年月日・資格, Act art. 7)."""

import datetime
from random import Random

from openjuki.register.dates import UNKNOWN_DATE
from openjuki.register.identity import Sex
from openjuki.simulation import population_rates as rates
from openjuki.simulation.lots import Lots, below

_PARTIAL_UP_TO = 1 / rates.PARTIAL_BIRTH_ONE_IN
_IMPOSSIBLE_UP_TO = _PARTIAL_UP_TO + 1 / rates.IMPOSSIBLE_BIRTH_ONE_IN
_UNKNOWN_UP_TO = _IMPOSSIBLE_UP_TO + 1 / rates.UNKNOWN_BIRTH_ONE_IN
_PARTS = Lots({"{year}-00-00": 60, "{year}-{month}-00": 30, "{year}-{month}-E1": 5, "{year}-{month}-{day}~": 3, "{year}-00-00?": 2}.items())
_NO_SUCH_DAYS = ("02-30", "04-31", "06-31", "09-31", "11-31")
_PENSION_KINDS = {Sex.MALE: Lots({"1": 27, "2": 72, "3": 1}.items()), Sex.FEMALE: Lots({"1": 27, "2": 48, "3": 25}.items())}


def text_of(day: int) -> str:
    """The canonical text of a day number."""
    return datetime.date.fromordinal(day).isoformat()


def birth_text(random: Random, day: int) -> str:
    """A birth on the day number `day`: one in 3,000 partly known, fewer impossible as some registers hold them, fewest unknown."""
    lot, text = random.random(), text_of(day)
    if lot >= _UNKNOWN_UP_TO:
        return text
    if lot >= _IMPOSSIBLE_UP_TO:
        return UNKNOWN_DATE
    year, month, date = text.split("-")
    if lot >= _PARTIAL_UP_TO:  # the year before, so that nothing in the record comes before the birth
        return f"{int(year) - 1}-{_NO_SUCH_DAYS[below(random, len(_NO_SUCH_DAYS))]}"
    return _PARTS.draw(random).format(year=year, month=month, day=date)


def insurance_items(random: Random, age: int, sex: Sex, *, japanese: bool) -> dict[str, str]:
    """Roll, insurance, pension and allowance of somebody of `age` whole years, as the rules of 2013 have it; absent ones are not there."""
    items: dict[str, str] = {}
    if age >= 20 and japanese:
        items["on_electoral_roll"] = "1"
    if age >= 75:
        items["elderly_medical_insurance"] = "1"
    elif random.random() < 0.28:
        items["national_health_insurance"] = "1"
    if age >= 65:
        items["care_insurance"] = "1"
    if 20 <= age < 60:
        items["pension_kind"] = _PENSION_KINDS[sex].draw(random)
    if age >= 20:
        items["pension_number"] = f"{below(random, 10**10):010d}"
    if age < 15:
        items["child_allowance"] = "1"
    return items
