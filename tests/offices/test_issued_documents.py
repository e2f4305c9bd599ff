"""The record of issues: numbers before the paper, release once, spoiled prints, verification without a person (交付履歴)."""

import datetime

import apsw
import pytest

from openjuki.documents.issue import Asked, Place, Subject
from openjuki.documents.kinds import Kind
from openjuki.documents.release import Released
from openjuki.offices import issued_documents
from openjuki.register.errors import Conflict, InvalidInput, NotReady
from tests.procedures.municipal_office import TownHall

ASKED = Asked("R-1", Kind.RESIDENT_COPY, (Subject("住基　太郎", "1974-05-03", "24727059608"),))


@pytest.fixture
def hall():
    return TownHall()


def begin(hall, asked=ASKED):
    return hall.do(lambda t: issued_documents.begin(t, hall.office, "clerk-1", asked, Place("窓口1")))


def finish(hall, issue, pdf=b"%PDF"):
    hall.do(lambda t: issued_documents.finish(t, hall.office, "clerk-1", Released(issue=issue, pdf=pdf, pages=1, sealed=True)))


def verified(hall, document, code):
    return hall.do(lambda t: issued_documents.verified(t, hall.office, document, code))


def test_numbers_of_a_day_follow_one_another_and_begin_anew_on_the_next(hall):
    assert [begin(hall).serial for _ in range(3)] == [1, 2, 3]
    hall.today += datetime.timedelta(1)
    assert begin(hall).number == "20131211 姶良市 窓口1 001"


def test_nothing_can_be_verified_before_it_was_released_nor_with_another_code(hall):
    issue, other = begin(hall), begin(hall)
    assert verified(hall, issue.document, issue.code) is None
    finish(hall, issue)
    found = verified(hall, issue.document, issue.code)
    assert (found.kind, found.day, found.spoiled, found.specimen) == (Kind.RESIDENT_COPY, "2013-12-10", False, True)
    for document, code in ((issue.document, other.code), (other.document, issue.code), ("A" * 16, issue.code)):
        assert verified(hall, document, code) is None


def test_an_issue_is_released_once_and_never_after_its_print_was_spoiled(hall):
    issue, gone = begin(hall), begin(hall)
    finish(hall, issue)
    hall.do(lambda t: issued_documents.spoil(t, hall.office, "clerk-1", gone.document, "紙詰まり"))
    for again in (issue, gone):
        with pytest.raises(Conflict):
            finish(hall, again)


def test_what_was_never_begun_here_is_not_released(hall):
    with pytest.raises(Conflict):
        finish(hall, begin(TownHall("462187")))


def test_a_spoiled_print_is_told_to_whoever_verifies_it(hall):
    issue = begin(hall)
    finish(hall, issue)
    hall.do(lambda t: issued_documents.spoil(t, hall.office, "clerk-2", issue.document, "宛名違い"))
    assert verified(hall, issue.document, issue.code).spoiled
    (record,) = hall.do(lambda t: issued_documents.issued(t, code="24727059608"))
    assert (record.pages, record.sealed, record.spoiled, record.operator) == (1, True, ("宛名違い",), "clerk-1")
    assert hall.do(lambda t: issued_documents.issued(t, code="13176303314")) == []


def test_a_spoiled_print_needs_a_reason_and_an_issue(hall):
    with pytest.raises(InvalidInput):
        hall.do(lambda t: issued_documents.spoil(t, hall.office, "clerk-1", begin_in(t, hall), " "))
    with pytest.raises(Conflict):
        hall.do(lambda t: issued_documents.spoil(t, hall.office, "clerk-1", "A" * 16, "x"))


def begin_in(transaction, hall):
    return issued_documents.begin(transaction, hall.office, "clerk-1", ASKED).document


def test_the_verification_code_is_nowhere_in_the_register(hall):
    issue = begin(hall)
    rows = hall.do(lambda t: [t.all(f"SELECT * FROM {table}") for table in t.tables()])
    assert issue.code not in str(rows) and issue.document in str(rows)


@pytest.mark.parametrize("table", ["issued_document", "released_document", "spoiled_print"])
def test_rows_are_only_added(hall, table):
    issue = begin(hall)
    finish(hall, issue)
    hall.do(lambda t: issued_documents.spoil(t, hall.office, "clerk-1", issue.document, "x"))
    with pytest.raises(apsw.ConstraintError):
        hall.office.store.connection.execute(f"UPDATE {table} SET document = 'x'")


def test_who_certifies_changes_on_the_day_that_was_entered(hall):
    def certify(transaction):
        issued_documents.certify_by(transaction, datetime.date(2013, 12, 11), "山田　花子")
        issued_documents.certify_by(transaction, datetime.date(2014, 4, 1), "鈴木　一", acting=True)

    hall.do(certify)
    names = []
    for day in (datetime.date(2013, 12, 10), datetime.date(2013, 12, 11), datetime.date(2014, 4, 1)):
        hall.today = day
        issuer = hall.do(lambda t: issued_documents.issuer_of(t, hall.office))
        names.append((issuer.name, issuer.acting))
    assert names == [("見本　一郎", False), ("山田　花子", False), ("鈴木　一", True)]


def test_outside_the_sandbox_nothing_is_certified_by_nobody(hall):
    hall.office.realm = "japan"
    with pytest.raises(NotReady):
        begin(hall)
