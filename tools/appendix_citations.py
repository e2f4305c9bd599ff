"""Which statutes and articles a sentence of the appendices cites (別表; form: tests/golden/README-appendix.md)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
UNITS = {"十": 10, "百": 100, "千": 1000}
KANJI = "[一二三四五六七八九十百千]+"
STATUTE_NUMBER = re.compile(f"（((?:明治|大正|昭和|平成)(?:元|{KANJI})年(?:法律|政令)第{KANJI}号)")
NUMBERED = re.compile(f"第{KANJI}(?:[条号](?:の{KANJI})*|項)")
ONE_TO_TEN = "一二三四五六七八九十"
NO_NUMERALS = dict.fromkeys(map(ord, "一二三四五六七八九十百千"))
RANGE = re.compile("第([一二三四五六七八九十])([項号])から第([一二三四五六七八九十])[項号]まで")
BEFORE_A_NAME = re.compile("）及び|[、。（）「」　]|又は|若しくは|並びに|準用する|規定する|改正前の|により|こととされる|基づいて")


def arabic(numeral: str) -> int:
    """The value of a kanji numeral such as 二百七十六."""
    total, digit = 0, 0
    for sign in numeral:
        if sign in UNITS:
            total, digit = total + (digit or 1) * UNITS[sign], 0
        else:
            digit = DIGITS[sign]
    return total + digit


def in_arabic(text: str) -> str:
    """`text` with every kanji numeral in arabic figures; for numbers of statutes and rows, not for names."""
    return re.sub(KANJI, lambda found: str(arabic(found[0])), text)


def without_parentheses(text: str) -> str:
    """`text` with every （…） left out, also nested ones."""
    while (shorter := re.sub("（[^（）]*）", "", text)) != text:
        text = shorter
    return text


def statute_numbers(text: str) -> dict[str, str]:
    """Each statute that `text` names together with its number, name -> number in arabic figures; the first naming counts."""
    numbers: dict[str, str] = {}
    for found in STATUTE_NUMBER.finditer(text):
        name = BEFORE_A_NAME.split(text[: found.start()])[-1]
        numbers.setdefault(name, in_arabic(found[1]).replace("元年", "1年"))
    return numbers


@dataclass(frozen=True)
class Article:
    """One cited place: `levels` are 条, 項 and 号 as written out, innermost last."""

    statute: str
    supplementary: bool = False
    levels: Mapping[str, str] = field(default_factory=dict)

    def under(self, level: str, text: str) -> "Article":
        """The place named when 第N条, 第N項 or 第N号 follows this one: outer levels are kept, inner ones dropped."""
        outer = "条項号"[: "条項号".index(level)]
        return replace(self, levels={name: self.levels[name] for name in outer if name in self.levels} | {level: text})

    def written(self, home: str) -> str:
        """The normal form, with the statute in front where it is not `home`."""
        return ("" if self.statute == home else self.statute) + "附則" * self.supplementary + "".join(self.levels.values())


def names(statutes: Iterable[str]) -> str:
    """A pattern for any of these statutes, the longest name first: one name may begin with another."""
    return "|".join(sorted(map(re.escape, statutes), key=len, reverse=True))


@cache
def tokens(statutes: frozenset[str]) -> re.Pattern[str]:
    """A pattern for all that a citation consists of."""
    statute = f"(?P<statute>{names(statutes)})"
    return re.compile(f"{statute}|(?P<same>同法)|(?P<rules>附則)|(?P<number>{NUMBERED.pattern})|(?P<letter>(?<=号)[イロハ])")


class Reader:
    """Reads a sentence from left to right and remembers the statute and place named last."""

    def __init__(self, statutes: Iterable[str], statute: str = "") -> None:
        self.token = tokens(frozenset(statutes))
        self.place = Article(statute)
        self.statutes: list[str] = []
        self.places: list[Article] = []

    def read(self, text: str) -> "Reader":
        """Takes in `text`; afterwards `statutes` and `places` are in order of mention, repetitions included."""
        found = list(self.token.finditer(RANGE.sub(in_full, without_parentheses(text))))
        for token, following in zip(found, [*found[1:], None], strict=True):
            self.take(token)
            if (token["number"] or token["letter"]) and not goes_on(token, following):
                self.places.append(self.place)
        return self

    def take(self, token: re.Match[str]) -> None:
        """Moves the place to what `token` names."""
        if token["number"]:
            level = token["number"].translate(NO_NUMERALS)[1]
            self.place = self.place.under(level, in_arabic(token["number"]))
        elif token["letter"]:
            self.place = self.place.under("号", self.place.levels["号"] + token["letter"])
        else:
            self.place = Article(token["statute"] or self.place.statute, supplementary=bool(token["rules"]))
        if token["statute"]:
            self.statutes.append(token["statute"])


def goes_on(token: re.Match[str], following: re.Match[str] | None) -> bool:
    """Whether `following` names an inner level of the place that `token` names: 第三条 goes on in 第三条第一項."""
    return following is not None and following.start() == token.end() and bool(following["number"] or following["letter"])


def in_full(found: re.Match[str]) -> str:
    """第二項から第四項まで as 第二項、第三項、第四項."""
    return "、".join(f"第{ONE_TO_TEN[number - 1]}{found[2]}" for number in range(arabic(found[1]), arabic(found[3]) + 1))
