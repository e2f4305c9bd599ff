"""Before a paper leaves: does it say what was asked, about whom it was asked, and nothing else? (発行前照合; 誤交付の防止)

    asked ── issue ── sheet ── pdf          release reads the finished file back and compares:
      └────────┴───────┴───────┘            binding, kind, persons, every word on every page, numbers, specimen

In 2023 and 2024 papers of other persons were handed over because two requests met in one process. Nothing leaves here by way of a shared
name or place: the file itself has to show to whom it belongs.
"""

import datetime
from hashlib import sha256

import msgspec

from openjuki.documents.composing import SPECIMEN, compose
from openjuki.documents.content import AnyContent, Content
from openjuki.documents.issue import Issue, Subject
from openjuki.documents.reading import ReadPage, ReadPaper, bare, read
from openjuki.documents.sheet import words
from openjuki.register.errors import Broken, Say

FORMAT = "openjuki-document/1"


class Attached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The machine-readable part of a document, as JSON inside the PDF."""

    format: str = FORMAT
    realm: str
    specimen: bool
    office: str
    issuer: str
    document: str
    number: str
    request: str
    issued_on: datetime.date
    binding: str
    public_use: bool = False
    content: AnyContent


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that may leave: its issue, its bytes (sealed or not), pages, and whether it bears the office's signature."""

    issue: Issue
    pdf: bytes
    pages: int
    sealed: bool = False

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file, kept in the issue record."""
        return sha256(self.pdf).digest()


_decode = msgspec.json.Decoder(Attached).decode


def attach(content: Content, issue: Issue, *, public_use: bool = False) -> bytes:
    """The machine-readable part of a content under an issue."""
    issuer = issue.issuer
    told = Attached(
        realm=issuer.realm, specimen=issuer.specimen, office=issuer.office, issuer=f"{issuer.title}　{issuer.name}",
        document=issue.document, number=issue.number, request=issue.asked.request, issued_on=issue.day, binding=issue.binding,
        public_use=public_use, content=content,  # type: ignore[arg-type]
    )  # fmt: skip
    return msgspec.json.encode(told)


def read_attached(data: bytes) -> Attached:
    """What the attachment says; Broken if it is none of ours."""
    try:
        return _decode(data)
    except msgspec.MsgspecError as error:
        raise _refused(Say("its machine-readable part is none of ours.", "機械可読部分の形式が違います。")) from error


def release(pdf: bytes, issue: Issue) -> Released:
    """The paper, once all of it was compared with the issue's request and subjects. Raises Broken if anything differs."""
    paper = read(pdf)
    told = read_attached(paper.attached)
    _compare_attached(told, issue)
    _compare_subjects(told.content.subjects(), issue.asked.subjects)
    _compare_pages(paper, told, issue)
    return Released(issue=issue, pdf=pdf, pages=len(paper.pages))


def _compare_attached(told: Attached, issue: Issue) -> None:
    """The numbers of the attachment are those of the issue, the binding among them."""
    content: Content = told.content
    again = read_attached(attach(content, issue, public_use=told.public_use))
    if told != again or content.kind is not issue.asked.kind:
        raise _refused(Say("it belongs to another request.", "別の請求の文書です。"))


def _compare_subjects(shown: tuple[Subject, ...], asked: tuple[Subject, ...]) -> None:
    """The same persons, each as often; a birth date or code that the paper does not show is not compared."""
    left = list(asked)
    for person in shown:
        match = next((one for one in left if _same(person, one)), None)
        if match is None:
            raise _refused(Say("it is about somebody who was not asked for.", "請求の対象でない者が記載されています。"))
        left.remove(match)
    if left:
        raise _refused(Say("somebody who was asked for is not on it.", "請求の対象者が記載されていません。"))


def _same(shown: Subject, asked: Subject) -> bool:
    return shown.name == asked.name and all(ours in ("", theirs) for ours, theirs in zip(shown[1:], asked[1:], strict=True))


def _compare_pages(paper: ReadPaper, told: Attached, issue: Issue) -> None:
    """Every word on the pages is one of the sheet, in its order; every page bears the issue number, and 見本 if it must."""
    content: Content = told.content
    sheet = compose(content, issue, public_use=told.public_use)
    if "".join(page.words for page in paper.pages) != "".join(bare(word) for word in words(sheet)):
        raise _refused(Say("its pages say something else than its record.", "印字内容が記載事項と一致しません。"))
    for number, page in enumerate(paper.pages, 1):
        if bare(f"{issue.number}{number}/{len(paper.pages)}") not in "".join(page.marks) or _specimen(page) != issue.issuer.specimen:
            raise _refused(Say("a page lacks its number or its marking.", "発行番号又は見本の表示がないページがあります。"))


def _specimen(page: ReadPage) -> bool:
    return bare(SPECIMEN) in "".join(page.marks)


def _refused(reason: Say) -> Broken:
    remedy = Say("It was not released; throw prints away and make it again.", "発行を止めました。印刷物は廃棄し、作り直してください。")
    return Broken("document", reason, remedy)
