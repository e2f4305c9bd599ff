"""The test cards' authority in a folder: four keys that only their owner may read (試験用認証局の鍵). Sandbox realm only."""

import datetime
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from openjuki.card.image import Entropy
from openjuki.card.sandbox_authority import TERMINALS, SandboxAuthority, new_authority
from openjuki.keys.folder import key_file, read_key, write_key
from openjuki.register.errors import InvalidInput, Say

SIGNATURE, AUTHENTICATION, ISSUER, SINCE = "signature.pem", "authentication.pem", "issuer.pem", "since"
TRUST = "trust.der"
"""Public key of cards and terminals: all that a third party needs."""


def open_authority(folder: Path, entropy: Entropy, day: datetime.date) -> SandboxAuthority:
    """The authority of this folder; a new one, from this day on, if there is none. Raises InvalidInput if the folder is damaged."""
    if not (folder / SINCE).exists():
        write_authority(folder, new_authority(entropy, day))
    return read_authority(folder)


def read_authority(folder: Path) -> SandboxAuthority:
    """The authority of this folder. Raises InvalidInput if there is none."""
    try:
        keys = [load_pem_private_key((folder / name).read_bytes(), None) for name in (SIGNATURE, AUTHENTICATION, ISSUER)]
        signature, authentication, issuer = (key for key in keys if isinstance(key, rsa.RSAPrivateKey))
        since = datetime.date.fromisoformat((folder / SINCE).read_text("ascii").strip())
        return SandboxAuthority(read_key(key_file(folder, TERMINALS)), signature, authentication, issuer, since)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            folder.name,
            Say("it holds no authority of test cards.", "試験用カードの認証局がありません。"),
            Say(
                "Give the folder that card make has written, by --authority.",
                "card make が作ったフォルダを --authority で指定してください。",
            ),
        ) from error


def read_trust(place: Path) -> bytes:
    """The public key of cards and terminals from a file, or from an authority's folder. Raises InvalidInput if there is none."""
    try:
        return (place / TRUST if place.is_dir() else place).read_bytes()
    except OSError as error:
        raise InvalidInput(
            place.name, Say("there is no public key of the country's cards.", "カードの検証鍵がありません。"),
            Say("Give it by --trust.", "--trust で指定してください。"),
        ) from error  # fmt: skip


def write_authority(folder: Path, authority: SandboxAuthority) -> None:
    """The authority into this folder: keys first, the day last, since without the day the folder is none."""
    folder.mkdir(parents=True, exist_ok=True)
    key_file(folder, TERMINALS).unlink(missing_ok=True)
    write_key(folder, TERMINALS, authority.terminals)
    for name, key in ((SIGNATURE, authority.signature), (AUTHENTICATION, authority.authentication), (ISSUER, authority.issuer)):
        _private(folder / name, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / TRUST).write_bytes(authority.trust)
    (folder / SINCE).write_text(authority.day.isoformat() + "\n", "ascii")


def _private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
