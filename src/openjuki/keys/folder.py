"""Keys in a folder: one PKCS#8 file per name, readable by its owner only (鍵の保管; RFC 5958)."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from openjuki.keys.software import PrivateKey, SoftwareKeys
from openjuki.register.errors import Conflict, InvalidInput, Say

_SUFFIX = ".key.pem"


def key_file(folder: Path, name: str) -> Path:
    """Where the key of that name lies: the TLS library needs the path of LINK."""
    return folder / (name + _SUFFIX)


def write_key(folder: Path, name: str, key: PrivateKey) -> Path:
    """Writes the key durably with mode 0600 and returns its file. Raises Conflict if a key of that name lies there already."""
    path = key_file(folder, name)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(
            path.name,
            Say("a key of that name is there already.", "この名前の鍵は既にあります。"),
            Say("Move it to another name first; keys are never overwritten.", "鍵は上書きしません。先に別名へ移してください。"),
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(folder)
    return path


def read_key(path: Path) -> PrivateKey:
    """The P-256 key of one file. Raises InvalidInput if others than its owner may read it, or it holds no such key."""
    if path.stat().st_mode & 0o077:
        raise InvalidInput(
            path.name,
            Say("others than its owner may read it.", "所有者以外が読める状態です。"),
            Say("Set mode 0600; if in doubt, replace the key.", "権限を0600にし、疑わしければ鍵を取り替えてください。"),
        )
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise _no_p256(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _no_p256(path)
    return key


def read_folder(folder: Path) -> SoftwareKeys:
    """All keys of the folder, by the names of their files. Raises InvalidInput as `read_key`."""
    files = sorted(folder.glob("*" + _SUFFIX))
    return SoftwareKeys({path.name.removesuffix(_SUFFIX): read_key(path) for path in files})


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _no_p256(path: Path) -> InvalidInput:
    return InvalidInput(
        path.name,
        Say("it holds no P-256 key in PKCS#8.", "PKCS#8形式のP-256鍵ではありません。"),
        Say("Restore the file or enrol a new key.", "ファイルを復旧するか新しい鍵を登録してください。"),
    )
