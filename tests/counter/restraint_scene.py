"""Protected people of a running town, and what is said of them and of nobody, ready to be compared (支援措置の試験の舞台; X7)."""

import re
from typing import NamedTuple

from openjuki.law.ways_out import Output
from openjuki.offices import restraints
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.procedures.supplement_entries import RegisteredPerson, SupplementMade, make
from tests.counter.running_country import AIRA
from tests.counter.test_moving_out_papers import DAY

BIRTH, TOWN, BLOCK = "1974-05-03", "蒲生町漆", "31番地"
HOME = "鹿児島県姶良市蒲生町漆31番地"
ABUSER, ABUSER_BIRTH = "加害　一郎", "1980-01-01"
DOMICILE, ALONE, MATES = "鹿児島県姶良市蒲生町漆99番地", "鹿児島県姶良市蒲生町漆98番地", "鹿児島県姶良市蒲生町漆96番地"


class Somebody(NamedTuple):
    """Whom a question is about: the name as written in a form, birth date, address, and a resident code ("" where none is asked with)."""

    name: str
    code: str = ""
    birth: str = BIRTH
    address: str = HOME
    supplement: str = ALONE
    """Registered domicile, for a supplement of this person alone."""


class Scene(NamedTuple):
    """Her, one who has moved out, and who lives or has moved out with each of them without being protected."""

    her: Somebody
    gone: Somebody
    mate: Somebody
    gone_mate: Somebody
    person: int


NOBODY = Somebody("支援　無子", "24727059608", address="鹿児島県姶良市蒲生町漆34番地", supplement="鹿児島県姶良市蒲生町漆97番地")
"""Same birth date, a code with right check digits that nobody has, and an address where nobody lives."""


def staged(country) -> Scene:
    """A household of two, she protected for all outputs from a named abuser; two who have left the town, one of them protected."""
    both = [_arrival("支援　家男", "世帯主", 1), _arrival("支援　守子", "妻", 2)]
    mate, her = country.enter(AIRA, {"kind": "move-in", "arrivals": both, "address": [AIRA, TOWN, BLOCK], **DAY})
    both = [_arrival("支援　去子", "世帯主", 2), _arrival("支援　去男", "夫", 1)]
    gone, gone_mate = country.enter(AIRA, {"kind": "move-in", "arrivals": both, "address": [AIRA, TOWN, "32番地"], **DAY})
    country.enter(AIRA, {"kind": "move-in", "arrivals": [_arrival("支援　隣男", "世帯主", 1)], "address": [AIRA, TOWN, "33番地"], **DAY})
    leaves = {"kind": "move-out", "leavers": [gone.code, gone_mate.code], "destination": "東京都千代田区九段南", "leaves_on": "2013-12-02"}
    country.enter(AIRA, leaves | {"notified_on": "2013-12-02"})
    for head, domicile, members in (
        (her.name, ALONE, (her.name,)), (mate.name, DOMICILE, (mate.name, her.name)), (mate.name, MATES, (mate.name,)),
        (gone.name, f"{DOMICILE}1", (gone.name,)),
    ):  # fmt: skip
        persons = tuple(RegisteredPerson(name, BIRTH) for name in members)
        supplement = SupplementMade(domicile, head, "2001-05-10", persons)
        country.do(country.country.call(make, country.country.office(AIRA), "test", supplement))
    for record in (her, gone):
        protect(country, record.name)
    herself, moved, moved_with = (Somebody(one.name, one.code) for one in (her, gone, gone_mate))
    return Scene(herself, moved, Somebody(mate.name, mate.code, supplement=MATES), moved_with, her.person)


def _arrival(name: str, relationship: str, sex: int) -> dict[str, object]:
    return {"name": name, "relationship": relationship, "birth": BIRTH, "sex": sex, "nobody_known": True}


def protect(country, name: str, birth: str = BIRTH) -> int:
    """Support is asked for, for everything, from the named abuser; the restraint's number."""
    office, who = country.country.office(AIRA), (Protected(name, birth),)
    application = Application(who, frozenset(Output), (Abuser(ABUSER, ABUSER_BIRTH, "CANARY 加害者の住所"),), contact="CANARY 連絡先")
    return country.read(AIRA, lambda t: restraints.accept(t, office, "madoguchi-1", application)).number


def alike(words: str, who: Somebody) -> str:
    """A page's words without what legitimately differs: whom was asked about, numbers of requests, times of day."""
    for text in (who.name, who.name.replace("　", " "), who.code, who.address, who.supplement):
        words = words.replace(text, "WHO") if text.strip() else words
    return re.sub(r"\d{1,2}:\d{2}(:\d{2})?|(copy|inspection|restraint)-\d+", "N", words)


def logged_in(country, operator: str = "madoguchi-1", office: str = AIRA):
    """A clerk at a window, logged in once for all tests of a file."""
    known = vars(country).setdefault("logged_in", {})
    if (office, operator) not in known:
        known[office, operator] = country.clerk(office, operator)
    return known[office, operator]
