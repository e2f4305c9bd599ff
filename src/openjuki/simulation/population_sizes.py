"""How many residents each municipality of a synthetic country has (人口規模; sizes follow a Zipf-like curve within each kind)."""

from collections.abc import Iterable
from random import Random

from openjuki.register.addresses import MunicipalityKind, municipality
from openjuki.register.errors import InvalidInput, Say

KNOWN: dict[str, int] = {
    "462012": 590_000, "462187": 124_000, "462250": 77_000, "131016": 67_000, "131121": 940_000, "132012": 577_000,
    "141003": 3_770_000,
}  # fmt: skip
"""Residents of some real municipalities, rounded (around 2024): those of the small country, and the largest of all."""

_SMALLEST_AND_LARGEST = {
    MunicipalityKind.DESIGNATED_CITY: (690_000, 2_750_000),
    MunicipalityKind.CITY: (32_000, 630_000),
    MunicipalityKind.SPECIAL_WARD: (220_000, 760_000),
    MunicipalityKind.TOWN: (5_000, 52_000),
    MunicipalityKind.VILLAGE: (900, 40_000),
    MunicipalityKind.WARD: (50_000, 350_000),
}


def real_size(code: str, seed: str) -> int:
    """About as many residents as a municipality of that kind has: known, or drawn so that small ones are many and large ones few.

    Raises InvalidInput for an unknown code.
    """
    if code in KNOWN:
        return KNOWN[code]
    smallest, largest = _SMALLEST_AND_LARGEST[municipality(code).kind]
    lot = Random(f"{seed}/size/{code}").random()  # noqa: S311  repeatable on purpose
    return int(smallest * largest / (smallest + lot * (largest - smallest)))


def sizes(municipalities: Iterable[str], total: int, seed: str) -> dict[str, int]:
    """`total` residents shared out in proportion to `real_size`, by largest remainder, at least one each; the codes keep their order.

    Raises InvalidInput for an unknown code, for no municipality at all, or for fewer residents than municipalities.
    """
    real = {code: real_size(code, seed) for code in municipalities}
    if not real or total < len(real):
        reason = Say("fewer residents than municipalities.", "住民の数が市区町村の数より少なくなっています。")
        raise InvalidInput("residents", reason, Say("Give at least one resident each.", "市区町村ごとに一人以上としてください。"))
    spare, whole = total - len(real), sum(real.values())
    shares = {code: 1 + spare * size // whole for code, size in real.items()}
    by_remainder = sorted(real, key=lambda code: (-(spare * real[code] % whole), code))
    for code in by_remainder[: total - sum(shares.values())]:
        shares[code] += 1
    return shares
