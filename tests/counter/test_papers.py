"""Papers at the window: made once, compared, verified, thrown away; asked for by others; kept back by a restraint (証明書・支援措置)."""

import re
import subprocess

import pytest

from openjuki.offices import restraint_guard
from tests.counter.running_country import AIRA, CHIYODA

pytestmark = pytest.mark.slow
REFUSAL = restraint_guard.absent().reason.ja


def searched(clerk, typed):
    clerk.get("/search")
    return clerk.post("/search", typed=typed)


def page_of(clerk, typed):
    """The page of the first person found."""
    return clerk.get(re.search(r'href="(/resident/[^"]+)"', searched(clerk, typed).text)[1])


def copies_of(clerk, typed):
    return re.search(r'href="(/copies/[^"]+)"', page_of(clerk, typed).text)[1]


def made(clerk, path, **items):
    form = clerk.get(path)
    once = form.hidden("once")
    return clerk.post(path, once=once, evidence="card", **items), once


def pdf_of(clerk, location, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(clerk.file(f"{location}/file"))
    return subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout


def test_a_copy_is_made_once_however_often_it_is_sent_and_says_what_was_chosen(country, tmp_path):
    clerk = country.clerk()
    path = copies_of(clerk, "住基 太郎")
    first, once = made(clerk, path, kind="resident-copy", item="relationship")
    again = clerk.post(path, once=once, evidence="card", kind="resident-copy", item="relationship")
    assert first.headers["location"] == again.headers["location"]
    text = pdf_of(clerk, first.headers["location"], tmp_path)
    assert "住基" in text and "世帯主" in text and "太郎" in text
    issued = "SELECT count(*) FROM issued_document WHERE request = ?"
    assert country.read(AIRA, lambda t: t.value(issued, f"window-{once}")) == 1


def test_whoever_holds_a_paper_can_have_it_verified_and_hears_nothing_of_the_person(country):
    clerk = country.clerk()
    went, _ = made(clerk, copies_of(clerk, "住基 美子"), kind="resident-copy")
    paper = clerk.get(went.headers["location"])
    code = re.search(r'class="code-long">([^<]+)<', paper.text)[1]
    public = country.clerk(logged_in=False)
    public.get("/verify")
    said = public.post("/verify", typed=code.replace(" ", ".", 1))
    assert "ここで発行した書類です" in said.words and "見本" in said.words and "美子" not in said.text
    assert public.post("/verify", typed=f"{code[:16]}.{'A' * 32}").status == 422
    clerk.post(f"{went.headers['location']}/spoiled", once=paper.hidden("once") or "spoil-1", reason="紙詰まり")
    public.get("/verify")
    assert "廃棄された書類" in public.post("/verify", typed=code.replace(" ", ".", 1)).words


def test_without_proof_of_identity_no_copy_is_made_and_what_was_typed_stays(country):
    clerk = country.clerk()
    path = copies_of(clerk, "住基 太郎")
    clerk.get(path)
    said = clerk.post(path, kind="household-copy", item="domicile")
    assert said.status == 422 and re.search(r'id="kind-household-copy"[^>]*checked', said.text)


def test_the_public_page_names_services_hours_and_what_to_bring(country):
    said = country.clerk(CHIYODA, logged_in=False).get("/services")
    assert said.status == 200
    for word in ("住民票の写しの広域交付", "09:00", "官公署発行の写真付き身分証明書", "300円"):
        assert word in said.words


@pytest.fixture(scope="module")
def hanako(country):
    """保護 花子 has asked for support."""
    clerk = country.clerk(AIRA, "madoguchi-2")
    path = re.search(r'href="(/restraints/new/[^"]+)"', page_of(clerk, "保護 花子").text)[1]
    clerk.get(path)
    done = clerk.post(path, once="hanako", output="copies", abuser="加害 太郎", contact="相談機関")
    assert done.status == 303
    return clerk


def test_a_protected_person_is_plain_to_the_desk_and_absent_to_another_section(country, hanako):
    assert "支援措置の対象者です" in page_of(country.clerk(), "保護 花子").words
    other = country.clerk(AIRA, "zeimu")
    hidden, absent = searched(other, "保護 花子"), searched(other, "不在 花子")
    bare = [re.sub(r'value="[^"]*"', "", said.words) for said in (hidden, absent)]
    assert bare[0] == bare[1] and hidden.status == absent.status == 200


def test_what_others_ask_about_a_protected_person_is_refused_in_the_words_for_nobody(country, hanako):
    clerk = country.clerk()
    said = [
        refused(clerk, name, address)
        for name, address in (("保護 花子", address_of(country, "保護　花子")), ("不在 花子", "姶良市宮島町1"))
    ]
    assert re.sub(r"copy-\d+", "", said[0].words) == re.sub(r"copy-\d+", "", said[1].words)
    assert REFUSAL in said[0].words


def address_of(country, name):
    from openjuki.offices.municipality import decode_record

    records = country.read(AIRA, lambda t: [decode_record(body) for (body,) in t.all("SELECT record FROM person")])
    return next(record.address.text() for record in records if record.name == name)


def refused(clerk, name, address):
    clerk.get("/requests/new")
    filed = clerk.post(
        "/requests/new", once=f"request-{name}", paper="copy", ground="own-rights", evidence="card", requester="第三 者郎",
        requester_address="鹿児島市", subject=name, subject_address=address, purpose="債権の回収", authority="none",
    )  # fmt: skip
    assert filed.status == 303, filed.words
    clerk.get(filed.headers["location"])
    return clerk.post(f"{filed.headers['location']}/decide", once=f"decide-{name}", proper="yes", ground="法12条の3第1項")


def test_a_release_needs_two_persons_and_opens_this_request_alone(country, hanako, tmp_path):
    clerk = country.clerk()
    clerk.get("/requests/new")
    filed = clerk.post(
        "/requests/new", once="police", paper="copy", ground="public-body", evidence="staff-card", requester="捜査 官子", body="県警察",
        subject="保護 花子", subject_address=address_of(country, "保護　花子"), purpose="刑事訴訟法197条2項", authority="none",
    )  # fmt: skip
    path = filed.headers["location"]
    assert "二人による一時解除" in clerk.get(path).words
    assert clerk.post(f"{path}/release", once="police-release", reason="捜査関係事項照会").status == 303
    supervisor = country.clerk(AIRA, "shien")
    waiting = supervisor.get("/restraints")
    number = re.search(r'action="/restraints/agree".*?name="number" value="(\d+)"', waiting.text, re.S)[1]
    assert clerk.post("/restraints/agree", once="x", number=number).status == 403
    supervisor.get("/restraints")
    assert supervisor.post("/restraints/agree", once="agree", number=number).status == 303
    clerk.get(path)
    went = clerk.post(f"{path}/decide", once="police-decide", proper="yes", ground="法12条の2")
    assert went.status == 303, went.words
    assert "花子" in pdf_of(clerk, went.headers["location"], tmp_path)


def test_only_the_supervisor_decides_on_a_restraint(country, hanako):
    clerk, supervisor = country.clerk(), country.clerk(AIRA, "shien")
    clerk.get("/restraints")
    assert clerk.post("/restraints/decide", number="1", step="end", because="withdrawn").status == 403
    assert supervisor.post("/restraints/decide", once="no-number", number="x", step="confirm").status == 409
    number = re.search(r'action="/restraints/decide".*?name="number" value="(\d+)"', supervisor.get("/restraints").text, re.S)[1]
    assert supervisor.post("/restraints/decide", once="confirm", number=number, step="confirm").status == 303
    assert "仮支援措置" not in supervisor.get("/restraints").words


def test_code_notices_that_wait_are_made_one_for_each_person(country):
    clerk = country.clerk(CHIYODA)
    code = country.read(CHIYODA, lambda t: t.value("SELECT code FROM person ORDER BY id LIMIT 1"))
    country.enter(CHIYODA, {"kind": "code-change", "code": code, "requested_on": "2013-12-02"})
    form = clerk.get("/slips")
    made = clerk.post("/slips", once=form.hidden("once"), follow=True)
    clerk.post("/slips", once=form.hidden("once"))
    assert len(re.findall(r'href="/paper/', made.text)) == 1
    issued = "SELECT count(*) FROM issued_document WHERE request LIKE 'slip-%'"
    assert country.read(CHIYODA, lambda t: t.value(issued)) == 1


def test_a_search_that_finds_nobody_offers_the_towns_that_begin_so(country):
    said = searched(country.clerk(), "宮島")
    assert "宮島町" in said.words
    none = searched(country.clerk(), "加治木町小")
    assert "この町で探しますか" in none.words or "見つかりました" in none.words
