"""The office's seal on a document: an electronic signature that says who issued it and when (電子署名, PAdES B-LT; ETSI EN 319 142-1).

    released PDF -> signature of the office's document key -> time stamp -> certificates and revocation list put in, so that it can be
                                                                            checked later without asking anybody

Importing this module imports pyHanko, which takes half a second: import it where a document is sealed.
"""

import datetime
import logging
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

import msgspec
from asn1crypto import algos, crl, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from openjuki.documents.release import Released
from openjuki.keys.door import Signer
from openjuki.register.errors import Broken, Say

logging.getLogger("pyhanko").addHandler(logging.NullHandler())  # it says "fetching is not allowed" each time: that is on purpose
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())

DOCUMENT = "document"
"""Name of the key that seals documents, beside LINK and SEAL (keys/door.py); never the same key as either."""
FIELD = "Seal"
_RESERVED = 24_576
"""Room for the signature with its time stamp, in hexadecimal digits; about 11,000 are used."""


class Papers(NamedTuple):
    """Certificates of a sealing office, as DER: its own, the authority's, the time stamps', and the revocation list."""

    office: bytes
    ca: bytes
    stamps: bytes
    crl: bytes


class Sealer:
    """Seals documents for one office; threads may share it."""

    def __init__(self, keys: Signer, papers: Callable[[], Papers], stamps: TimeStamper, now_ms: Callable[[], int]) -> None:
        self._keys, self._papers, self._stamps, self._now_ms = keys, papers, stamps, now_ms

    def seal(self, released: Released) -> Released:
        """The document under the office's signature: its bytes, and what was added behind them. Raises Broken if the papers do not hold."""
        papers = self._papers()
        authority = x509.Certificate.load(papers.ca)
        context = self._context(papers, authority)
        registry = SimpleCertificateStore.from_certs([authority])  # type: ignore[no-untyped-call]
        signer = _OfficeSigner(self._keys, x509.Certificate.load(papers.office), registry)
        told = signers.PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, embed_validation_info=True,
            validation_context=context, name=released.issue.issuer.title,
        )  # fmt: skip
        where = fields.SigFieldSpec(FIELD, readable_field_name="発行者の電子署名")
        writer = signers.PdfSigner(told, signer, timestamper=self._stamps, new_field_spec=where)
        made: BytesIO = writer.sign_pdf(IncrementalPdfFileWriter(BytesIO(released.pdf)), bytes_reserved=_RESERVED)
        sealed = made.getvalue()
        if not sealed.startswith(released.pdf):
            reason = Say("what was sealed is not what was released.", "署名した文書が照合済みの文書と異なります。")
            raise Broken("document", reason, Say("Make it again.", "作り直してください。"))
        return msgspec.structs.replace(released, pdf=sealed, sealed=True)

    def _context(self, papers: Papers, authority: x509.Certificate) -> ValidationContext:
        return ValidationContext(
            trust_roots=[authority], other_certs=[x509.Certificate.load(papers.stamps)], crls=[crl.CertificateList.load(papers.crl)],
            moment=datetime.datetime.fromtimestamp(self._now_ms() / 1_000, datetime.UTC), allow_fetching=False,
            revocation_mode="require", time_tolerance=datetime.timedelta(seconds=30),
        )  # fmt: skip


class _OfficeSigner(signers.Signer):
    """pyHanko's way to the office's key: it never leaves the store behind `keys`."""

    def __init__(self, keys: Signer, certificate: x509.Certificate, registry: SimpleCertificateStore) -> None:
        super().__init__(
            signing_cert=certificate, cert_registry=registry, signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
        )
        self._keys = keys

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature over `data`."""
        return self._keys.sign(DOCUMENT, data)
