"""Each way out that a municipality has x each asker of the table, by the real functions (支援措置; docs/restraint.md).

What the table says is typed apart in tests/law/restraint_oracle.py. A way without a function of its own here is judged by the guard that
its function will ask; the table of this file says which have one.
"""

import asyncio
import csv
from itertools import product

import msgspec
import pytest

from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.nodes.exporting import export
from openjuki.offices import inspections, resident_search, restraint_guard, restraints, supplement_copies
from openjuki.offices.copy_requests import Authority, Evidence, Party, Profession, Wanted
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.inspections import Inspection, InspectionGround
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.offices.supplement_copies import CopyRequest, Ground
from openjuki.procedures.code_reminder import CodeReminder, remind
from openjuki.procedures.copy_request import CopyVerdict, decide, examine, file
from openjuki.procedures.supplement_entries import RegisteredPerson, SupplementMade, make
from openjuki.register.addresses import Address
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Sex
from tests.law.restraint_oracle import CELLS
from tests.procedures.municipal_office import HOME, arrival, arrive
from tests.procedures.timed_office import timed_hall

HANAKO = Party("保護　花子", HOME["462250"].text(), "1983-04-17")
SPOUSE = Party("家族　二郎", HOME["462250"].text(), "1981-01-01")
ABUSER = Party("加害　一郎", "鹿児島県鹿児島市荒田一丁目1番1号", "1980-01-01")
NEIGHBOUR = Party("隣人　三郎", birth="1975-01-01")
AGENT, LENDER = Party("代理　五郎"), Party("貸主　三郎", "東京都")
DOMICILE, HEAD = "鹿児島県姶良市宮島町25番地", "保護　花子"
CARD = Wanted(WayOut.COPY, Ground.OWN, HANAKO, HANAKO, Evidence.CARD, purpose="確認")
_BY = {
    Asker.VICTIM: {},
    Asker.VICTIM_AGENT: {"presenter": AGENT, "authority": Authority.PROXY},
    Asker.FAMILY: {"requester": SPOUSE},
    Asker.ABUSER: {"requester": ABUSER},
    Asker.ABUSER_AGENT: {"requester": ABUSER, "presenter": AGENT, "authority": Authority.PROXY},
    Asker.PROFESSIONAL: {
        "requester": LENDER, "ground": Ground.PROFESSIONAL, "evidence": Evidence.PROFESSIONAL_CARD, "profession": Profession.LAWYER,
        "client": "貸主　三郎",
    },
    Asker.THIRD_PARTY: {"requester": LENDER, "ground": Ground.OWN_RIGHTS},
    Asker.PUBLIC_BODY: {"requester": Party("税務　官", body="鹿児島税務署"), "ground": Ground.PUBLIC_BODY, "evidence": Evidence.STAFF_CARD},
}  # fmt: skip
"""How each asker who can come to the window comes."""


@pytest.fixture(scope="module")
def hall():
    town = timed_hall()
    arrive(town, arrival(SPOUSE.name, "世帯主", SPOUSE.birth), arrival(HANAKO.name, "妻", HANAKO.birth, sex=Sex.FEMALE))
    arrive(town, arrival(NEIGHBOUR.name, "世帯主", NEIGHBOUR.birth), address=Address("462250", "宮島町", "26番地"))
    town.run(make, SupplementMade(DOMICILE, HEAD, "2001-05-10", (RegisteredPerson(HANAKO.name, HANAKO.birth),)))
    who = (Protected(HANAKO.name, HANAKO.birth, Sex.FEMALE),)
    application = Application(who, frozenset(Output), (Abuser(ABUSER.name, ABUSER.birth),))
    town.do(lambda t: restraints.accept(t, town.office, "clerk-1", application))
    return town


def hers(hall):
    return hall.do(lambda t: t.value("SELECT person FROM restraint_record"))


def word_of(asker, way):
    return Word[{"allowed": "ALLOWED", "examine": "EXAMINE", "refused": "REFUSED"}[CELLS[way.value, asker.value]]]


@pytest.mark.parametrize(("way", "asker"), list(product(WayOut, Asker)))
def test_the_guard_says_of_a_record_what_the_table_says(hall, way, asker):
    person = hers(hall)
    assert hall.do(lambda t: restraint_guard.passes(t, hall.office, way, asker, person)) is word_of(asker, way)


