"""The office's signature, and every way in which a document is not to be trusted (電子署名と検証)."""

import os
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from openjuki.documents.examining import Fault, examine
from openjuki.documents.fonts import IPAMJ_MINCHO
from openjuki.documents.pressroom import make
from openjuki.documents.sealing import FIELD
from tests.documents import papers
from tests.documents.sealed import OFFICE_SERIAL, make_authority, sandbox, sealed

pytestmark = pytest.mark.slow


def fault(pdf: bytes, *arguments, **options):
    return examine(pdf, sandbox().trust(*arguments, **options)).fault


def test_a_sealed_document_is_whole_trusted_and_says_what_it_is():
    verdict = examine(sealed("resident-copy").pdf, sandbox().trust())
    assert verdict.ok
    assert verdict.told is not None and verdict.signed_at is not None
    assert verdict.told.content == papers.contents()["resident-copy"]
    assert abs(verdict.signed_at.timestamp() - time.time()) < 600


def test_what_was_signed_begins_with_what_was_compared():
    assert sealed("receipt").pdf.startswith(papers.paper("receipt").pdf)


def test_certificates_revocation_list_and_time_stamp_lie_in_the_file():
    reader = PdfFileReader(BytesIO(sealed("receipt").pdf))
    kept = reader.root["/DSS"]
    assert len(kept["/Certs"]) == 3 and len(kept["/CRLs"]) >= 1
    (signature,) = reader.embedded_regular_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.signer_info["unsigned_attrs"][0]["type"].native == "signature_time_stamp_token"
    assert len(reader.embedded_signatures) == 1


def test_an_unsigned_document_and_a_file_that_is_none():
    assert fault(papers.paper("receipt").pdf) is Fault.UNSIGNED
    for pdf in (b"", b"%PDF-1.7\n", b"\x00" * 1000, sealed("receipt").pdf[: len(papers.paper("receipt").pdf) // 2]):
        assert fault(pdf) is Fault.NO_DOCUMENT


def test_every_changed_byte_of_the_signed_part_is_found():
    pdf = sealed("receipt").pdf
    for place in range(20, len(papers.paper("receipt").pdf), 3_001):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert fault(changed) in (Fault.CHANGED, Fault.NO_DOCUMENT, Fault.SPECIMEN, Fault.OTHER_REALM, Fault.NOT_TRUSTED), place


def test_something_added_after_the_signature_is_found():
    writer = IncrementalPdfFileWriter(BytesIO(sealed("receipt").pdf))
    first = writer.root["/Pages"]["/Kids"].raw_get(0)
    first.get_object()["/Rotate"] = NumberObject(90)
    writer.mark_update(first.reference)
    writer.write(turned := BytesIO())
    assert fault(turned.getvalue()) is Fault.CHANGED


def test_a_specimen_elsewhere_or_where_only_official_documents_count():
    assert fault(sealed("receipt").pdf, "japan") is Fault.SPECIMEN
    assert fault(sealed("receipt").pdf, official_only=True) is Fault.SPECIMEN


def test_a_document_of_another_realm():
    content = papers.contents()["receipt"]
    issue = papers.issue_for(content, issuer=msgspec.structs.replace(papers.ISSUER, realm="japan", name="山田　花子"))
    other = make_authority("japan")
    official = other.sealer.seal(make(IPAMJ_MINCHO, content, issue)).pdf
    assert examine(official, other.trust("japan", official_only=True)).ok
    assert fault(official) is Fault.OTHER_REALM


def test_a_signer_of_another_authority_a_revoked_one_and_one_of_another_office():
    stranger = make_authority()
    assert fault(stranger.sealer.seal(papers.paper("receipt")).pdf) is Fault.NOT_TRUSTED
    assert fault(sealed("receipt").pdf, "sandbox", OFFICE_SERIAL) is Fault.NOT_TRUSTED
    neighbour = make_authority(office="131016")
    assert examine(neighbour.sealer.seal(papers.paper("receipt")).pdf, neighbour.trust()).fault is Fault.NOT_TRUSTED


@pytest.mark.parametrize("name", ["resident-copy", "moving-out-certificate"])
def test_pdfsig_says_valid_and_trusted_with_the_authority_of_the_sandbox_only(name, tmp_path):
    file, store = tmp_path / "paper.pdf", tmp_path / "nss"
    file.write_bytes(sealed(name).pdf)
    (tmp_path / "ca.pem").write_bytes(sandbox().certificate.public_bytes(Encoding.PEM))
    store.mkdir()
    _run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    without = _run("pdfsig", "-nssdir", str(store), str(file))
    assert "Signature is Valid" in without and "Certificate issuer isn't Trusted" in without
    _run("certutil", "-A", "-d", f"sql:{store}", "-n", "ca", "-t", "CT,C,C", "-i", str(tmp_path / "ca.pem"))
    told = _run("pdfsig", "-nssdir", str(store), str(file))
    assert "Signature is Valid" in told and "Certificate is Trusted" in told
    assert FIELD in told and "ETSI.CAdES.detached" in told


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_five_documents_at_once_are_signed_in_under_a_second_each():
    def one(number: int) -> float:
        content = papers.contents()["household-copy"]
        began = time.perf_counter()
        sandbox().sealer.seal(make(IPAMJ_MINCHO, content, papers.issue_for(content, f"S-{number}")))
        return time.perf_counter() - began

    with ThreadPoolExecutor(5) as pool:
        times = list(pool.map(one, range(20)))
    assert statistics.median(times) < (1 if os.getloadavg()[0] < 2 else 4)
