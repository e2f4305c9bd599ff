"""The folder `trust/`: the anchor that is handed over by hand, and the directory as it was last seen (信頼の基点; architecture section 2).

trust/anchor.toml       whom to trust, and where the centre enrols      trust/network-ca.pem    the authority of link certificates
trust/directory.bin     the last head and its entries                   (the founder's also holds network-ca.key.pem)
"""

import base64
import os
import tempfile
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from openjuki.nodes.strict_toml import read_strict
from openjuki.register.errors import Broken, InvalidInput, Say
from openjuki.wire.directory import Anchor, Directory, Entry, SealedHead

ANCHOR, DIRECTORY, NETWORK_CA = "anchor.toml", "directory.bin", "network-ca.pem"
AGAIN = Say("Have the anchor handed over again.", "基点をもう一度受け取ってください。")
NOT_WHOLE = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.InvalidVersion)
"""What the library says of a key or certificate that is not one, or of another kind."""
_FINGERPRINT_DIGITS = 32


class Trust(msgspec.Struct, frozen=True):
    """What directory.bin holds."""

    anchor: Anchor
    sealed: SealedHead
    entries: tuple[Entry, ...]


class AnchorFile(msgspec.Struct, frozen=True, kw_only=True):
    """The items of anchor.toml; the two keys are DER in base64."""

    realm: str
    centre: str
    host: str
    port: int
    seal_key: str
    network_ca: str


def fingerprint_of(content: bytes) -> str:
    """128 bits of SHA-256 in groups of four, to be compared by telephone."""
    digits = sha256(content).hexdigest()[:_FINGERPRINT_DIGITS]
    return " ".join(digits[at : at + 4] for at in range(0, _FINGERPRINT_DIGITS, 4))


def fingerprint(anchor: Anchor) -> str:
    """Of whom the anchor trusts; not of the address, which may change."""
    trusted = (anchor.realm, anchor.centre, anchor.seal_public, anchor.network_ca)
    return fingerprint_of(b"openjuki/anchor/v1\0" + msgspec.msgpack.encode(trusted))


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Write the file that is handed over by hand; nothing in it is secret, all of it must be genuine."""
    lines = [
        f"# Hand this over by hand. By telephone both sides compare: {fingerprint(anchor)}",
        f'realm = "{anchor.realm}"', f'centre = "{anchor.centre}"', f'host = "{anchor.host}"', f"port = {anchor.port}",
        f'seal_key = "{base64.b64encode(anchor.seal_public).decode()}"', f'network_ca = "{base64.b64encode(anchor.network_ca).decode()}"',
    ]  # fmt: skip
    replace_file(path, ("\n".join(lines) + "\n").encode())


def read_anchor(path: Path) -> Anchor:
    """Read it. Raises InvalidInput for anything that is not whole."""
    held = read_strict(path, AnchorFile)
    if not held.realm or not held.centre or not held.host or not 0 < held.port < 65_536:
        raise InvalidInput(path.name, Say("realm, centre, host or port is empty.", "運用区分、センター又は接続先が空です。"), AGAIN)
    return Anchor(
        held.realm, held.centre, _seal_key(_bytes("seal_key", held.seal_key)), _authority(_bytes("network_ca", held.network_ca)),
        held.host, held.port,
    )  # fmt: skip


def _bytes(item: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:  # another alphabet, or a wrong length
        raise InvalidInput(item, Say("is not base64.", "base64ではありません。"), AGAIN) from error


def _seal_key(public: bytes) -> bytes:
    try:
        key = load_der_public_key(public)
    except NOT_WHOLE:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidInput("seal_key", Say("is not a P-256 public key.", "P-256の公開鍵ではありません。"), AGAIN)
    return public


def _authority(certificate: bytes) -> bytes:
    try:
        authority = x509.load_der_x509_certificate(certificate)
        authority.verify_directly_issued_by(authority)
    except NOT_WHOLE as error:
        raise InvalidInput("network_ca", Say("is not an authority's certificate.", "認証局の証明書ではありません。"), AGAIN) from error
    return certificate


def write_trust(folder: Path, directory: Directory) -> None:
    """Keep the directory and its authority in a folder, for the next start."""
    if directory.sealed is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    authority = x509.load_der_x509_certificate(directory.anchor.network_ca)
    replace_file(folder / NETWORK_CA, authority.public_bytes(Encoding.PEM))
    trust = Trust(directory.anchor, directory.sealed, tuple(directory.entries.values()))
    replace_file(folder / DIRECTORY, msgspec.msgpack.encode(trust))


def read_trust(folder: Path) -> Directory:
    """The directory as it was kept; perhaps expired by now. Raises Broken if it is not whole or not the anchor's."""
    try:
        trust = msgspec.msgpack.decode((folder / DIRECTORY).read_bytes(), type=Trust)
    except (OSError, msgspec.MsgspecError) as error:
        lost = Say("cannot be read.", "読めません。")
        raise Broken(
            f"trust/{DIRECTORY}",
            lost,
            Say("Restore trust/ from a backup, or join anew.", "trust/ を控えから戻すか、登録し直してください。"),
        ) from error
    directory = Directory(trust.anchor)
    directory.take(trust.sealed, trust.entries)
    return directory


def certificate_for(anchor: Anchor, certificate: bytes, public: bytes) -> bytes:
    """The link certificate as PEM, if the anchor's authority issued it (DER) for that public key (DER). Raises Broken."""
    try:
        issued, authority = x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(anchor.network_ca)
        issued.verify_directly_issued_by(authority)
        held = issued.public_key() == load_der_public_key(public)
    except NOT_WHOLE:
        held = False
    if not held:
        foreign = Say("is not for this office's key, or of another authority.", "この機関の鍵の証明書でないか、認証局が違います。")
        raise Broken("certificate", foreign, Say("Call the centre; check the anchor.", "全国センターに連絡し、基点を確かめてください。"))
    return issued.public_bytes(Encoding.PEM)


def replace_file(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a whole file or none of it: beside, to disk, then in its place."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
