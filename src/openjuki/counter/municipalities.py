"""Which municipality is meant: by code, name or reading, as a clerk types it (市区町村の指定; 全国地方公共団体コード)."""

import unicodedata

from openjuki.counter.window import Window
from openjuki.law.kinds import OfficeKind
from openjuki.register.addresses import Municipality, office_of, places
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.search_keys import kana_key
from openjuki.wire.directory import Entry

OFFERED_MAX = 200
"""So many offices may be offered in a list; of a whole nation only what fits what was typed."""
NAMED_MAX = 8


def on_the_network(window: Window) -> list[Entry]:
    """Every other municipality that is open."""
    entries = window.office.directory.entries.values()
    return [entry for entry in entries if entry.kind is OfficeKind.MUNICIPALITY and entry.open and entry.code != window.code]


def offered(window: Window) -> list[Entry]:
    """What a list beside the box offers; nothing if there are too many."""
    found = on_the_network(window)
    return found if len(found) <= OFFERED_MAX else []


def read(text: str, item: str) -> str:
    """Code of the municipality (of the city, for a ward). InvalidInput if it is none or several; the remedy names those that it may be."""
    wanted = "".join(unicodedata.normalize("NFKC", text).split())  # a municipality's name holds no character that this would change
    if not wanted:
        raise InvalidInput(item, Say("is missing.", "入力されていません。"), Say("Give it.", "入力してください。"))
    exact = [place for place in places() if wanted in (place.code, place.name, place.written, place.district + place.name)]
    found = exact or [place for place in places() if _begins(place, wanted)]
    codes = sorted({office_of(place.code) for place in found})
    if len(codes) == 1:
        return codes[0]
    if not codes:
        raise InvalidInput(
            item,
            Say("is no municipality.", "市区町村ではありません。"),
            Say("Check its name, or give its code.", "名称を確かめるか、コードで入力してください。"),
        )
    names = "、".join(place.written for place in found[:NAMED_MAX])
    raise InvalidInput(item, Say("could be several.", "複数あります。"), Say(f"Choose one: {names}.", f"次から選んでください: {names}"))


def _begins(place: Municipality, wanted: str) -> bool:
    key = kana_key(wanted)
    return place.name.startswith(wanted) or place.written.startswith(wanted) or (bool(key) and kana_key(place.kana).startswith(key))
