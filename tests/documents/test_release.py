"""A paper leaves only if all of it is what was asked, about whom it was asked (発行前照合)."""

import datetime
import re
import shutil
import zlib

import msgspec
import pytest

from openjuki.documents.composing import compose
from openjuki.documents.content import ResidentCopy
from openjuki.documents.fonts import IPAMJ_MINCHO, PrintingFont
from openjuki.documents.issue import Asked, Subject
from openjuki.documents.press import TEMPLATES, Press
from openjuki.documents.pressroom import make
from openjuki.documents.reading import bare, read
from openjuki.documents.release import attach, read_attached, release
from openjuki.register.errors import Broken, InvalidInput
from tests.documents import papers

KINDS = sorted(papers.contents())
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_released_to_its_own_request(name):
    released = papers.paper(name)
    assert release(released.pdf, papers.issue_for(papers.contents()[name])).pages == released.pages


@pytest.mark.parametrize("name", KINDS)
def test_no_kind_is_released_to_another_request(name):
    with pytest.raises(Broken):
        release(papers.paper(name).pdf, papers.issue_for(papers.contents()[name], "R-2"))


@pytest.mark.parametrize("name", KINDS)
def test_the_same_sheet_is_the_same_bytes(name):
    content = papers.contents()[name]
    assert make(IPAMJ_MINCHO, content, papers.issue_for(content)).pdf == papers.paper(name).pdf


def _of(*persons):
    return ResidentCopy(persons)


@pytest.mark.parametrize(
    "asked",
    [
        (Subject("住基　太郎", "1937-05-03", papers.CODE),),
        (Subject(papers.YOSHIDA, "1937-05-04", papers.CODE),),
        (Subject(papers.YOSHIDA, "1937-05-03", "13176303314"),),
        (Subject(papers.YOSHIDA, "1937-05-03", papers.CODE), Subject(papers.WATANABE, "1935-A1-00", "13176303314")),
        (Subject(papers.YOSHIDA.replace(papers.KUZU, "葛"), "1937-05-03", papers.CODE),),
    ],
)
def test_a_paper_about_somebody_else_or_fewer_is_refused_when_it_is_made(asked):
    content = _of(papers.person())
    issue = papers.issue_for(content, asked=Asked("R-1", content.kind, asked))
    with pytest.raises(Broken):
        make(IPAMJ_MINCHO, content, issue)


def test_a_paper_with_one_person_more_than_asked_is_refused():
    content = _of(papers.person(), papers.householder())
    issue = papers.issue_for(content, asked=Asked("R-1", content.kind, papers.subjects(_of(papers.person()))))
    with pytest.raises(Broken):
        make(IPAMJ_MINCHO, content, issue)


def test_another_kind_than_asked_is_refused():
    content = _of(papers.person())
    other = papers.contents()["removed-copy"]
    with pytest.raises(Broken):
        make(IPAMJ_MINCHO, content, papers.issue_for(content, asked=Asked("R-1", other.kind, papers.subjects(content))))


def _rewritten(pdf: bytes, change) -> bytes:
    """The file with one stream changed and everything moved to its new place."""
    parts, offsets, place = [], {}, pdf.index(b"\n1 0 obj") + 1
    parts.append(pdf[:place])
    table = pdf.rindex(b"xref\n0")
    for number, body in re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj\n+(?=\d+ 0 obj|xref|\Z)", pdf[place:table], re.DOTALL):
        offsets[int(number)] = sum(map(len, parts))
        parts.append(number + b" 0 obj\n" + change(body) + b"\nendobj\n\n")
    start = sum(map(len, parts))
    rows = [b"0000000000 65535 f\r\n", *(b"%010d 00000 n\r\n" % offsets[number] for number in sorted(offsets))]
    trailer = pdf[pdf.rindex(b"trailer") : pdf.rindex(b"startxref")]
    return b"".join((*parts, b"xref\n0 %d\n" % len(rows), *rows, trailer, b"startxref\n%d\n%%%%EOF" % start))


def _in_streams(old: bytes, new: bytes, count: list[int]):
    def change(body: bytes) -> bytes:
        head, mark, data = body.partition(b"\nstream\n")
        if not mark or b"/FlateDecode" not in head or b"/FontFile" in head:
            return body
        plain = zlib.decompress(data.removesuffix(b"\nendstream"))
        if old not in plain:
            return body
        count.append(1)
        packed = zlib.compress(plain.replace(old, new, 1))
        return re.sub(rb"/Length \d+", b"/Length %d" % len(packed), head) + mark + packed + b"\nendstream"

    return change


