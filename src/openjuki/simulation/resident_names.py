"""Names of synthetic residents: real ones, some with rare characters (氏名・外字; standard specification 1.1.18, 文字情報基盤).

Surnames follow Zipf's law, shifted a little from town to town; given names follow the years of birth. A few households carry a form of
their surname that common encodings cannot hold: a variation sequence (辻󠄂) or a character beyond JIS X 0213 (𮞾).
"""

from functools import lru_cache
from random import Random
from zlib import crc32

from openjuki.register.characters import forms, in_cp932, is_recordable
from openjuki.register.identity import Sex
from openjuki.register.names import ReadName, given_names, surnames
from openjuki.simulation import population_rates as rates
from openjuki.simulation.lots import Lots, below, by_rank, one_in

_VARIANTS = str.maketrans("高崎辺斎斉沢浜島徳広桜国真恵富", "髙﨑邊齋齊澤濱嶋德廣櫻國眞惠冨")
_VARIANT_OF = frozenset("高崎辺斎斉沢浜島徳広桜国真恵富")
_SELECTORS = tuple(map(chr, range(0xE0100, 0xE0120)))
_RARE_SURNAMES_FROM = 150
"""The commonest surnames, of which rare forms are made."""

_OLD_ENDINGS = {
    Sex.MALE: tuple("夫男雄郎治司次一二三吉作蔵正昭明弘実茂清"),
    Sex.FEMALE: ("子", "代", "江", "枝", "美"),
}
_NEW_ENDINGS = {Sex.MALE: tuple("斗翔太輝樹人真空希大汰仁馬也"), Sex.FEMALE: ()}
_COHORTS = ((1965, 0), (1990, 1), (9999, 2))
"""Years of birth before which the first, the second and the third pool of given names holds."""


def _surname_lots(random: Random) -> Lots[ReadName]:
    """Surnames of a municipality: 1/(rank + 12), by half more or less from town to town."""
    draw = random.random  # not `below`: a nation's towns draw a million of these weights
    weights = [(1_000_000 // (rank + 12)) * (50 + int(draw() * 101)) for rank in range(1, len(surnames()) + 1)]
    return Lots(zip(surnames(), weights, strict=True))


@lru_cache(maxsize=2)
def _pools(sex: Sex) -> tuple[Lots[ReadName], ...]:
    """Given names of the three cohorts; the source has no frequencies, so ranks are shuffled once and for all."""
    names = sorted(given_names(sex), key=lambda name: crc32(name.name.encode()))
    old = [name for name in names if name.name.endswith(_OLD_ENDINGS[sex])]
    new = [name for name in names if not name.name.endswith(_OLD_ENDINGS[sex])]
    youngest = [name for name in names if name.name.endswith(_NEW_ENDINGS[sex])] if _NEW_ENDINGS[sex] else new
    return by_rank(old, 20), by_rank(_alternating(old, new), 40), by_rank(youngest, 40)


def _alternating(one: list[ReadName], other: list[ReadName]) -> list[ReadName]:
    mixed = [name for pair in zip(one, other, strict=False) for name in pair]
    shorter = len(mixed) // 2
    return mixed + one[shorter:] + other[shorter:]


@lru_cache(maxsize=1)
def _older_forms() -> dict[str, list[str]]:
    """Characters that cp932 cannot hold, by the common form that they stand for."""
    found: dict[str, list[str]] = {}
    for point, form in sorted(forms().items()):
        if not in_cp932(chr(point)) and is_recordable(chr(point)):
            found.setdefault(form, []).append(chr(point))
    return found


@lru_cache(maxsize=1024)
def _rare_signs(sign: str) -> tuple[str, ...]:
    sequences = [sign + selector for selector in _SELECTORS if is_recordable(sign + selector)]
    return (*sequences, *_older_forms().get(sign, ()))


@lru_cache(maxsize=4096)
def rare_forms(name: str) -> tuple[str, ...]:
    """The name with one character in a form that cp932 cannot hold, in every way the unified set knows; () if there is none."""
    return tuple(
        name[:place] + rare + name[place + 1 :] for place, sign in enumerate(name) for rare in _rare_signs(sign)
    )  # fmt: skip


@lru_cache(maxsize=1)
def _rare_surnames() -> tuple[ReadName, ...]:
    return tuple(ReadName(form, name.kana) for name in surnames()[:_RARE_SURNAMES_FROM] for form in rare_forms(name.name))


class NameLots:
    """Draws names for the residents of one municipality."""

    def __init__(self, random: Random) -> None:
        self._surnames = _surname_lots(random)

    def surname(self, random: Random) -> ReadName:
        """A surname for a household: one in 340 rare, some with an old form that cp932 holds (髙)."""
        if one_in(random, rates.RARE_SURNAME_ONE_IN):
            rare = _rare_surnames()
            return rare[below(random, len(rare))]
        name = self._surnames.draw(random)
        if _VARIANT_OF.isdisjoint(name.name) or not one_in(random, rates.VARIANT_ONE_IN):
            return name
        return ReadName(name.name.translate(_VARIANTS), name.kana)

    def given(self, random: Random, sex: Sex, year: int) -> ReadName:
        """A given name for someone born in `year`."""
        pool = next(pool for before, pool in _COHORTS if year < before)
        name = _pools(sex)[pool].draw(random)
        if one_in(random, rates.RARE_GIVEN_NAME_ONE_IN) and (rare := rare_forms(name.name)):
            return ReadName(rare[below(random, len(rare))], name.kana)
        return name
