"""The authority of a country's cards in a folder: four keys that only their owner may read (カードの認証局の鍵). Sandbox realm only.

    founded with the country    the CA of terminals and cards: its key, and `trust.der`, under which every card of the country stands
    at the first card           the CAs of the JPKI application and the issuer of faces (three RSA keys take longer than a country's start),
                                and the day from which certificates run

Both halves are made once and never overwritten: of two that make the second half at a time, each takes up what came first.
"""

import datetime
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from openjuki.card.image import Entropy
from openjuki.card.sandbox_authority import TERMINALS, SandboxAuthority, new_signer
from openjuki.keys.folder import key_file, read_key, write_key
from openjuki.keys.software import PrivateKey, make_key, public_der
from openjuki.register.errors import InvalidInput, Say

AUTHORITY_FOLDER = "card-authority"
"""Its name in a country's folder, and beside a card that belongs to none."""
SIGNERS, SINCE = ("signature.pem", "authentication.pem", "issuer.pem"), "since"
TRUST = "trust.der"
"""Public key of cards and terminals: all that a third party needs."""

Draw = Callable[[], rsa.RSAPrivateKey]
"""Draws an RSA key, which takes longer than everything else here."""


def found_authority(folder: Path, entropy: Entropy) -> None:
    """A new authority, with its root: cards can be checked from now on. Raises Conflict if there is one."""
    _write_root(folder, make_key(entropy))


def open_authority(folder: Path, entropy: Entropy, day: datetime.date) -> SandboxAuthority:
    """The authority of this folder; a new one if there is none. Raises InvalidInput if the folder is damaged."""
    if not (folder / TRUST).exists():
        found_authority(folder, entropy)
    return read_authority(folder, day)


def read_authority(folder: Path, day: datetime.date, draw: Draw = new_signer) -> SandboxAuthority:
    """The authority of this folder, whose certificates run from this day on if it has issued none. Raises InvalidInput if there is none.

    `draw` makes the keys that it has not got yet.
    """
    try:
        root = read_key(key_file(folder, TERMINALS))
        if public_der(root) != (folder / TRUST).read_bytes():
            raise ValueError("the public key is another's")
        signature, authentication, issuer = (_signer(folder / name, draw) for name in SIGNERS)
        _put_once(folder / SINCE, f"{day}\n".encode("ascii"))
        since = datetime.date.fromisoformat((folder / SINCE).read_text("ascii").strip())
        return SandboxAuthority(root, signature, authentication, issuer, since)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            folder.name,
            Say("it holds no authority of cards.", "カードの認証局がありません。"),
            Say(
                f"Give the country's folder {AUTHORITY_FOLDER}, or the one that card make has written, by --authority.",
                f"国のフォルダの {AUTHORITY_FOLDER}、又は card make が作ったフォルダを --authority で指定してください。",
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
    """This authority into a folder. Raises Conflict if another one lies there."""
    if not (folder / TRUST).exists() or read_trust(folder) != authority.trust:
        _write_root(folder, authority.terminals)
    for name, key in zip(SIGNERS, (authority.signature, authority.authentication, authority.issuer), strict=True):
        _put_once(folder / name, _pem(key))
    _put_once(folder / SINCE, f"{authority.day}\n".encode("ascii"))


def _write_root(folder: Path, key: PrivateKey) -> None:
    """The key first, its public half last: with it the folder is an authority's."""
    folder.mkdir(parents=True, exist_ok=True)
    write_key(folder, TERMINALS, key)
    (folder / TRUST).write_bytes(public_der(key))


def _signer(path: Path, draw: Draw) -> rsa.RSAPrivateKey:
    """The RSA key of this file, made if there is none. ValueError if it holds another kind of key."""
    if not path.exists():
        _put_once(path, _pem(draw()))
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(path.name)
    return key


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _put_once(path: Path, content: bytes) -> None:
    """Write a file for its owner alone, durably and whole; what is there already stays."""
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
