"""The sandbox's authority for documents, made when the first document is: keys, certificates, revocation list (文書署名の鍵の式典).

The country makes its own; nothing secret is in the repository. A production realm brings these files, and nothing is made.
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openjuki.documents import authority
from openjuki.documents.issue import SANDBOX
from openjuki.documents.sealing import DOCUMENT, Papers, Sealer
from openjuki.documents.stamping import SandboxStamps
from openjuki.keys.folder import key_file, read_key, write_key
from openjuki.keys.software import PrivateKey, SoftwareKeys, make_key
from openjuki.nodes import document_papers as files
from openjuki.nodes.document_papers import CA, CRL, OFFICE, STAMPS
from openjuki.nodes.trust_folder import replace_file
from openjuki.register.errors import NotReady, Say

Entropy = Callable[[int], bytes]
_ALONE = Lock()
"""Desks of one process make what is missing one after the other."""


def sealer(home: Path, realm: str, office: str, entropy: Entropy, now_ms: Callable[[], int]) -> Sealer:
    """An office's seal, with an authority of the sandbox's own where there is none yet. Raises NotReady outside the sandbox."""
    if realm != SANDBOX:
        reason = Say("this realm's certificates for documents are not made here.", "この運用区分の文書署名用証明書はここでは作れません。")
        raise NotReady("document", reason, Say("Configure the office's own.", "機関の証明書を設定してください。"))

    def papers() -> Papers:
        equip(home, realm, office, entropy, now_ms())  # the revocation list runs out while a country runs
        return files.papers(home, office)

    held = papers()
    trust, folder = home / "trust", home / "offices" / office
    keys = SoftwareKeys({DOCUMENT: read_key(key_file(folder, DOCUMENT)), STAMPS: read_key(key_file(trust, STAMPS))})
    stamps = SandboxStamps(keys, STAMPS, held.stamps, held.ca, now_ms, entropy)
    return Sealer(keys, papers, stamps, now_ms)


def equip(home: Path, realm: str, office: str, entropy: Entropy, now_ms: int) -> None:
    """Make what is missing: the authority, its time stamps, the office's key and certificate, a current revocation list.

    Whatever a crash left half done is taken up where it was cut.
    """
    with _ALONE:
        _equip(home, realm, office, entropy, now_ms)


def _equip(home: Path, realm: str, office: str, entropy: Entropy, now_ms: int) -> None:
    trust, now = home / "trust", datetime.datetime.fromtimestamp(now_ms / 1_000, datetime.UTC)
    if not (trust / f"{CA}.pem").exists():
        _found(trust, realm, entropy, now)
    ca = x509.load_pem_x509_certificate((trust / f"{CA}.pem").read_bytes())
    ca_key = read_key(key_file(trust, CA))
    folder = home / "offices" / office
    if not (folder / OFFICE).exists():
        key = _key(folder, DOCUMENT, entropy)
        made = authority.certify_office(office, key.public_key(), ca=ca, ca_key=ca_key, serial=_serial(entropy), now=now)
        replace_file(folder / OFFICE, made.public_bytes(Encoding.PEM))
    if not (trust / CRL).exists() or not authority.is_current((trust / CRL).read_bytes(), now):
        replace_file(trust / CRL, authority.make_crl(ca, ca_key, now_ms, now))


def _found(trust: Path, realm: str, entropy: Entropy, now: datetime.datetime) -> None:
    ca_key, stamps_key = _key(trust, CA, entropy), _key(trust, STAMPS, entropy)
    ca = authority.make_document_ca(realm, ca_key, _serial(entropy), now)
    stamps = authority.certify_stamps(stamps_key.public_key(), ca=ca, ca_key=ca_key, serial=_serial(entropy), now=now)
    replace_file(trust / f"{STAMPS}.pem", stamps.public_bytes(Encoding.PEM))
    replace_file(trust / f"{CA}.pem", ca.public_bytes(Encoding.PEM))


def _key(folder: Path, name: str, entropy: Entropy) -> PrivateKey:
    """The key of that name, made if there is none."""
    if not key_file(folder, name).exists():
        write_key(folder, name, make_key(entropy))
    return read_key(key_file(folder, name))


def _serial(entropy: Entropy) -> int:
    return int.from_bytes(entropy(16), "big") >> 1
