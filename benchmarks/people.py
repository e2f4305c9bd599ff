"""Made-up residents for the peers' tables, each computed from its number so that both ends know them (合成住民)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw

SURNAME_LIST = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田
橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上
"""
GIVEN_LIST = """
太郎 花子 一郎 美子 明 美智子 光 健 真由美 翔 陽子 誠 久美子 大輔 恵子 隆 幸子 豊 和子 学 直美 茂 智子 浩 由美子
進 純子 勝 節子 清 裕子 実 京子 弘 悦子 博 洋子 修 順子 剛 典子
"""
TOWN_LIST = """
宮島町 東餅田 西餅田 加治木町本町 平松 脇元 鍋倉 池島町 松原町 船津 住吉 下名 上名 北山 木津志 蒲生町上久徳
"""
SURNAMES, GIVEN, TOWNS = SURNAME_LIST.split(), GIVEN_LIST.split(), TOWN_LIST.split()
STRIDE = 7_368_787_913
BODY_MAX = 10_000_000_000
WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Person:
    """What a peer's table holds of a resident; `birth` is YYYY-MM-DD."""

    code: str
    name: str
    birth: str
    sex: str
    address: str


def code_of(number: int) -> str:
    """The resident record code of the person with this number: ten digits that look random, and a check digit."""
    body = f"{number * STRIDE % BODY_MAX:010d}"
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    return body + str(0 if rest <= 1 else 11 - rest)


def person(number: int) -> Person:
    """Resident `number`; no two share name and birth date up to 40 million."""
    mixed = number * 2_654_435_761 % (1 << 32)
    surname, given = SURNAMES[number % len(SURNAMES)], GIVEN[number // len(SURNAMES) % len(GIVEN)]
    block = number // (len(SURNAMES) * len(GIVEN))
    day = f"{1930 + block % 90:04d}-{1 + block // 90 % 12:02d}-{1 + (number + 5 * (block // 1080)) % 28:02d}"
    address = f"鹿児島県姶良市{TOWNS[mixed % len(TOWNS)]}{1 + mixed % 3000}番地{1 + mixed % 40}"
    return Person(code_of(number), surname + given, day, "12"[mixed % 2], address)


def people(count: int) -> Iterator[Person]:
    """Residents 0 to count - 1."""
    return map(person, range(count))


SCHEMA = """
create table resident(id integer primary key, code text not null, name text not null, birth text not null, sex text not null,
    address text not null);
create table provision(id integer primary key, at real not null, agency text not null, affair text not null, case_number text not null,
    operator text not null, resident integer not null, salt blob not null, leaf blob not null);
"""
INDEXES = """
create unique index resident_by_code on resident(code);
create index resident_by_birth_and_name on resident(birth, name);
"""


def open_file(path: Path | str) -> apsw.Connection:
    """A SQLite file as an office would hold it: WAL, and a commit is on disk when it returns."""
    connection = apsw.Connection(str(path))
    for pragma in ("journal_mode=wal", "synchronous=full", "cache_size=-524288"):
        list(connection.execute(f"pragma {pragma}"))
    return connection


def make_file(path: Path | str, count: int) -> None:
    """Writes a fresh table of `count` residents with its indexes."""
    connection = open_file(path)
    connection.execute(SCHEMA)
    with connection:
        rows = ((one.code, one.name, one.birth, one.sex, one.address) for one in people(count))
        connection.executemany("insert into resident(code, name, birth, sex, address) values(?, ?, ?, ?, ?)", rows)
        connection.execute(INDEXES)
    list(connection.execute("pragma wal_checkpoint(truncate)"))
    connection.close()
