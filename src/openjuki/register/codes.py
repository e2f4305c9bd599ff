"""Numbers of persons and offices with their check digits (住民票コード, 個人番号, 全国地方公共団体コード, 法人番号; Act art. 30-2, rule 1).

Sources: resident record code: MIC notice 436 of 2002, formula taken from three specimens (a remainder of 0 or 1 gives 0: assumed,
as for the Individual Number); Individual Number: ordinance 85 of 2014 art. 5; municipality code: the MIC's code table;
corporate number: ordinance 70 of 2014; internal numbers (宛名番号, 世帯番号): standard specification 1.1.13.
Every number is text: a leading zero is a digit like any other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from operator import mul
from typing import NewType

from openjuki.register.errors import InvalidInput, Say

ResidentCode = NewType("ResidentCode", str)
"""Resident record code (住民票コード): 10 random digits and a check digit."""
IndividualNumber = NewType("IndividualNumber", str)
"""Individual Number (個人番号): 11 digits and a check digit."""
OfficeCode = NewType("OfficeCode", str)
"""Code of an office of the network: 5 digits and a check digit; those of municipalities and prefectures are the national ones."""
MunicipalityCode = NewType("MunicipalityCode", OfficeCode)
"""Code of a municipality (全国地方公共団体コード): prefecture 01-47, body, check digit."""
CorporateNumber = NewType("CorporateNumber", str)
"""Corporate number (法人番号): a check digit and 12 digits."""

PREFECTURES = frozenset(f"{number:02d}" for number in range(1, 48))
"""The 47 prefectures as the first two digits of a municipality code."""

_FOLD = str.maketrans("０１２３４５６７８９", "0123456789", " 　-－‐‑–—−ー")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of number: its names, length, and how its check digit follows from the body."""

    key: str
    japanese: str
    length: int
    weights: tuple[int, ...]
    checks: bytes
    """Check digit by remainder of the weighted sum of the body's ASCII bytes."""
    check_first: bool = False


def _kind(key: str, japanese: str, weights: str, modulus: int, over: str, check_first: bool = False) -> Kind:
    """`over` gives the check digit where modulus - remainder is 10 and 11, in that order."""
    weight = tuple(map(int, weights))
    shift = ord("0") * sum(weight)
    digits = "0123456789" + over
    checks = bytes(ord(digits[modulus - (remainder - shift) % modulus]) for remainder in range(modulus))
    return Kind(key, japanese, len(weight) + 1, weight, checks, check_first)


RESIDENT_CODE = _kind("resident-code", "住民票コード", "5432765432", 11, "00")
INDIVIDUAL_NUMBER = _kind("individual-number", "個人番号", "65432765432", 11, "00")
MUNICIPALITY_CODE = _kind("municipality-code", "全国地方公共団体コード", "65432", 11, "01")
CORPORATE_NUMBER = _kind("corporate-number", "法人番号", "212121212121", 9, "", check_first=True)
_BY_BODY_LENGTH = {kind.length - 1: kind for kind in (RESIDENT_CODE, INDIVIDUAL_NUMBER, MUNICIPALITY_CODE, CORPORATE_NUMBER)}


def resident_code(text: str) -> ResidentCode:
    """Resident record code; InvalidInput if it is not 11 half-width digits with the right check digit."""
    _check(RESIDENT_CODE, text)
    return ResidentCode(text)


def individual_number(text: str) -> IndividualNumber:
    """Individual Number; InvalidInput if it is not 12 half-width digits with the right check digit."""
    _check(INDIVIDUAL_NUMBER, text)
    return IndividualNumber(text)


def office_code(text: str) -> OfficeCode:
    """Code of any office; InvalidInput if it is not 6 half-width digits with the right check digit."""
    _check(MUNICIPALITY_CODE, text)
    return OfficeCode(text)


def municipality_code(text: str) -> MunicipalityCode:
    """Code of a municipality or a ward; InvalidInput also for a prefecture's code or one outside prefectures 01-47."""
    code = office_code(text)
    if code[:2] not in PREFECTURES or code[2:5] == "000":
        reason = Say("no municipality has such a code.", "市区町村のコードではありません。")
        remedy = Say(
            "Use the code of a municipality from the national table.", "全国地方公共団体コード表の市区町村コードを入力してください。"
        )
        raise InvalidInput(MUNICIPALITY_CODE.key, reason, remedy)
    return MunicipalityCode(code)


def corporate_number(text: str) -> CorporateNumber:
    """Corporate number; InvalidInput if it is not 13 half-width digits with the right check digit in front."""
    _check(CORPORATE_NUMBER, text)
    return CorporateNumber(text)


