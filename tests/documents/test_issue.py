"""Numbers, codes and the binding of an issue (発行番号・検証コード)."""

import os

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.documents.content import Receipt
from openjuki.documents.issue import Asked, Subject, code_digest, new_issue, read_payload, same_code
from openjuki.documents.kinds import FORMS, Kind
from openjuki.documents.qr import modules
from openjuki.register.errors import InvalidInput
from tests.documents import papers

ASKED = Asked("R-1", Kind.RECEIPT, (Subject("住基　太郎", "", ""),))


def issue(asked=ASKED, **other):
    return new_issue(
        asked, papers.ISSUER, day=papers.DAY, made_ms=0, serial=7, where=papers.Place("窓口2"), entropy=other.get("entropy", os.urandom)
    )


def test_the_number_is_in_the_form_of_the_standard_and_leaves_out_an_unknown_printer():
    assert issue().number == "20131202 姶良市 窓口2 007"


@given(st.binary(min_size=32, max_size=32))
def test_what_the_qr_says_and_what_is_printed_read_back_to_id_and_code(drawn):
    made = issue(entropy=lambda count: drawn[:count])
    assert read_payload(made.payload) == (made.document, made.code)
    assert read_payload(f"{made.document} {made.shown_code}".lower()) == (made.document, made.code)


@pytest.mark.parametrize("text", ["", "OJ:ABC.DEF", "https://example.org", "OJ:" + "A" * 16 + "." + "1" * 32, "A" * 16 + "." + "A" * 31])
def test_anything_else_is_no_code(text):
    with pytest.raises(InvalidInput):
        read_payload(text)


def test_two_issues_of_one_request_share_nothing():
    one, other = issue(), issue()
    assert not {one.document, one.code, one.salt, one.binding} & {other.document, other.code, other.salt, other.binding}


@pytest.mark.parametrize(
    "asked",
    [
        Asked("R-2", Kind.RECEIPT, ASKED.subjects),
        Asked("R-1", Kind.ACCEPTANCE_NOTICE, ASKED.subjects),
        Asked("R-1", Kind.RECEIPT, (Subject("住基　太郎", "", "24727059608"),)),
        Asked("R-1", Kind.RECEIPT, ASKED.subjects * 2),
    ],
)
def test_the_binding_changes_with_request_kind_and_subjects(asked):
    made = issue()
    assert msgspec.structs.replace(made, asked=asked).binding != made.binding


def test_only_a_digest_of_the_code_is_needed_to_check_it():
    made = issue()
    digest = code_digest(made.document, made.code)
    assert same_code(made.document, made.code, digest)
    assert not same_code(made.document, made.code[:-1] + ("A" if made.code[-1] != "A" else "B"), digest)
    assert made.code.encode() not in digest


def test_the_qr_has_the_size_of_version_3():
    rows = modules(issue().payload).split(" ")
    assert len(rows) == 29 and all(len(row) == 29 and set(row) <= {"0", "1"} for row in rows)


def test_every_kind_has_a_form_and_every_form_a_title():
    assert set(FORMS) == set(Kind)
    assert all(form.title and form.template and form.article for form in FORMS.values())
    assert {content.kind for content in papers.contents().values()} == set(Kind)
    assert Receipt(payer="x", fees=()).kind is Kind.RECEIPT
