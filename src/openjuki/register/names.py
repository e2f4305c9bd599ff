"""Names and their readings: what may be recorded, and real names for synthetic residents (氏名・振り仮名; Act art. 7 item 1).

A name stays as received: family and given name apart by a space (full-width as a rule) or as written, never Unicode-normalised. A foreign
resident's name in Latin letters is that of the residence card: capitals, in the card's order, never turned round or shortened.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from openjuki.register.errors import InvalidInput, Say
from openjuki.register.identity import Sex
from openjuki.register.package_data import read_text
from openjuki.register.recorded_text import check_text

# limits of our own, counted in graphemes
NAME_GRAPHEMES_MAX = 100
KANA_GRAPHEMES_MAX = 100

_SPACES = " 　"
_NOT_IN_A_NAME = re.compile("[a-zａ-ｚ0-9０-９!-&(-+/:-@\\[-`{-~｡-ﾟ]")
_KANA = re.compile("[ぁ-ゖァ-ヺーゝゞヽヾ・ 　]+")


class ReadName(NamedTuple):
    """A name with its katakana reading."""

    name: str
    kana: str


def check_name(name: str) -> None:
    """InvalidInput unless `name` can be recorded: characters of the unified set, Latin letters as capitals, no digits, within the limit."""
    check_text("name", name, NAME_GRAPHEMES_MAX)
    if name[0] in _SPACES or name[-1] in _SPACES:
        reason = Say("begins or ends with a space.", "先頭か末尾に空白があります。")
        raise InvalidInput("name", reason, Say("Remove the space.", "空白を取り除いてください。"))
    if _NOT_IN_A_NAME.search(name) or any(letter.islower() for letter in name):
        reason = Say("holds small Latin letters, digits, half-width kana or symbols.", "英小文字・数字・半角カナ・記号があります。")
        remedy = Say("Write Latin letters as capitals and kana in full width.", "英字は大文字、かなは全角で記入してください。")
        raise InvalidInput("name", reason, remedy)


def check_kana(kana: str) -> None:
    """InvalidInput unless `kana` is a reading in full-width kana (hiragana or katakana, with ー, ・ and spaces), within the limit."""
    check_text("kana", kana, KANA_GRAPHEMES_MAX)
    if kana[0] in _SPACES or kana[-1] in _SPACES or not _KANA.fullmatch(kana):
        reason = Say("is not written in full-width kana alone.", "全角のかな以外があるか、先頭か末尾に空白があります。")
        raise InvalidInput("kana", reason, Say("Write the reading in full-width kana.", "振り仮名を全角のかなで記入してください。"))


def split_name(name: str) -> tuple[str, str]:
    """Family and given name, apart at the first space; all of it and "" where it is written in one."""
    family, _, given = name.replace("　", " ").partition(" ")
    return family, given.strip()


@lru_cache(maxsize=1)
def _read_names() -> dict[str, tuple[ReadName, ...]]:
    found: dict[str, list[ReadName]] = {}
    for line in read_text("names").split("\n"):
        kind, name, kana = line.split("\t")
        found.setdefault(kind, []).append(ReadName(name, kana))
    return {kind: tuple(names) for kind, names in found.items()}


def surnames() -> tuple[ReadName, ...]:
    """499 common surnames, each once, in a fixed order: for synthetic residents."""
    return _read_names()["surname"]


def given_names(sex: Sex) -> tuple[ReadName, ...]:
    """Given names of men or women, in a fixed order; of both for any other `sex`: for synthetic residents."""
    held = _read_names()
    if sex is Sex.MALE:
        return held["male"]
    return held["female"] if sex is Sex.FEMALE else held["male"] + held["female"]
