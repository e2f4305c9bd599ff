"""Own checks of PDF/A-3 and PDF/UA-1, and what poppler reads; no outside validator was to be had (適合性の自己検査)."""

import json
import subprocess
from collections import Counter
from io import BytesIO

import pikepdf
import pytest

from openjuki.documents.composing import compose
from openjuki.documents.reading import bare, read
from openjuki.documents.sheet import words
from tests.documents import papers
from tests.documents.sealed import sealed

KINDS = sorted(papers.contents())
pytestmark = pytest.mark.slow


def poppler(pdf: bytes, *options: str) -> str:
    """What poppler reads, in the order of the file."""
    done = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def faults(pdf: bytes) -> list[str]:
    """What speaks against PDF/A-3a and PDF/UA-1, as far as we look."""
    with pikepdf.open(BytesIO(pdf)) as file:
        root, meta = file.Root, file.open_metadata()
        held = {
            "PDF/A-3a": (meta.get("pdfaid:part"), meta.get("pdfaid:conformance")) == ("3", "A"),
            "PDF/UA-1": meta.get("pdfuaid:part") == "1",
            "title": bool(meta.get("dc:title")) and bool(root.ViewerPreferences.DisplayDocTitle),
            "language": str(root.Lang).startswith("ja"),
            "tags": bool(root.MarkInfo.Marked) and "/StructTreeRoot" in root,
            "colours": root.OutputIntents[0].S == "/GTS_PDFA1" and "/DestOutputProfile" in root.OutputIntents[0],
            "not encrypted": not file.is_encrypted,
            "no scripts": not {"/OpenAction", "/AA"} & set(root.keys()) and "/JavaScript" not in root.get("/Names", {}),
            "attachment": root.AF[0].AFRelationship == "/Data" and root.AF[0].EF.F.Subtype == "/application/json",
            "a heading": "/H1" in _tags(root.StructTreeRoot),
            "parents of tags": "/ParentTree" in root.StructTreeRoot,
        }
        held |= {f"page {number}": _page_is_right(page) for number, page in enumerate(file.pages, 1)}
        held |= {f"font {font.BaseFont}": _is_embedded(font) for page in file.pages for font in page.Resources.get("/Font", {}).values()}
    return [name for name, right in held.items() if not right]


def _page_is_right(page: pikepdf.Page) -> bool:
    return page.get("/Tabs") == "/S" or "/Annots" not in page


def _is_embedded(font: pikepdf.Object) -> bool:
    return "/ToUnicode" in font and any(name in font.DescendantFonts[0].FontDescriptor for name in ("/FontFile2", "/FontFile3"))


def _tags(element: pikepdf.Object) -> list[str]:
    found = [str(element.S)] if isinstance(element, pikepdf.Dictionary) and "/S" in element else []
    kids = element.get("/K", []) if isinstance(element, pikepdf.Dictionary) else []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        found += _tags(kid) if isinstance(kid, pikepdf.Dictionary) else []
    return found


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_keeps_the_rules_of_pdf_a_and_pdf_ua_that_we_check(name):
    assert not faults(papers.paper(name).pdf)


@pytest.mark.parametrize("name", KINDS)
def test_the_signature_breaks_none_of_them(name):
    assert not faults(sealed(name).pdf)


def test_a_file_without_tags_or_with_a_script_is_found():
    with pikepdf.open(BytesIO(papers.paper("receipt").pdf)) as file:
        del file.Root.StructTreeRoot["/ParentTree"]
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="1")
        file.save(changed := BytesIO())
    assert set(faults(changed.getvalue())) >= {"parents of tags", "no scripts"}


@pytest.mark.parametrize("name", KINDS)
def test_poppler_reads_the_record_word_by_word_and_nothing_more(name):
    issue = papers.issue_for(papers.contents()[name])
    text = bare(poppler(sealed(name).pdf).replace("\f", ""))
    said = [bare(word) for word in words(compose(papers.contents()[name], issue))]
    marks = "".join(mark for page in read(papers.paper(name).pdf).pages for mark in page.marks)
    assert Counter(text) == Counter("".join(said) + marks)
    place = 0
    for word in said:
        assert word in text[place:], word
        place = text.index(word, place) + len(word)


@pytest.mark.parametrize("name", KINDS)
def test_the_attached_items_can_be_taken_out_with_poppler(name, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(sealed(name).pdf)
    subprocess.run(["pdfdetach", "-save", "1", "-o", tmp_path / "items.json", file], check=True, capture_output=True)
    items = json.loads((tmp_path / "items.json").read_text("utf-8"))
    assert items["content"]["kind"] == name
    assert items["realm"] == "sandbox" and items["specimen"] is True
