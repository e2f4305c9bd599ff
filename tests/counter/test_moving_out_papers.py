"""The moving-out certificate of a protected person: kept back until two persons release it, then the paper (転出証明書の抑止の試験)."""

import re

import pytest

from openjuki.offices import transfers
from tests.counter.running_country import AIRA
from tests.counter.test_moving import announced
from tests.counter.test_papers import page_of, pdf_of

pytestmark = pytest.mark.slow
DAY = {"moved_on": "2013-11-01", "notified_on": "2013-11-01", "previous_address": "東京都世田谷区"}


def settled(country, name, town="宮島町", office=AIRA, **more):
    """Somebody new in the town; the record."""
    arrival = {"name": name, "relationship": "世帯主", "birth": "1974-05-03", "sex": 2, "nobody_known": True} | more
    (record,) = country.enter(office, {"kind": "move-in", "arrivals": [arrival], "address": [office, town, "31番地"], **DAY})
    return record


def protect(clerk, name, abuser="加害 太郎", output="copies"):
    path = re.search(r'href="(/restraints/new/[^"]+)"', page_of(clerk, name).text)[1]
    clerk.get(path)
    assert clerk.post(path, once=f"protect {name}", output=output, abuser=abuser, contact="相談機関").status == 303


def moves_out(clerk, name, *persons):
    """Entered through form and check page; where the result is."""
    path = re.search(r'href="(/entry/of/[^"]+)"', page_of(clerk, name).text)[1].replace("/entry/of/", "/entry/form/move-out/")
    form = clerk.get(path)
    typed = {
        "leavers": list(map(str, persons)),
        "leaves_on": "H25.12.20",
        "notified_on": "H25.12.2",
        "destination": "鹿児島県霧島市国分中央",
    }
    check = clerk.post(path, once=form.hidden("once"), action="check", **typed)
    sent = check.inputs() | {"action": "enter", "once": check.hidden("once")}
    done = clerk.post(path, **sent)
    assert done.status == 303, done.words
    return done.headers["location"]


@pytest.mark.parametrize(("language", "words"), [("ja", "支援措置の対象者が記載されます"), ("en", "Somebody on it is under a restraint")])
def test_the_certificate_of_a_protected_person_needs_two_and_goes_by_itself_again(country, tmp_path, language, words):
    name = {"ja": "転出　守子", "en": "転出　護子"}[language]
    record, clerk = settled(country, name), country.clerk()
    protect(clerk, name)
    result = moves_out(clerk, name, record.person)
    clerk.post("/language", language=language)
    page = clerk.get(result)
    kept = clerk.post(f"{result}/certificate", once=page.hidden("once"))
    assert kept.status == 409 and words in kept.words
    issued = "SELECT count(*) FROM issued_document WHERE request LIKE 'entry-%' AND request = ?"
    case = f"entry-{result.rsplit('/', 1)[1]}"
    assert country.read(AIRA, lambda t: t.value(issued, case)) == 0
    release = re.search(r'action="(/moving-out-certificate/[^"]+)"', kept.text)[1]
    assert clerk.post(release, once=f"release {name}", reason="本人が来庁、写真で確認").status == 303
    assert clerk.post(f"{result}/certificate", once=f"too early {name}").status == 409
    agree(country, case)
    clerk.get(result)
    went = clerk.post(f"{result}/certificate", once=f"agreed {name}")
    assert went.status == 303, went.words
    assert "転出証明書" in pdf_of(clerk, went.headers["location"], tmp_path)


def agree(country, case):
    supervisor = country.clerk(AIRA, "shien")
    waiting = supervisor.get("/restraints").text
    number = re.search(rf'<li>{case} .*?name="number" value="(\d+)"', waiting, re.S)[1]
    assert supervisor.post("/restraints/agree", once=f"agree {case}", number=number).status == 303


def test_the_certificate_in_place_of_a_transfer_record_waits_too_and_is_not_made_before(country):
    record, clerk = settled(country, "転出　証子"), country.clerk()
    assert announced(clerk, "転出　証子", record.code).status == 303
    protect(clerk, "転出　証子")
    path = re.findall(r'action="(/moves/announced/\d+/certify)"', clerk.get("/moves").text)[-1]
    number = int(path.split("/")[3])
    kept = clerk.post(path, once="certificate kept back")
    assert kept.status == 409 and "支援措置の対象者が記載されます" in kept.words
    assert country.read(AIRA, lambda t: transfers.announced(t, number)).state is not transfers.MoveState.ON_PAPER
    release = re.search(r'action="(/moving-out-certificate/[^"]+)"', kept.text)[1]
    assert clerk.post(release, once="release certificate", reason="本人が来庁").status == 303
    agree(country, f"one-visit move {number}")
    clerk.get("/moves")
    assert clerk.post(path, once="certificate agreed").headers["location"].startswith("/paper/")


def test_a_protected_person_and_the_one_named_as_abuser_never_stand_on_one_certificate(country):
    both = [
        {"name": name, "relationship": relationship, "birth": "1974-05-03", "sex": sex, "nobody_known": True}
        for name, relationship, sex in (("同居　加害男", "世帯主", 1), ("同居　守子", "妻", 2))
    ]
    records, clerk = (
        country.enter(AIRA, {"kind": "move-in", "arrivals": both, "address": [AIRA, "宮島町", "33番地"], **DAY}),
        country.clerk(),
    )
    protect(clerk, "同居　守子", abuser="同居 加害男")
    result = moves_out(clerk, "同居　加害男", *(record.person for record in records))
    page = clerk.get(result)
    said = clerk.post(f"{result}/certificate", once=page.hidden("once"))
    assert said.status == 409 and "それぞれ別に届出を入力してください" in said.words
    assert "/moving-out-certificate/" not in said.text  # two persons cannot release it either


def test_the_certificate_of_who_moves_out_of_her_home_waits_too_since_it_names_her_address(country, tmp_path):
    both = [
        {"name": name, "relationship": relationship, "birth": "1974-05-03", "sex": sex, "nobody_known": True}
        for name, relationship, sex in (("姉弟　守子", "世帯主", 2), ("姉弟　出男", "弟", 1))
    ]
    _, mate = country.enter(AIRA, {"kind": "move-in", "arrivals": both, "address": [AIRA, "宮島町", "35番地"], **DAY})
    clerk = country.clerk()
    protect(clerk, "姉弟　守子")
    result = moves_out(clerk, "姉弟　出男", mate.person)
    page = clerk.get(result)
    kept = clerk.post(f"{result}/certificate", once=page.hidden("once"))
    assert kept.status == 409 and "同じ住所に住む人" in kept.words and "守子" not in kept.words
    release = re.search(r'action="(/moving-out-certificate/[^"]+)"', kept.text)[1]
    assert clerk.post(release, once="release housemate", reason="本人が来庁、写真で確認").status == 303
    agree(country, f"entry-{result.rsplit('/', 1)[1]}")
    clerk.get(result)
    went = clerk.post(f"{result}/certificate", once="agreed housemate")
    text = pdf_of(clerk, went.headers["location"], tmp_path)
    assert "出男" in text and "守子" in text, "it names the householder, too: one more reason"


def test_a_certificate_of_somebody_without_restraint_goes_at_once(country):
    record, clerk = settled(country, "転出　普通子"), country.clerk()
    result = moves_out(clerk, "転出　普通子", record.person)
    page = clerk.get(result)
    assert clerk.post(f"{result}/certificate", once=page.hidden("once")).headers["location"].startswith("/paper/")
