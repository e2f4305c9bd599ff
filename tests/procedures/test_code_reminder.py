"""N13: the resident finds the code again after an identity check, on a slip alone; nobody else does, and a refusal tells nothing."""

import msgspec
import pytest

from openjuki.law.ways_out import Asker, Output, WayOut
from openjuki.offices import restraint_guard, restraints
from openjuki.offices.copy_requests import Authority, Evidence, Item, Party, Wanted
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Application, Protected
from openjuki.offices.supplement_copies import Ground
from openjuki.procedures.code_reminder import SLIP, CodeReminder, remind
from openjuki.procedures.copy_request import CopyVerdict, decide, file
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Sex
from tests.procedures.municipal_office import HOME, arrival, arrive
from tests.procedures.timed_office import timed_hall

MICHIKO = Party("住基　美智子", HOME["462250"].text(), "1942-08-15")
ASKED = CodeReminder(MICHIKO, "2013-12-10", Evidence.CARD, case="受付3")


@pytest.fixture
def hall():
    town = timed_hall()
    arrive(town, arrival(MICHIKO.name, "世帯主", MICHIKO.birth, sex=Sex.FEMALE))
    return town


def code(hall):
    return hall.do(lambda t: t.value("SELECT code FROM person WHERE id = 1"))


def everything(hall, *tables):
    return [str(row) for table in tables for row in hall.do(lambda t, table=table: t.all(f"SELECT * FROM {table}"))]


def test_the_slip_is_on_the_print_list_and_the_code_is_nowhere_else(hall):
    slip = hall.run(remind, ASKED)
    assert hall.slips()[-1] == SLIP
    assert not slip.posted
    assert code(hall) not in str(slip)
    assert not any(code(hall) in row for row in everything(hall, "audit", "notice_slip", "work_item"))


def test_an_agents_slip_goes_to_the_recorded_address(hall):
    agent = msgspec.structs.replace(ASKED, agent=Party("住基　太郎"), authority=Authority.PROXY)
    assert hall.run(remind, agent).posted


@pytest.mark.parametrize(
    "without",
    [
        {"evidence": Evidence.NONE}, {"evidence": Evidence.STAFF_CARD}, {"agent": Party("住基　太郎")},
        {"resident": Party("住基　美智子")}, {"requested_on": "2013-12-11"},
    ],
)  # fmt: skip
def test_without_an_identity_check_there_is_no_slip(hall, without):
    before = hall.slips()
    with pytest.raises(InvalidInput):
        hall.run(remind, msgspec.structs.replace(ASKED, **without))
    assert hall.slips() == before


@pytest.mark.parametrize(
    "other",
    [
        Party("住基　美智子", HOME["462250"].text(), "1942-08-16"), Party("住基　美子", HOME["462250"].text(), "1942-08-15"),
        Party("住基　美智子", "東京都千代田区九段南1-2-1", "1942-08-15"),
    ],
)  # fmt: skip
def test_one_wrong_item_and_nobody_is_found(hall, other):
    with pytest.raises(Conflict, match="nothing here answers"):
        hall.run(remind, msgspec.structs.replace(ASKED, resident=other))


def test_somebody_restrained_is_nobody_until_two_release_it(hall):
    application = Application((Protected(MICHIKO.name, MICHIKO.birth),), frozenset(Output))
    hall.do(lambda t: restraints.accept(t, hall.office, "clerk-1", application))
    heard = []
    for resident in (MICHIKO, msgspec.structs.replace(MICHIKO, birth="1942-08-16")):
        with pytest.raises(Conflict) as caught:
            hall.run(remind, msgspec.structs.replace(ASKED, resident=resident))
        heard.append(caught.value.text("ja"))
    assert heard[0] == heard[1]
    ask, way = restraint_guard.ask_release, WayOut.CODE_NOTICE
    number = hall.do(lambda t: ask(t, hall.office, "clerk-1", way, Asker.VICTIM, [About(1)], "受付3", "本人が来庁"))
    hall.do(lambda t: restraint_guard.agree(t, hall.office, "supervisor-1", number))
    assert hall.run(remind, ASKED).number


def test_a_copy_of_ones_own_asked_for_with_the_code_is_the_other_way(hall):
    wanted = Wanted(WayOut.COPY, Ground.OWN, MICHIKO, MICHIKO, Evidence.CARD, items=frozenset({Item.CODE}))
    given = hall.run(decide, CopyVerdict(hall.run(file, wanted).number, True, "法12条1項"))
    assert given.wanted.items == {Item.CODE}
    assert given.records[0].code == code(hall)
