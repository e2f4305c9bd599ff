"""The sandbox's authority for documents, made when the first document is: keys, certificates, revocation list (文書署名の鍵の式典).

The country makes its own; nothing secret is in the repository. A production realm brings these files, and nothing is made.
"""

import datetime
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openjuki.documents import authority
from openjuki.documents.issue import SANDBOX
from openjuki.documents.sealing import DOCUMENT, Sealer
from openjuki.documents.stamping import SandboxStamps
from openjuki.keys.folder import key_file, read_key, write_key
from openjuki.keys.software import SoftwareKeys, make_key
from openjuki.nodes import document_papers as files
from openjuki.nodes.document_papers import CA, CRL, OFFICE, STAMPS
from openjuki.register.errors import NotReady, Say

Entropy = Callable[[int], bytes]


def sealer(home: Path, realm: str, office: str, entropy: Entropy, now_ms: Callable[[], int]) -> Sealer:
    """An office's seal, with an authority of the sandbox's own where there is none yet. Raises NotReady outside the sandbox."""
    if realm != SANDBOX:
        reason = Say("this realm's certificates for documents are not made here.", "この運用区分の文書署名用証明書はここでは作れません。")
        raise NotReady("document", reason, Say("Configure the office's own.", "機関の証明書を設定してください。"))
    equip(home, realm, office, entropy, now_ms())
    trust, folder = home / "trust", home / "offices" / office
    keys = SoftwareKeys({DOCUMENT: read_key(key_file(folder, DOCUMENT)), STAMPS: read_key(key_file(trust, STAMPS))})
    held = files.papers(home, office)
    stamps = SandboxStamps(keys, STAMPS, held.stamps, held.ca, now_ms, entropy)
    return Sealer(keys, lambda: files.papers(home, office), stamps, now_ms)


def equip(home: Path, realm: str, office: str, entropy: Entropy, now_ms: int) -> None:
    """Make what is missing: the authority, its time stamps, the office's key and certificate, a current revocation list."""
    trust, now = home / "trust", datetime.datetime.fromtimestamp(now_ms / 1_000, datetime.UTC)
    if not (trust / f"{CA}.pem").exists():
        _found(trust, realm, entropy, now)
    ca = x509.load_pem_x509_certificate((trust / f"{CA}.pem").read_bytes())
    ca_key = read_key(key_file(trust, CA))
    folder = home / "offices" / office
    if not (folder / OFFICE).exists():
        key = make_key(entropy)
        write_key(folder, DOCUMENT, key)
        made = authority.certify_office(office, key.public_key(), ca=ca, ca_key=ca_key, serial=_serial(entropy), now=now)
        (folder / OFFICE).write_bytes(made.public_bytes(Encoding.PEM))
    if not (trust / CRL).exists() or not authority.is_current((trust / CRL).read_bytes(), now):
        (trust / CRL).write_bytes(authority.make_crl(ca, ca_key, now_ms, now))


def _found(trust: Path, realm: str, entropy: Entropy, now: datetime.datetime) -> None:
    ca_key, stamps_key = make_key(entropy), make_key(entropy)
    ca = authority.make_document_ca(realm, ca_key, _serial(entropy), now)
    stamps = authority.certify_stamps(stamps_key.public_key(), ca=ca, ca_key=ca_key, serial=_serial(entropy), now=now)
    write_key(trust, CA, ca_key)
    write_key(trust, STAMPS, stamps_key)
    (trust / f"{STAMPS}.pem").write_bytes(stamps.public_bytes(Encoding.PEM))
    (trust / f"{CA}.pem").write_bytes(ca.public_bytes(Encoding.PEM))


def _serial(entropy: Entropy) -> int:
    return int.from_bytes(entropy(16), "big") >> 1
