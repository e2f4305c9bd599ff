"""The table of ways out x askers, asked in the pages and lines of a running country about her and about nobody (支援措置; X7).

What the table says is typed apart in tests/law/restraint_oracle.py. Every cell is here: asked through its door, or without one for a
reason that is checked. A way that the software does not have yet stands in `NOT_YET`, and leaves it when it gets a page or a message.
"""

import re
from itertools import product
from pathlib import Path

import pytest

import openjuki
from openjuki.counter.application import ROOMS
from openjuki.counter.entry.pages import PAGES
from openjuki.law.kinds import OfficeKind
from openjuki.law.ways_out import NO_PERSON, WAYS, Asker, WayOut
from openjuki.wire.message import Message
from tests.counter.restraint_doors import DOORS, OPERATORS
from tests.counter.restraint_scene import NOBODY, staged
from tests.law.restraint_oracle import CELLS

pytestmark = pytest.mark.slow  # a country is started

NOT_YET = {
    WayOut.KIOSK: "kiosk", WayOut.ONLINE_APPLICATION: "online", WayOut.OWN_RECORD: "own-record|disclos",
    WayOut.PROVISION_RECORDS: "provision|disclos", WayOut.BULK_CHECK: "bulk", WayOut.FOLLOWED_PERSONS: "follow",
    WayOut.INDIVIDUAL_NUMBER: "individual-number", WayOut.CERTIFICATE: "jpki", WayOut.REVOCATION_GROUND: "revocation",
    WayOut.VERIFIER_STATUS: "verifier",
}  # fmt: skip
"""Ways of later issues, with a word that the path of a page would have."""
PARTS = {
    OfficeKind.MUNICIPALITY: Asker.MAYOR, OfficeKind.PREFECTURE: Asker.HUB, OfficeKind.CENTRE: Asker.HUB,
    OfficeKind.APPENDIX_BODY: Asker.LISTED_BODY, OfficeKind.PREFECTURE_ORGAN: Asker.LISTED_BODY,
    OfficeKind.MUNICIPAL_ORGAN: Asker.LISTED_BODY, OfficeKind.AUTHORITY: Asker.AUTHORITY, OfficeKind.VERIFIER: Asker.VERIFIER,
}  # fmt: skip
"""In what part an office on the wire is told."""
HERE = [way for way in WayOut if way not in NOT_YET]
SEEN_BY_THE_DESK = {"examine": "一時解除が必要です", "refused": "交付できません（解除もできません）"}
OF_THE_GONE = WayOut.REMOVED_RECORD_COPY
OF_THE_OFFICE = (WayOut.RESTRAINT_LIST, WayOut.RESTRAINT_DATABASE)
"""Pages about all protected persons, not about one that somebody names."""


@pytest.fixture(scope="module")
def scene(country):
    return staged(country)


def word_of(way: WayOut, asker: Asker) -> str:
    return CELLS[way.value, asker.value]


def parts_by_wire(way: WayOut) -> set[Asker]:
    """The parts to whose offices a message of the way has a route."""
    routes = [route for message in Message.__subclasses__() if message.type_name() in WAYS[way].messages for route in message.routes]
    return {PARTS[route.receiver] for route in routes}


ASKED = [(way, asker) for way, asker in product(HERE, Asker) if asker in DOORS.get(way, {})]
WITHOUT = [(way, asker) for way, asker in product(HERE, Asker) if asker not in DOORS.get(way, {})]


def meant(scene, way: WayOut, whose: str):
    """She, or who lives with her and is not protected; of removed records, those of the two who have left."""
    if way is OF_THE_GONE:
        return scene.gone if whose == "hers" else scene.gone_mate
    return scene.her if whose == "hers" else scene.mate


KEPT_BACK = [("hers", *cell) for cell in ASKED if word_of(*cell) != "allowed"]
KEPT_BACK += [("a housemate's", *cell) for _, *cell in KEPT_BACK if cell[0] is not WayOut.WIDE_AREA_COPY]
"""Both by each door; a housemate's wide-area copy in tests/procedures/test_wide_area_restraint.py: here the budgets are spent by then."""


@pytest.mark.parametrize(("whose", "way", "asker"), KEPT_BACK)
def test_who_may_not_know_hears_what_is_said_of_nobody(country, scene, way, asker, whose):
    door, her = DOORS[way][asker], meant(scene, way, whose)
    hers, nobodys = door(country, scene, her, asker), door(country, scene, NOBODY, asker)
    if way is WayOut.RESTRAINT_DATABASE and asker is Asker.REGISTER_CLERK:
        assert "CANARY" not in hers.words, "the database is the supervisor's"
        return
    assert (hers.status, hers.words) == (nobodys.status, nobodys.words)
    if hers.desk:
        assert SEEN_BY_THE_DESK[word_of(way, asker)] in hers.desk and "該当する人はいません" not in hers.desk
        assert "該当する人はいません" in nobodys.desk
        both = (way, asker) == (WayOut.ADDRESS_SUPPLEMENT, Asker.FAMILY)  # a supplement of the two
        assert ("同じ住所に支援措置の対象者がいます" in hers.desk) is (both or whose != "hers")


@pytest.mark.parametrize(("way", "asker"), [cell for cell in ASKED if word_of(*cell) == "allowed"])
def test_the_responsible_officers_and_whom_the_act_has_told_get_her_plainly(country, scene, way, asker):
    hers, nobodys = (DOORS[way][asker](country, scene, who, asker) for who in (scene.her, NOBODY))
    assert hers.status == 200
    if way not in OF_THE_OFFICE:
        assert hers.words != nobodys.words
    if asker in OPERATORS and way in (WayOut.REGISTER_SCREEN, *OF_THE_OFFICE):
        assert "WHO" in hers.words and "支援措置" in hers.words
    assert ("CANARY" in hers.words) is (way in OF_THE_OFFICE and asker is Asker.SUPERVISOR)


@pytest.mark.parametrize(("way", "asker"), WITHOUT)
def test_a_cell_without_a_door_is_one_that_nobody_can_ask(way, asker):
    """An office only by a message, a person or operator only where the table gives nothing of itself."""
    if asker not in PARTS.values():
        assert word_of(way, asker) != "allowed", "who is given it must be able to ask"
    else:
        assert (asker in parts_by_wire(way)) is (word_of(way, asker) == "allowed")


def _named_in_the_software(way: WayOut) -> list[str]:
    root = Path(openjuki.__file__).parent
    rooms = ("counter", "nodes", "offices", "procedures", "cli")
    return [
        str(path) for room in rooms for path in (root / room).rglob("*.py") if re.search(rf"WayOut\.{way.name}\b", path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("way", NOT_YET)
def test_a_way_that_gets_a_page_or_a_message_must_leave_the_list(way):
    paths = [page.path for page in (*PAGES, *(page for room in ROOMS for page in room))]
    assert [path for path in paths if re.search(NOT_YET[way], path)] == []
    assert [message for message in Message.__subclasses__() if message.type_name() in WAYS[way].messages] == []
    assert _named_in_the_software(way) == []


def test_every_message_that_the_software_has_is_of_a_way_or_of_nobody():
    known = {message for way in WAYS.values() for message in way.messages} | NO_PERSON
    assert {message.type_name() for message in Message.__subclasses__() if message.__module__.startswith("openjuki")} <= known


def test_the_cells_are_all_here():
    assert len(ASKED) + len(WITHOUT) + len(NOT_YET) * len(Asker) == len(CELLS)
    assert len(ASKED) >= 60
