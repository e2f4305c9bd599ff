"""One issue of one paper: who asked for whom, its numbers and its verification code (発行番号・検証コード; standard 5.5, 1.3.8).

    asked (request, kind, subjects)  ->  issue (number, id, code, binding)  ->  paper  ->  release compares all three

The binding on the paper is a digest over request, kind and subjects with a salt that stays in the issue record: nobody can find a code of
a resident by trying, and nobody can put another person's paper under this issue.
"""

import datetime
import re
from base64 import b32encode
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

import msgspec

from openjuki.documents.kinds import Kind
from openjuki.register.errors import InvalidInput, Say

CODE_BYTES = 20
"""160 bits: nobody guesses a verification code."""
ID_BYTES = 10
SALT_BYTES = 32
BINDING_DIGITS = 32
_PAYLOAD = re.compile(r"(?:OJ:)?([A-Z2-7]{16})[.\s]+((?:[A-Z2-7]{4}[ -]?){8})")


class Subject(NamedTuple):
    """Whom a paper is about, as the register has them when the request was examined; `birth` and `code` "" where a paper has none."""

    name: str
    birth: str
    code: str


class Asked(msgspec.Struct, frozen=True):
    """What was asked for, before anything is composed: the request's number at the counter, the kind, everybody it is about."""

    request: str
    kind: Kind
    subjects: tuple[Subject, ...]


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """Who certifies (認証者, standard 1.3.9): the office, its mayor's title with the prefecture, and name; `realm` of the network."""

    realm: str
    office: str
    place: str
    """Name of the municipality, as the issue number writes it."""
    title: str
    name: str
    acting: bool = False
    """Whether it is the mayor's deputy (職務代理者)."""

    @property
    def specimen(self) -> bool:
        """Whether everything printed is marked 見本 (the sandbox)."""
        return self.realm == SANDBOX


SANDBOX = "sandbox"


class Place(NamedTuple):
    """Where it is printed (standard 5.5); "" where the printer is not known."""

    terminal: str = ""
    printer: str = ""


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One issue: made by the office before the paper is composed, kept in the issue record (offices/issued_documents.py)."""

    asked: Asked
    issuer: Issuer
    day: datetime.date
    """Of the register calendar."""
    made_ms: int
    """Wall clock."""
    serial: int
    """Number of the day at this office."""
    where: Place
    document: str
    """Opaque id, 16 signs: the only thing but the code that the QR holds."""
    code: str
    """Verification code, 32 signs of base 32."""
    salt: bytes

    @property
    def number(self) -> str:
        """The issue number in the standard's form, without the pages: 20131202 佐呂間町 窓口1 プリンタ001 011."""
        printer = f"プリンタ{self.where.printer}" if self.where.printer else ""
        parts = [f"{self.day:%Y%m%d}", self.issuer.place, self.where.terminal, printer, f"{self.serial:03d}"]
        return " ".join(part for part in parts if part)

    @property
    def payload(self) -> str:
        """What the QR says: id and code, no personal data, all of it QR's alphanumeric signs."""
        return f"OJ:{self.document}.{self.code}"

    @property
    def shown_code(self) -> str:
        """The code in groups of four, for whoever types it."""
        return " ".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))

    @property
    def binding(self) -> str:
        """Digest over office, request, kind and subjects: what ties the paper to them."""
        told = (self.issuer.realm, self.issuer.office, self.document, self.asked)
        return sha256(b"openjuki/issue/v1\x00" + self.salt + msgspec.msgpack.encode(told)).hexdigest()[:BINDING_DIGITS]


def new_issue(
    asked: Asked, issuer: Issuer, *, day: datetime.date, made_ms: int, serial: int, where: Place, entropy: Callable[[int], bytes]
) -> Issue:
    """An issue with fresh id, code and salt from `entropy(n)`; InvalidInput if it is about nobody."""
    if not asked.subjects or not asked.request:
        reason = Say("a paper needs a request and at least one person.", "請求番号と対象者が必要です。")
        raise InvalidInput("subjects", reason, Say("Choose who it is about.", "対象者を選んでください。"))
    return Issue(
        asked=asked, issuer=issuer, day=day, made_ms=made_ms, serial=serial, where=where, document=_signs(entropy(ID_BYTES)),
        code=_signs(entropy(CODE_BYTES)), salt=entropy(SALT_BYTES),
    )  # fmt: skip


def code_digest(document: str, code: str) -> bytes:
    """What is kept of a verification code."""
    return sha256(f"openjuki/verification/v1\x00{document}\x00{code}".encode()).digest()


def same_code(document: str, code: str, digest: bytes) -> bool:
    """Whether the code is the one of which the digest was kept."""
    return compare_digest(code_digest(document, code), digest)


def read_payload(text: str) -> tuple[str, str]:
    """Id and code out of a QR's text or what somebody typed; InvalidInput if it is neither."""
    found = _PAYLOAD.fullmatch(text.strip().upper())
    if not found:
        reason = Say("is not a verification code.", "検証コードではありません。")
        remedy = Say("Scan the QR code again, or type the number and the code.", "二次元コードを読み直すか、番号とコードを入れてください。")
        raise InvalidInput("code", reason, remedy)
    return found[1], re.sub("[ -]", "", found[2])


def _signs(data: bytes) -> str:
    return b32encode(data).decode("ascii")
