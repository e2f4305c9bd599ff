"""Figures of the synthetic population: ages, households, rarities (人口・世帯の統計値; Japan around 2020, Ministry's counts and census).

Age bands of all residents, the aim: 0-14 11.38 %, 15-64 59.04 %, 65 and over 29.58 % (resident registers, 2025-01-01). No table of ages
within households was at hand; those below are our own, set so that bands and household sizes come out (tested).
"""

from enum import StrEnum

AgeBand = tuple[int, int]
"""Least and most whole years of age, both included."""

CHILD_SHARE, WORKING_SHARE, ELDERLY_SHARE = 0.1138, 0.5904, 0.2958
SINGLE_SHARE = 0.38
HOUSEHOLD_SIZE_MEAN = 2.2
FOREIGN_SHARE = 0.03

PARTIAL_BIRTH_ONE_IN = 3_000
IMPOSSIBLE_BIRTH_ONE_IN = 30_000
UNKNOWN_BIRTH_ONE_IN = 60_000
RARE_SURNAME_ONE_IN = 340
"""Households whose surname has a character that cp932 cannot hold: a variation sequence or one beyond JIS X 0213."""
RARE_GIVEN_NAME_ONE_IN = 3_000
VARIANT_ONE_IN = 8
"""Households that write 髙 for 高 and the like, among those whose surname has such a character."""


class HouseholdKind(StrEnum):
    """Composition of a household (世帯の家族類型)."""

    SINGLE = "single"
    COUPLE = "couple"
    COUPLE_AND_CHILDREN = "couple-and-children"
    PARENT_AND_CHILDREN = "parent-and-children"
    COUPLE_AND_PARENT = "couple-and-parent"
    THREE_GENERATIONS = "three-generations"
    SIBLINGS = "siblings"
    COHABITANTS = "cohabitants"


KINDS: dict[HouseholdKind, int] = {
    HouseholdKind.SINGLE: 372,
    HouseholdKind.COUPLE: 200,
    HouseholdKind.COUPLE_AND_CHILDREN: 252,
    HouseholdKind.PARENT_AND_CHILDREN: 90,
    HouseholdKind.COUPLE_AND_PARENT: 24,
    HouseholdKind.THREE_GENERATIONS: 46,
    HouseholdKind.SIBLINGS: 8,
    HouseholdKind.COHABITANTS: 8,
}
"""Households of each kind in 1,000 (census 2020, rounded)."""
FOREIGN_KINDS: dict[HouseholdKind, int] = {
    HouseholdKind.SINGLE: 650,
    HouseholdKind.COUPLE: 130,
    HouseholdKind.COUPLE_AND_CHILDREN: 170,
    HouseholdKind.PARENT_AND_CHILDREN: 30,
    HouseholdKind.COHABITANTS: 20,
}
FOREIGN_HOUSEHOLDS_ONE_IN = 25
FOREIGN_SPOUSE_ONE_IN = 110
"""Couples with one Japanese and one foreign spouse."""

HOUSEHOLDER_AGES: dict[HouseholdKind, dict[AgeBand, int]] = {
    HouseholdKind.SINGLE: {
        (18, 24): 70, (25, 34): 115, (35, 44): 75, (45, 54): 110, (55, 64): 120, (65, 74): 196, (75, 84): 190, (85, 94): 117, (95, 102): 7,
    },
    HouseholdKind.COUPLE: {
        (20, 29): 35, (30, 39): 65, (40, 49): 50, (50, 59): 105, (60, 69): 220, (70, 79): 335, (80, 89): 178, (90, 97): 12,
    },
    HouseholdKind.COUPLE_AND_CHILDREN: {
        (24, 29): 24, (30, 39): 144, (40, 49): 275, (50, 59): 285, (60, 69): 140, (70, 79): 103, (80, 89): 29,
    },
    HouseholdKind.PARENT_AND_CHILDREN: {
        (23, 34): 60, (35, 44): 175, (45, 54): 260, (55, 64): 125, (65, 74): 130, (75, 84): 160, (85, 94): 90,
    },
    HouseholdKind.COUPLE_AND_PARENT: {(40, 49): 150, (50, 59): 450, (60, 69): 400},
    HouseholdKind.THREE_GENERATIONS: {(33, 39): 150, (40, 49): 550, (50, 57): 300},
    HouseholdKind.SIBLINGS: {(20, 39): 300, (40, 69): 400, (70, 85): 300},
    HouseholdKind.COHABITANTS: {(20, 34): 500, (35, 64): 350, (65, 80): 150},
}  # fmt: skip
"""Householders by age, in 1,000 of each kind."""
GRANDPARENT_AGES: dict[AgeBand, int] = {(60, 69): 500, (70, 79): 400, (80, 84): 100}
"""Householders of three generations who are the grandparents."""
FOREIGN_AGES: dict[AgeBand, int] = {(18, 24): 220, (25, 34): 390, (35, 44): 200, (45, 54): 110, (55, 64): 50, (65, 80): 30}

ADULTS_AT_HOME_YEARS = 22
"""From this age on half of the elder children have left home."""
CHILDREN_OF_COUPLES: dict[int, int] = {1: 440, 2: 410, 3: 130, 4: 20}
CHILDREN_OF_ONE: dict[int, int] = {1: 670, 2: 270, 3: 60}
"""Children who live with their parents, in 1,000 households."""
PARENT_YEARS_MIN, PARENT_YEARS_MAX, PARENT_YEARS_USUAL = 20, 45, 30
"""Years by which a parent is older than a child."""
