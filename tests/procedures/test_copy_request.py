"""住民票の写し等の交付請求: what each ground needs, who gets what under a restraint, one answer for nobody and somebody."""

import apsw
import msgspec
import pytest

from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.offices import copy_requests, restraint_guard, restraints
from openjuki.offices.copy_requests import Authority, Evidence, Item, Outcome, Party, Profession, Wanted
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.offices.supplement_copies import Ground
from openjuki.procedures.copy_request import CopyGiven, CopyVerdict, decide, examine, file
from openjuki.procedures.supplement_entries import KnownAddress, RegisteredPerson, SupplementMade, make
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Sex
from tests.procedures.municipal_office import HOME, KIRISHIMA, arrival, arrive
from tests.procedures.timed_office import timed_hall

TARO, YOSHIKO = Party("住基　太郎", birth="1974-05-03"), Party("住基　美子", birth="1976-08-01")
HANAKO, NOBODY = Party("保護　花子", HOME["462250"].text(), "1983-04-17"), Party("無人　零子", HOME["462250"].text(), "1983-04-17")
ABUSER = Party("加害　一郎", "鹿児島県鹿児島市荒田一丁目1番1号", "1980-01-01")
OWN = Wanted(WayOut.COPY, Ground.OWN, TARO, TARO, Evidence.CARD)
OTHER = Wanted(
    WayOut.COPY,
    Ground.OWN_RIGHTS,
    Party("貸主　三郎", "東京都"),
    Party("住基　太郎", HOME["462250"].text()),
    Evidence.CARD,
    purpose="貸金の返還請求",
)
ORGAN = msgspec.structs.replace(
    OTHER, ground=Ground.PUBLIC_BODY, requester=Party("税務　官", body="鹿児島税務署"), evidence=Evidence.STAFF_CARD, purpose="国税徴収法"
)
LAWYER = msgspec.structs.replace(
    OTHER, ground=Ground.PROFESSIONAL, evidence=Evidence.PROFESSIONAL_CARD, profession=Profession.LAWYER, client="貸主　三郎"
)
VERDICT = "法12条の3第1項1号、契約書により確認"


@pytest.fixture
def hall():
    town = timed_hall()
    home = town.home
    arrive(town, arrival("住基　太郎", "世帯主"), arrival("住基　美子", "妻", "1976-08-01", sex=Sex.FEMALE), address=home)
    arrive(town, arrival(HANAKO.name, "世帯主", HANAKO.birth, sex=Sex.FEMALE), address=home)
    return town


@pytest.fixture
def restrained(hall):
    outputs, who = frozenset(Output), (Protected(HANAKO.name, HANAKO.birth, Sex.FEMALE),)
    hall.do(lambda t: restraints.accept(t, hall.office, "clerk-1", Application(who, outputs, (Abuser(ABUSER.name, ABUSER.birth),))))
    return hall


def filed(hall, wanted):
    return hall.run(file, wanted).number


def given(hall, wanted, proper=True, person=0):
    return hall.run(decide, CopyVerdict(filed(hall, wanted), proper, VERDICT, person))


def outcome(hall, number):
    return hall.do(lambda t: copy_requests.decisions(t, number))[-1].outcome


def test_ones_own_copy_and_that_of_the_household(hall):
    made = given(hall, OWN)
    assert isinstance(made, CopyGiven)
    assert [record.name for record in made.records] == ["住基　太郎"]
    both = given(hall, msgspec.structs.replace(OWN, requester=YOSHIKO, household=True, items=frozenset(Item)))
    assert [record.name for record in both.records] == ["住基　太郎", "住基　美子"]


def test_nobody_gets_anothers_copy_as_their_own(hall):
    stranger = msgspec.structs.replace(OWN, requester=Party("他人　四郎", birth="1970-01-01"))
    with pytest.raises(Conflict, match="does not find it proper"):
        given(hall, stranger)


@pytest.mark.parametrize("wanted", [OTHER, ORGAN, LAWYER, msgspec.structs.replace(LAWYER, client="", court_matter="訴訟の代理")])
def test_others_organs_and_professionals_get_it_if_the_mayor_finds_it_proper(hall, wanted):
    assert [record.name for record in given(hall, wanted).records] == ["住基　太郎"]
    with pytest.raises(Conflict, match="proper"):
        given(hall, wanted, proper=False)


