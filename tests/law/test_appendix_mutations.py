"""200 rows changed on purpose, in the catalogue and in the law's own text: every one is noticed (別表の改変)."""

import random
from collections.abc import Callable

import msgspec
import pytest

from openjuki.law.purposes import Row, catalogue, check, read
from openjuki.register.errors import Broken
from tests.law.test_appendix import LAW_TEXT, law_text_here
from tools import appendix

SEED, MUTATIONS = 20130401, 200


def drop_a_body(rows: list[Row], at: int, chance: random.Random) -> None:
    bodies = list(rows[at].bodies)
    bodies.pop(chance.randrange(len(bodies)))
    rows[at] = msgspec.structs.replace(rows[at], bodies=tuple(bodies))


def change_an_article(rows: list[Row], at: int, chance: random.Random) -> None:
    articles = list(rows[at].articles) or ["第1条"]
    place = chance.randrange(len(articles))
    digits = [index for index, sign in enumerate(articles[place]) if sign.isdigit()]
    digit = chance.choice(digits)
    other = str((int(articles[place][digit]) + chance.randint(1, 9)) % 10)
    articles[place] = articles[place][:digit] + other + articles[place][digit + 1 :]
    rows[at] = msgspec.structs.replace(rows[at], articles=tuple(articles))


def swap_the_statute(rows: list[Row], at: int, chance: random.Random) -> None:
    other = chance.choice([row for row in rows if row.statute != rows[at].statute])
    rows[at] = msgspec.structs.replace(rows[at], statute=other.statute)


def change_the_number(rows: list[Row], at: int, chance: random.Random) -> None:
    number = rows[at].statute_number or "昭和1年法律第1号"
    rows[at] = msgspec.structs.replace(rows[at], statute_number=chance.choice([None, number.replace("法律第", "法律第1")]))


def delete_the_row(rows: list[Row], at: int, chance: random.Random) -> None:
    del rows[at]


def double_the_row(rows: list[Row], at: int, chance: random.Random) -> None:
    rows.insert(chance.randrange(len(rows)), rows[at])


def move_to_another_table(rows: list[Row], at: int, chance: random.Random) -> None:
    rows[at] = msgspec.structs.replace(rows[at], table=rows[at].table % 5 + 1)


def give_another_row_number(rows: list[Row], at: int, chance: random.Random) -> None:
    rows[at] = msgspec.structs.replace(rows[at], row=f"{rows[at].row}-{chance.randint(2, 9)}")


def change_places(rows: list[Row], at: int, chance: random.Random) -> None:
    other = (at + chance.randint(1, len(rows) - 1)) % len(rows)
    rows[at], rows[other] = rows[other], rows[at]


def describe_another_affair(rows: list[Row], at: int, chance: random.Random) -> None:
    other = chance.choice([row for row in rows if row.affair != rows[at].affair])
    rows[at] = msgspec.structs.replace(rows[at], affair=other.affair)


Mutation = Callable[[list[Row], int, random.Random], None]
ON_ROWS: tuple[Mutation, ...] = (
    drop_a_body,
    change_an_article,
    swap_the_statute,
    change_the_number,
    delete_the_row,
    double_the_row,
    move_to_another_table,
    give_another_row_number,
    change_places,
    describe_another_affair,
)


def mutated(number: int) -> list[Row]:
    chance = random.Random(SEED + number)
    rows = list(catalogue().values())
    ON_ROWS[number % len(ON_ROWS)](rows, chance.randrange(len(rows)), chance)
    return rows


def test_the_catalogue_itself_has_no_complaint():
    assert check(catalogue().values()) == ()


def test_a_complaint_names_the_row_and_what_is_wrong():
    first, second, *others = catalogue().values()
    assert check([first, second, *others, first]) == ("appendix:1:1-2: 2 times",)
    assert check([second, *others]) == ("appendix:1:1-2: missing",)
    assert check([msgspec.structs.replace(first, statute="関税法"), second, *others]) == ("appendix:1:1-2: changed",)


@pytest.mark.slow
def test_every_one_of_200_mutated_rows_is_noticed():
    silent = [ON_ROWS[number % len(ON_ROWS)].__name__ for number in range(MUTATIONS) if not check(mutated(number))]
    assert not silent


@pytest.mark.parametrize("mutate", ON_ROWS, ids=lambda mutate: mutate.__name__)
def test_a_mutated_data_file_is_not_loaded(mutate):
    rows = list(catalogue().values())
    mutate(rows, 77, random.Random(SEED))
    with pytest.raises(Broken):
        read(appendix.lines(rows).encode())


def test_a_damaged_line_is_named():
    data = appendix.DATA.read_bytes().replace("恩給法".encode(), "恩給令".encode(), 1)
    with pytest.raises(Broken, match="appendix:1:16: changed"):
        read(data)


IN_THE_TEXT: tuple[Callable[[appendix.Paragraph], appendix.Paragraph], ...] = (
    lambda row: row._replace(bodies=row.bodies.split("又は")[-1] + "若しくは別の省"),
    lambda row: row._replace(bodies=row.bodies.split("又は")[-1].split("及び")[-1]),
    lambda row: row._replace(affair=appendix.without_parentheses(row.affair).replace("条", "条の九十九", 1)),
    lambda row: row._replace(affair=appendix.without_parentheses(row.affair).replace("第一項", "第十一項", 1)),
    lambda row: row._replace(affair="関税法" + row.affair),
    lambda row: row._replace(row=row.row + "-9"),
    lambda row: row._replace(table=row.table % 5 + 1),
)


def essence(row: appendix.Paragraph) -> tuple[int, str, str, str]:
    """What of a printed row counts: parentheses do not."""
    return row.table, row.row, appendix.without_parentheses(row.bodies), appendix.without_parentheses(row.affair)


@law_text_here
@pytest.mark.slow
def test_200_changes_of_the_law_text_itself_change_what_the_tool_reads():
    text = LAW_TEXT.read_text("utf-8")
    printed = list(appendix.paragraphs(text))
    known = appendix.statutes(text, printed)
    for row in printed:
        known.update(appendix.numbers_of(row))
    before = [appendix.row(row, known) for row in printed]
    chance = random.Random(SEED)
    noticed = 0
    for number in range(3 * MUTATIONS):
        at = chance.randrange(len(printed))
        changed = IN_THE_TEXT[number % len(IN_THE_TEXT)](printed[at])
        if essence(changed) != essence(printed[at]):
            assert appendix.row(changed, known) != before[at], changed
            noticed += 1
    assert noticed >= MUTATIONS