CHECKS: dict[str, Callable[[str], str]] = {
    RESIDENT_CODE.key: resident_code,
    INDIVIDUAL_NUMBER.key: individual_number,
    MUNICIPALITY_CODE.key: municipality_code,
    CORPORATE_NUMBER.key: corporate_number,
}
"""Kinds of number that can be checked by name, with the function that checks them."""


def check_number(kind: str, number: str) -> InvalidInput | None:
    """What is wrong with `number` as a number of `kind` (a key of `CHECKS`); None if nothing is."""
    check = CHECKS.get(kind)
    if check is None:
        names = ", ".join(CHECKS)
        return InvalidInput(
            "kind",
            Say("no such kind of number.", "その種類の番号はありません。"),
            Say(f"Use {names}.", f"{names} のどれかを指定してください。"),
        )
    try:
        check(number)
    except InvalidInput as error:
        return error
    return None


def with_check_digit(body: str) -> str:
    """The whole number for a body of 5, 10, 11 or 12 digits: office, resident, individual, corporate; InvalidInput for other bodies."""
    kind = _BY_BODY_LENGTH.get(len(body))
    if kind is None:
        reason = Say("no number has a body of this length.", "この桁数の番号はありません。")
        raise InvalidInput("body", reason, Say("Give 5, 10, 11 or 12 digits.", "5、10、11、12桁のいずれかで入力してください。"))
    if not (body.isascii() and body.isdigit()):
        raise _not_digits(kind, body)
    digit = chr(_check_byte(kind, body.encode()))
    return digit + body if kind.check_first else body + digit


def random_resident_code(draw: Callable[[int], int]) -> ResidentCode:
    """A code by chance (rule 14: codes are drawn at random); draw(n) must be uniform in range(n)."""
    return ResidentCode(with_check_digit(f"{draw(10**10):010d}"))


def running_number(sequence: int, digits: int) -> str:
    """Internal number (宛名番号, 世帯番号) of `digits` digits: running number and check digit, modulus 11, weights 2 to 7 from the right.

    A remainder of 0 gives 0 (standard 1.1.13); a remainder of 1 gives 0 as well, since 10 is no digit. ValueError if it does not fit.
    """
    body = f"{sequence:0{digits - 1}d}"
    if sequence < 0 or len(body) != digits - 1:
        raise ValueError("the running number does not fit")
    total = sum(map(mul, map(int, reversed(body)), cycle(range(2, 8))))
    return body + str(-total % 11 % 10)


def digits_of(text: str) -> str:
    """What a person or a file gave as a number, in half width and without spaces and hyphens: for counters and imports, before a check."""
    return text.translate(_FOLD)


def _check_byte(kind: Kind, number: bytes) -> int:
    total: int = sum(map(mul, kind.weights, number))  # stops at the shorter one, so that a check digit at the end does no harm
    return kind.checks[total % len(kind.checks)]


def _check(kind: Kind, text: str) -> None:
    number = text.encode("ascii", "replace")
    if len(number) != kind.length or not number.isdigit():
        raise _wrong_length(kind, number) if number.isdigit() else _not_digits(kind, text)
    fits = _check_byte(kind, number[1:]) == number[0] if kind.check_first else _check_byte(kind, number) == number[-1]
    if not fits:
        reason = Say("the check digit does not fit.", f"{kind.japanese}の検査数字が合いません。")
        raise InvalidInput(kind.key, reason, Say("Compare with the document and type it again.", "書類と照らして入力し直してください。"))


def _wrong_length(kind: Kind, number: bytes) -> InvalidInput:
    reason = Say(f"{len(number)} digits instead of {kind.length}.", f"{len(number)}桁です。{kind.japanese}は{kind.length}桁です。")
    return InvalidInput(kind.key, reason, Say(f"Give all {kind.length} digits.", f"{kind.length}桁すべてを入力してください。"))


def _not_digits(kind: Kind, text: str) -> InvalidInput:
    folded = digits_of(text)
    if not text:
        reason = Say("nothing was given.", f"{kind.japanese}がありません。")
    elif folded.isascii() and folded.isdigit():
        reason = Say("full-width digits, spaces or hyphens.", "全角数字、空白又はハイフンがあります。")
    else:
        reason = Say("a sign that is no digit.", "数字でない文字があります。")
    remedy = Say(f"Type {kind.length} half-width digits and nothing else.", f"半角数字{kind.length}桁だけを入力してください。")
    return InvalidInput(kind.key, reason, remedy)
