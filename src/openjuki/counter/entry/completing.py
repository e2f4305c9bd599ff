"""Addresses completed by the server while they are typed: by name, reading or postal code (住所辞書, standard 1.3.3)."""

from collections.abc import Iterator
from itertools import islice

from openjuki.register.addresses import Municipality, places, towns_of

OFFERED_MAX = 20
_DIGITS = str.maketrans("０１２３４５６７８９－‐−", "0123456789---")


def completions(kind: str, text: str, office: str) -> list[tuple[str, str]]:
    """What the text may be going to be, each with its reading: a `town` of the office's own territory, a `municipality`, or a `place`."""
    wanted = "".join(text.split()).translate(_DIGITS)
    if not wanted:
        return []
    found = _towns(office, wanted) if kind == "town" else _municipalities(wanted) if kind == "municipality" else _places(wanted)
    return list(islice(dict.fromkeys(found), OFFERED_MAX))


def _towns(code: str, wanted: str, before: str = "") -> Iterator[tuple[str, str]]:
    digits = wanted.replace("-", "")
    for town in towns_of(code):
        if town.name.startswith(wanted) or town.kana.startswith(wanted) or (digits.isdigit() and town.postal_code.startswith(digits)):
            yield before + town.name, f"{town.kana} {town.postal_code[:3]}-{town.postal_code[3:]}"


def _municipalities(wanted: str) -> Iterator[tuple[str, str]]:
    for place in places():
        if any(word.startswith(wanted) for word in (place.written, place.name, place.kana, f"{place.district}{place.name}")):
            yield place.written, place.kana


def _places(wanted: str) -> Iterator[tuple[str, str]]:
    """The municipality as long as it is not written out, then its towns."""
    whole = _written_out(wanted)
    if whole is None:
        yield from _municipalities(wanted)
        return
    if not wanted.removeprefix(whole.written):
        yield whole.written, whole.kana
        return
    yield from _towns(whole.code, wanted.removeprefix(whole.written), whole.written)


def _written_out(wanted: str) -> Municipality | None:
    """The municipality, or rather its ward, with whose whole name the text begins."""
    return max((place for place in places() if wanted.startswith(place.written)), key=lambda place: len(place.written), default=None)