LACKING = [
    (OWN, {"evidence": Evidence.NONE}, "evidence"),
    (OWN, {"presenter": Party("代理　五郎")}, "authority"),
    (OWN, {"subject": Party("")}, "subject"),
    (OWN, {"paper": WayOut.KIOSK}, "paper"),
    (OTHER, {"purpose": " "}, "purpose"),
    (OTHER, {"subject": Party("住基　太郎")}, "subject"),
    (OTHER, {"items": frozenset({Item.CODE})}, "items"),
    (ORGAN, {"items": frozenset({Item.CODE})}, "items"),
    (ORGAN, {"evidence": Evidence.CARD}, "evidence"),
    (ORGAN, {"requester": Party("税務　官")}, "evidence"),
    (LAWYER, {"evidence": Evidence.CARD}, "evidence"),
    (LAWYER, {"profession": None}, "profession"),
    (LAWYER, {"client": ""}, "client"),
    (OTHER, {"purpose": "あ" * 401}, "purpose"),
]


@pytest.mark.parametrize(("wanted", "without", "item"), LACKING, ids=[f"{item}-{n}" for n, (_, _, item) in enumerate(LACKING)])
def test_a_request_without_what_its_article_asks_for_is_not_taken(hall, wanted, without, item):
    with pytest.raises(InvalidInput) as caught:
        filed(hall, msgspec.structs.replace(wanted, **without))
    assert caught.value.item == item
    assert caught.value.remedy.ja
    assert hall.do(copy_requests.undecided) == []


def test_an_agent_needs_the_proxy(hall):
    agent = msgspec.structs.replace(OWN, presenter=Party("代理　五郎"), authority=Authority.PROXY)
    assert given(hall, agent).records


