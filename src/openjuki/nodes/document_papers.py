"""Where an office's document certificates and the realm's document authority lie on disk (文書署名用の鍵・証明書の置き場所).

DIR/trust/document-ca.pem, document-stamps.pem, document-ca.crl       DIR/offices/CODE/document.pem, document.key.pem
"""

from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openjuki.register.errors import NotReady, Say

if TYPE_CHECKING:
    from openjuki.documents.examining import Trust
    from openjuki.documents.sealing import Papers

CA, STAMPS, CRL, OFFICE = "document-ca", "document-stamps", "document-ca.crl", "document.pem"


def certificate(path: Path) -> bytes:
    """A certificate as DER. Raises NotReady if it is not there."""
    if not path.exists():
        reason = Say("the certificates for documents are not there.", "文書署名用の証明書がありません。")
        raise NotReady(
            path.name, reason, Say("Make the first document, or ask for the file.", "最初の文書を発行するか、入手してください。")
        )
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def papers(home: Path, office: str) -> "Papers":
    """The certificates with which an office seals. Raises NotReady if one is not there."""
    from openjuki.documents.sealing import Papers  # imports pyHanko

    trust = home / "trust"
    return Papers(
        certificate(home / "offices" / office / OFFICE), certificate(trust / f"{CA}.pem"), certificate(trust / f"{STAMPS}.pem"),
        (trust / CRL).read_bytes(),
    )  # fmt: skip


def trust(home: Path, realm: str, now_ms: int, *, official_only: bool = False) -> "Trust":
    """Whom somebody with this folder trusts. Raises NotReady if the authority's certificate is not there."""
    from openjuki.documents.examining import Trust  # imports pyHanko

    folder = home / "trust"
    return Trust(realm, (certificate(folder / f"{CA}.pem"),), ((folder / CRL).read_bytes(),), now_ms, official_only)
