"""Is this document whole, sealed by an office of this realm, and what does it say? (文書の検証; PAdES B-LT, ETSI EN 319 102-1)

Importing this module imports pyHanko, which takes half a second: import it where a document is examined.
"""

import datetime
import logging
from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from typing import Any

import msgspec
from asn1crypto import crl, x509
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from openjuki.documents.issue import SANDBOX
from openjuki.documents.release import Attached, read_attached
from openjuki.register.errors import Broken, Say

logging.getLogger("pyhanko").addHandler(logging.NullHandler())  # its verdict is told below; its log would repeat it to the clerk
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())


class Fault(StrEnum):
    """Why a document is not to be trusted: the first of these that holds, in this order."""

    NO_DOCUMENT = "no-document"
    UNSIGNED = "unsigned"
    CHANGED = "changed"
    SPECIMEN = "specimen"
    OTHER_REALM = "other-realm"
    NOT_TRUSTED = "not-trusted"


SAID = {
    Fault.NO_DOCUMENT: Say("This is no document of this software.", "このソフトウェアで発行した文書ではありません。"),
    Fault.UNSIGNED: Say("It bears no signature.", "電子署名がありません。"),
    Fault.CHANGED: Say("It was changed after it was signed.", "署名の後に変更されています。"),
    Fault.SPECIMEN: Say("It is a specimen of the sandbox and proves nothing.", "見本であり、証明書ではありません。"),
    Fault.OTHER_REALM: Say("It was issued in another realm.", "別の運用区分で発行された文書です。"),
    Fault.NOT_TRUSTED: Say(
        "Its signature is not of an office of this realm, or was revoked.", "署名者の証明書が信頼できないか、失効しています。"
    ),
}


class Trust(msgspec.Struct, frozen=True):
    """Whom the examiner trusts: the realm, its document authority (DER), the newest revocation lists (DER), and the time now."""

    realm: str
    authorities: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    now_ms: int
    official_only: bool = False
    """Whether a specimen fails in its own sandbox too."""


class Verdict(msgspec.Struct, frozen=True):
    """What was found; `told` is what the document says of itself, to be believed only without fault."""

    fault: Fault | None
    told: Attached | None = None
    signed_at: datetime.datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether it is whole, signed by an office of the realm, and no specimen where that matters."""
        return self.fault is None


def examine(pdf: bytes, trust: Trust) -> Verdict:
    """The verdict on a file; never raises for what a file may hold."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures: Sequence[EmbeddedPdfSignature] = reader.embedded_regular_signatures
        told = _told(reader)
    except (PdfReadError, Broken, ValueError, KeyError, TypeError, IndexError):
        return Verdict(Fault.NO_DOCUMENT)
    if len(signatures) != 1:
        return Verdict(Fault.CHANGED if signatures else Fault.UNSIGNED, told)
    status = _status(signatures[0], trust)
    if status is None or not (status.intact and status.valid) or not _whole(status):
        return Verdict(Fault.CHANGED, told)
    return Verdict(_fault(told, status, trust), told, _stamped(status))


def _fault(told: Attached, status: Any, trust: Trust) -> Fault | None:
    if told.realm != trust.realm or (trust.official_only and told.specimen):
        return Fault.SPECIMEN if told.specimen else Fault.OTHER_REALM
    stamped = status.timestamp_validity
    trusted = status.trusted and stamped is not None and stamped.valid and stamped.trusted
    subject = status.signing_cert.subject.native
    named = (subject.get("common_name"), subject.get("organization_name")) == (told.office, f"OpenJuki {told.realm}")
    return None if trusted and named and told.specimen == (told.realm == SANDBOX) else Fault.NOT_TRUSTED


def _whole(status: Any) -> bool:
    """Whether nothing but what a check needs was added after the signature."""
    return bool(status.modification_level is not None and status.modification_level <= ModificationLevel.LTA_UPDATES)


def _stamped(status: Any) -> datetime.datetime | None:
    stamped = status.timestamp_validity
    return stamped.timestamp if stamped is not None else None


def _status(signature: EmbeddedPdfSignature, trust: Trust) -> Any:
    """pyHanko's verdict; None if the signature cannot be read at all."""
    moment = datetime.datetime.fromtimestamp(trust.now_ms / 1_000, datetime.UTC)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in trust.authorities], crls=[crl.CertificateList.load(one) for one in trust.crls],
        moment=moment, allow_fetching=False, revocation_mode="require", time_tolerance=datetime.timedelta(seconds=30),
    )  # fmt: skip
    try:
        return validate_pdf_signature(signature, context, context)
    except (PdfReadError, ValueError):
        return None


def _told(reader: PdfFileReader) -> Attached:
    """What the attached JSON says."""
    files = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(files) != 2:
        raise ValueError("not one attachment")
    return read_attached(files[1]["/EF"]["/F"].data)