@pytest.mark.parametrize("asker", list(Asker))
def test_the_guard_says_of_a_member_of_a_supplement_what_the_table_says(hall, asker):
    way, about = WayOut.ADDRESS_SUPPLEMENT, [About(supplement=1, member=1)]
    assert hall.do(lambda t: restraint_guard.judged(t, hall.office, way, asker, about)).word is word_of(asker, way)


ON_PAPER = [WayOut.COPY, WayOut.CERTIFICATE_OF_ITEMS]


@pytest.mark.parametrize(("way", "asker"), list(product(ON_PAPER, _BY)))
def test_a_request_at_the_window_by_each_asker(hall, way, asker):
    number = hall.run(file, msgspec.structs.replace(CARD, paper=way, **_BY[asker])).number
    examined = hall.do(lambda t: examine(t, hall.office, number))
    assert (examined.asker, examined.judgement.word) == (asker, word_of(asker, way))
    with pytest.raises(Conflict, match="nothing here answers"):
        hall.run(decide, CopyVerdict(number, True, "法12条"))


@pytest.mark.parametrize("asker", [asker for asker in _BY if asker is not Asker.FAMILY])
def test_an_address_supplement_at_the_window_by_each_asker(hall, asker):
    wanted = msgspec.structs.replace(CARD, paper=WayOut.ADDRESS_SUPPLEMENT, subject=Party(HEAD, DOMICILE))
    number = hall.run(file, msgspec.structs.replace(wanted, **_BY[asker])).number
    examined = hall.do(lambda t: examine(t, hall.office, number))
    assert (examined.asker, examined.judgement.word) == (asker, word_of(asker, WayOut.ADDRESS_SUPPLEMENT))
    with pytest.raises(Conflict):
        hall.run(decide, CopyVerdict(number, True, "法20条"))


@pytest.mark.parametrize("asker", list(Asker))
def test_the_items_of_a_supplements_copy_by_command(hall, asker):
    request = CopyRequest(1, Ground.OWN, asker, "受付1", identity_checked=True)
    assert word_of(asker, WayOut.ADDRESS_SUPPLEMENT) is not Word.ALLOWED
    with pytest.raises(InvalidInput):
        hall.do(lambda t: supplement_copies.copy(t, hall.office, "clerk-1", request))


@pytest.mark.parametrize("ground", list(InspectionGround))
def test_inspection_shows_only_who_does_not_live_with_her(hall, ground):
    wanted = Inspection(ground, "申出者", "調査", ("閲覧者",), ("宮島町",), True, "施錠保管")
    number = hall.do(lambda t: inspections.keep(t, hall.office, "clerk-1", wanted))
    lines, _ = hall.do(lambda t: inspections.lines(t, hall.office, number))
    assert [(line.number, line.name) for line in lines] == [(1, NEIGHBOUR.name)]


@pytest.mark.parametrize("agent", [None, AGENT])
def test_the_code_notice(hall, agent):
    asked = CodeReminder(HANAKO, "2013-12-10", Evidence.CARD, agent, Authority.PROXY if agent else Authority.NONE)
    with pytest.raises(Conflict):
        hall.run(remind, asked)


def call(write, work):
    heard = []
    write(work, heard.append)

    async def given():
        return heard[0]

    return given()


@pytest.mark.parametrize("asker", [Asker.REGISTER_CLERK, Asker.SUPERVISOR, Asker.OTHER_SECTION, Asker.THIRD_PARTY])
def test_the_export_and_its_count(hall, tmp_path, asker):
    path, counts = tmp_path / "out.csv", []
    done = asyncio.run(export(hall.office, call, path, lambda done, total: counts.append((done, total)), "utf-8", asker))
    names = [row["氏名"] for row in csv.DictReader(path.open(encoding="utf-8"))]
    goes = word_of(asker, WayOut.REGISTER_EXPORT) is Word.ALLOWED
    assert names == [SPOUSE.name, HANAKO.name] * goes + [NEIGHBOUR.name]
    assert (done.residents, counts[-1]) == (1 + 2 * goes, (1 + 2 * goes, 1 + 2 * goes))


def test_a_lawful_question_of_another_municipality_still_finds_her(hall):
    for asker in (Asker.MAYOR, Asker.LISTED_BODY):
        assert word_of(asker, WayOut.IDENTITY_QUERY) is Word.ALLOWED
    found = hall.do(lambda t: resident_search.find(t, QueryKey(name=HANAKO.name, birth=HANAKO.birth), 2))
    assert [hit.identity.name for hit in found] == [HANAKO.name]
