"""The people of a world: names that occur once, in small households (模擬住民)."""

from dataclasses import dataclass, field
from random import Random

from openjuki.procedures.resident_import import Entrant
from openjuki.register.addresses import Address, towns_of
from openjuki.register.change import Previous
from openjuki.register.events import Items
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Sex, Status
from openjuki.register.names import ReadName, given_names, surnames

WRONG_BIRTH = "2013-13-45"
"""What a garbled change says, which no hub can keep."""


@dataclass(eq=False)
class Human:
    """One human as the world knows: where the newest record is, as far as anybody was told."""

    name: str
    birth: str
    sex: Sex
    office: str
    code: str = ""
    status: Status = Status.RESIDENT
    ended: Previous | None = None
    """The residence on the moving-out certificate in the human's hand."""
    busy: bool = False
    names: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)

    @property
    def at_home(self) -> bool:
        """Whether an event can be entered about the human now."""
        return not self.busy and self.status is Status.RESIDENT

    @property
    def on_the_way(self) -> bool:
        """Whether the human has left one office and not reached another."""
        return not self.busy and self.status is Status.REMOVED and self.ended is not None


class People:
    """Draws names, dates and addresses."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._taken: set[str] = set()

    def name(self, sex: Sex, family: ReadName | None = None) -> ReadName:
        """A name that nobody has in this world."""
        while True:
            first = family or self._chance.choice(surnames())
            given = self._chance.choice(given_names(sex))
            name = f"{first.name}　{given.name}"
            if name not in self._taken:
                self._taken.add(name)
                return ReadName(name, f"{first.kana}　{given.kana}")

    def sex(self) -> Sex:
        """Male or female."""
        return self._chance.choice((Sex.MALE, Sex.FEMALE))

    def address(self, office: str) -> Address:
        """A dwelling in a municipality."""
        return Address(office, self._chance.choice(towns_of(office)).name, f"{self._chance.randint(1, 3000)}番地")

    def household(self, office: str, number: str) -> list[Entrant]:
        """One to four people who live together."""
        family, address = self._chance.choice(surnames()), self.address(office)
        return [self._entrant(number, place, family, address) for place in range(self._chance.randint(1, 4))]

    def _entrant(self, number: str, place: int, family: ReadName, address: Address) -> Entrant:
        sex, chance = self.sex(), self._chance
        name = self.name(sex, family)
        items = Items(
            name=name.name, kana=name.kana, birth=f"{chance.randint(1930, 1990)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            sex=sex, relationship="兄" if place else HOUSEHOLDER, registered_domicile=address.text(), registered_domicile_head=name.name,
            became_resident_on="1999-04-01", address=address, address_since="1999-04-01", notified_on="1999-04-01",
        )  # fmt: skip
        return Entrant(place + 1, number, items)
