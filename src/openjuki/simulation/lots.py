"""Drawing lots with whole-number weights, the same on every machine (抽選; promise X4: one seed, one country)."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Lots(Generic[T]):
    """Values with weights; whole numbers, because logarithms and powers of floats may differ between machines."""

    def __init__(self, weighted: Iterable[tuple[T, int]]) -> None:
        pairs = [(value, weight) for value, weight in weighted if weight > 0]
        self.values = [value for value, _ in pairs]
        self._ends = list(accumulate(weight for _, weight in pairs))

    def draw(self, random: Random) -> T:
        """One value, as likely as its weight says."""
        return self.values[bisect_right(self._ends, int(random.random() * self._ends[-1]))]


def by_rank(values: Iterable[T], offset: int) -> Lots[T]:
    """Lots in which the value of rank n weighs 1/(n + offset): the law of Zipf, flattened at the top by `offset`."""
    return Lots((value, 1_000_000_000 // (rank + offset)) for rank, value in enumerate(values, 1))


def below(random: Random, limit: int) -> int:
    """A whole number from 0 to `limit` - 1."""
    return int(random.random() * limit)


def one_in(random: Random, number: int) -> bool:
    """True once in `number` times."""
    return random.random() * number < 1.0