def test_a_file_that_was_only_moved_about_still_reads_the_same():
    pdf = papers.paper("resident-copy").pdf
    assert read(_rewritten(pdf, lambda body: body)) == read(pdf)


def test_a_word_changed_on_the_page_alone_is_found():
    pdf, count = papers.paper("resident-copy").pdf, []
    changed = _rewritten(pdf, _in_streams(b"<9AD9>", b"<9AD8>", count))  # the font's table says 高 where 髙 is shown
    assert count
    with pytest.raises(Broken):
        release(changed, papers.issue_for(papers.contents()["resident-copy"]))


def test_a_word_changed_in_the_attachment_alone_is_found():
    pdf, count = papers.paper("resident-copy").pdf, []
    changed = _rewritten(pdf, _in_streams(b"2001-05-07", b"2001-05-08", count))
    assert count
    with pytest.raises(Broken):
        release(changed, papers.issue_for(papers.contents()["resident-copy"]))


def test_a_page_without_its_specimen_mark_is_refused_in_the_sandbox_and_one_with_it_elsewhere():
    content = papers.contents()["resident-copy"]
    real = msgspec.structs.replace(papers.ISSUER, realm="japan", name="山田　花子")
    issue = papers.issue_for(content, issuer=real)
    released = make(IPAMJ_MINCHO, content, issue)
    assert all("SPECIMEN" not in "".join(page.marks) for page in read(released.pdf).pages)
    assert not read_attached(read(released.pdf).attached).specimen
    with pytest.raises(Broken):
        release(released.pdf, papers.issue_for(content))
    assert all("見本SPECIMEN" in "".join(page.marks) for page in read(papers.paper("resident-copy").pdf).pages)


def test_the_issue_number_stands_on_every_page_with_its_count():
    pages = read(papers.paper("resident-copy").pdf).pages
    for number, page in enumerate(pages, 1):
        assert bare(f"20131202 姶良市 窓口1 プリンタ001 011 {number}/{len(pages)}") in "".join(page.marks)


def test_the_attachment_says_what_the_page_says_and_holds_no_verification_code():
    released = papers.paper("resident-copy")
    attached = read(released.pdf).attached
    told = read_attached(attached)
    assert told.content == papers.contents()["resident-copy"]
    assert told.issued_on == datetime.date(2013, 12, 2)
    assert released.issue.code not in attached.decode()


def test_no_issue_is_made_about_nobody_or_without_a_request():
    content = _of(papers.person())
    for asked in (Asked("R-1", content.kind, ()), Asked("", content.kind, papers.subjects(content))):
        with pytest.raises(InvalidInput):
            papers.issue_for(content, asked=asked)


def test_what_looks_like_markup_is_printed_as_it_is_written():
    content = _of(papers.person(name="#panic() *$x$ _y_ \\ @z <a> #sys.inputs", householder='"]; #read("/etc/passwd")'))
    released = make(IPAMJ_MINCHO, content, papers.issue_for(content))
    assert "#panic()*$x$_y_\\@z<a>#sys.inputs" in read(released.pdf).pages[0].words
    assert '"];#read("/etc/passwd")' in read(released.pdf).pages[0].words


def test_a_base_character_and_its_variant_of_the_same_glyph_are_told_apart_in_the_text():
    content = _of(papers.person(name=f"邉{papers.BE}邉{papers.BE_OTHER}"))
    assert f"氏名邉{papers.BE}邉{papers.BE_OTHER}" in read(make(IPAMJ_MINCHO, content, papers.issue_for(content)).pdf).pages[0].words


def test_an_address_of_any_length_is_printed_whole():
    content = _of(papers.person(address=papers.ADDRESS * 12, name="長" * 100))
    words = read(make(IPAMJ_MINCHO, content, papers.issue_for(content)).pdf).pages[0].words
    assert bare(papers.ADDRESS * 12) in words and "長" * 100 in words


@pytest.mark.parametrize(
    ("line", "instead"),
    [('if sheet.specimen != ""', "if false"), ("footer: below", "footer: none"), ("sheet.footer, counter", '"", counter')],
)
def test_a_template_that_leaves_out_the_specimen_mark_or_the_issue_number_gets_nothing_released(tmp_path, line, instead):
    shutil.copytree(TEMPLATES, tmp_path / "data")
    parts = tmp_path / "data" / "parts.typ"
    text = parts.read_text("utf-8")
    assert line in text
    parts.write_text(text.replace(line, instead), "utf-8")
    content = papers.contents()["receipt"]
    issue = papers.issue_for(content)
    pdf = Press(PrintingFont(), 1, tmp_path / "data").set(compose(content, issue), attach(content, issue), issue)
    with pytest.raises(Broken):
        release(pdf, issue)