def test_what_was_filed_and_decided_stays(hall):
    number = filed(hall, OTHER)
    with pytest.raises(Conflict):
        hall.run(decide, CopyVerdict(number, False, VERDICT))
    hall.run(decide, CopyVerdict(number, True, "再審査"))
    with pytest.raises(Conflict, match="given already"):
        hall.run(decide, CopyVerdict(number, True, "再審査"))
    decided = hall.do(lambda t: copy_requests.decisions(t, number))
    assert [(one.outcome, one.asker, one.ground) for one in decided] == [
        (Outcome.NOT_PROPER, Asker.THIRD_PARTY, VERDICT), (Outcome.GIVEN, Asker.THIRD_PARTY, "再審査"),
    ]  # fmt: skip
    assert hall.do(lambda t: copy_requests.given_about(t, decided[1].persons[0])) == [number]
    for table in ("copy_request", "copy_decision"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET operator = ''"):
            with pytest.raises(apsw.ConstraintError, match="append-only"):
                hall.office.store.connection.execute(statement)


def test_a_decision_without_its_ground_is_none(hall):
    with pytest.raises(InvalidInput):
        hall.run(decide, CopyVerdict(filed(hall, OTHER), True, " "))


def about(subject, requester=OTHER.requester, **more):
    return msgspec.structs.replace(OTHER, subject=subject, requester=requester, **more)


ASKERS = [
    (about(HANAKO), about(NOBODY)),
    (about(HANAKO, ABUSER), about(NOBODY, ABUSER)),
    (msgspec.structs.replace(ORGAN, subject=HANAKO), msgspec.structs.replace(ORGAN, subject=NOBODY)),
    (msgspec.structs.replace(LAWYER, subject=HANAKO, client=ABUSER.name), msgspec.structs.replace(LAWYER, subject=NOBODY)),
    (msgspec.structs.replace(OWN, subject=HANAKO, requester=HANAKO), msgspec.structs.replace(OWN, subject=NOBODY, requester=NOBODY)),
]


@pytest.mark.parametrize(("hers", "nobodys"), ASKERS)
def test_who_asks_for_somebody_restrained_hears_word_for_word_what_is_said_of_nobody(restrained, hers, nobodys):
    heard, clock = [], restrained.clock
    for wanted in (hers, nobodys):
        receipt, began_ms = restrained.run(file, wanted), clock.now_ms
        with pytest.raises(Conflict) as caught:
            restrained.run(decide, CopyVerdict(receipt.number, True, VERDICT))
        heard.append((receipt.tell, type(caught.value), caught.value.text("ja"), caught.value.text("en"), clock.now_ms - began_ms > 0))
    assert heard[0] == heard[1]


def test_the_desk_sees_which_it_was(restrained):
    numbers = [filed(restrained, about(HANAKO)), filed(restrained, about(NOBODY)), filed(restrained, about(HANAKO, ABUSER))]
    examined = [restrained.do(lambda t, n=number: examine(t, restrained.office, n)) for number in numbers]
    assert [one.judgement.word for one in examined] == [Word.EXAMINE, Word.ALLOWED, Word.REFUSED]
    assert [one.asker for one in examined] == [Asker.THIRD_PARTY, Asker.THIRD_PARTY, Asker.ABUSER]
    for number in numbers:
        with pytest.raises(Conflict):
            restrained.run(decide, CopyVerdict(number, True, VERDICT))
    assert [outcome(restrained, number) for number in numbers] == [Outcome.RESTRAINED, Outcome.NOT_HERE, Outcome.RESTRAINED]


def test_two_release_her_own_copy_and_nobody_elses(restrained):
    own = filed(restrained, msgspec.structs.replace(OWN, subject=HANAKO, requester=HANAKO))
    seen = restrained.do(lambda t: examine(t, restrained.office, own))
    assert (seen.asker, seen.judgement.word) == (Asker.VICTIM, Word.EXAMINE)
    whose, case, office = [About(seen.persons[0])], seen.filed.case, restrained.office
    ask = restraint_guard.ask_release
    release = restrained.do(lambda t: ask(t, office, "clerk-1", WayOut.COPY, Asker.VICTIM, whose, case, "本人が来庁、写真で確認"))
    restrained.do(lambda t: restraint_guard.agree(t, office, "supervisor-1", release))
    made = restrained.run(decide, CopyVerdict(own, True, "法12条1項"))
    assert [record.name for record in made.records] == [HANAKO.name]
    with pytest.raises(Conflict):
        given(restrained, about(HANAKO))


def test_a_professional_who_acts_for_the_abuser_acts_for_the_abuser(restrained):
    number = filed(restrained, msgspec.structs.replace(LAWYER, subject=HANAKO, client=ABUSER.name))
    assert restrained.do(lambda t: examine(t, restrained.office, number)).asker is Asker.ABUSER_AGENT


def test_an_address_supplement_goes_by_each_member_shown():
    town = timed_hall(KIRISHIMA)
    domicile, head = "鹿児島県霧島市国分中央三丁目45番地1", ABUSER.name
    persons = (
        RegisteredPerson(ABUSER.name, ABUSER.birth, (KnownAddress("1980-01-01", HOME[KIRISHIMA]),)),
        RegisteredPerson(HANAKO.name, HANAKO.birth, (KnownAddress("2013-00-00", HOME[KIRISHIMA]),)),
    )
    town.run(make, SupplementMade(domicile, head, "2001-05-10", persons))
    wanted = Wanted(WayOut.ADDRESS_SUPPLEMENT, Ground.OWN, ABUSER, Party(head, domicile), Evidence.CARD)
    assert given(town, wanted).members == (1, 2)
    who = (Protected(HANAKO.name, HANAKO.birth, Sex.FEMALE),)
    town.do(lambda t: restraints.accept(t, town.office, "clerk-1", Application(who, frozenset(Output), (Abuser(ABUSER.name),))))
    with pytest.raises(Conflict):
        given(town, wanted)
    assert given(town, msgspec.structs.replace(wanted, members=(1,))).members == (1,)
    hers = filed(town, msgspec.structs.replace(wanted, requester=Party(HANAKO.name), members=(2,)))
    seen = town.do(lambda t: examine(t, town.office, hers))
    assert (seen.asker, seen.judgement.word, seen.about) == (Asker.VICTIM, Word.EXAMINE, (About(supplement=1, member=2),))
    ask, case = restraint_guard.ask_release, seen.filed.case
    release = town.do(lambda t: ask(t, town.office, "clerk-1", WayOut.ADDRESS_SUPPLEMENT, Asker.VICTIM, seen.about, case, "本人が来庁"))
    town.do(lambda t: restraint_guard.agree(t, town.office, "supervisor-1", release))
    assert town.run(decide, CopyVerdict(hers, True, "法20条1項")).members == (2,)
