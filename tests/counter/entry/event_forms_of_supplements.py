"""Scenes of the address supplement: what a clerk types, and what the command line takes (戸籍の附票の入力例)."""

from typing import Any

from openjuki.procedures.supplement_entries import RegisteredPerson, SupplementMade, make
from tests.counter.entry.event_scene import DAY, HOME, TYPED_DAY, Scene
from tests.procedures.municipal_office import TownHall, arrival, arrive

DOMICILE, HEAD = "鹿児島県姶良市宮島町25番地", "住基　太郎"
PERSON = {"name": "住基　太郎", "birth": "1974-05-03"}
MADE = {
    "registered_domicile": DOMICILE, "registered_domicile_head": HEAD, "made_on": "H25.12.1", "persons-0-name": "住基　太郎",
    "persons-0-birth": "S49.5.3", "persons-0-addresses-0-since": "H20.1.1", "persons-0-addresses-0-address-town": "宮島町",
    "persons-0-addresses-0-address-block": "25番地",
}  # fmt: skip
LINE = {"address-since": "H25.12.1", "address-address-town": "宮島町", "address-address-block": "25番地"}


def supplemented(hall: TownHall) -> list[Any]:
    """A family register of one person with its supplement."""
    hall.run(make, SupplementMade(DOMICILE, HEAD, "2013-11-01", (RegisteredPerson("住基　太郎", "1974-05-03"),)))
    return []


def waiting(hall: TownHall) -> list[Any]:
    """A row that waits, since the register writes the person's name otherwise."""
    hall.run(make, SupplementMade(DOMICILE, HEAD, "2013-10-01", (RegisteredPerson("住基　多郎", "1974-05-03"),)))
    return arrive(hall, arrival("住基　太郎", "世帯主", registered_domicile=DOMICILE, registered_domicile_head=HEAD))


def nobody(hall: TownHall) -> list[Any]:
    return []


SCENES: tuple[Scene, ...] = (
    Scene("supplement-made", nobody, None, MADE, {
        "registered_domicile": DOMICILE, "registered_domicile_head": HEAD, "made_on": "2013-12-01",
        "persons": [{**PERSON, "addresses": [{"since": "2008-01-01", "address": HOME}]}],
    }),
    Scene("supplement-joined", supplemented, None,
          {"supplement": "1", "joined_on": TYPED_DAY, "persons-0-name": "住基　美子", "persons-0-birth": "S51.8.1"},
          {"supplement": 1, "joined_on": DAY, "persons": [{"name": "住基　美子", "birth": "1976-08-01"}]}),
    Scene("supplement-correction", supplemented, None,
          {"supplement": "1", "member": "1", "found_on": TYPED_DAY, "name": "住基　太朗", **LINE},
          {"supplement": 1, "member": 1, "found_on": DAY, "name": "住基　太朗", "address": {"since": "2013-12-01", "address": HOME}}),
    Scene("supplement-annulment", supplemented, None,
          {"supplement": "1", "sequence": "2", "found_on": TYPED_DAY}, {"supplement": 1, "sequence": 2, "found_on": DAY}),
    Scene("supplement-left", supplemented, None,
          {"supplement": "1", "because": "death", "left_on": "平成25年11月下旬", "members-count": "1", "members-0-member": "1"},
          {"supplement": 1, "because": "death", "left_on": "2013-11-E3", "members": [{"member": 1}]}),
    Scene("supplement-waiting", waiting, None,
          {"number": "1", "supplement": "1", "member": "1"}, {"number": 1, "supplement": 1, "member": 1}),
)  # fmt: skip
