"""Signed notes and checkpoints: what a log shows of itself (署名付きチェックポイント; C2SP signed-note, tlog-checkpoint, tlog-cosignature).

    origin line            — name base64(key id, signature)
    size               +   — name base64(key id, time, cosignature)
    base64 root

Pure: signing and verifying are arguments, Ed25519 over raw 32-byte public keys.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from openjuki.merkle.tree import HASH_BYTES, SIZE_MAX
from openjuki.register.errors import Broken, InvalidInput, Say

NOTE = 1  # signature type: Ed25519 over the text (signed-note)
COSIGNATURE = 4  # signature type: time and Ed25519 over time and text (tlog-cosignature, version 1)

NOTE_BYTES_MAX = 65_536
SIGNATURES_MAX = 64
_MARK = "— "
_TIME_BYTES = 8

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether a raw public key made this signature over the message: verify(public, signature, message)."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """Who may sign notes: a name without spaces and plus, the type of signature, the raw Ed25519 public key of 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that name the key in a signature line (signed-note, signatures)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "NoteKey":
        """A key from its one-line form `name+id+base64`. Raises InvalidInput if it is malformed or of another type."""
        name, _, rest = text.partition("+")
        identifier, _, encoded = rest.partition("+")
        body = _from_base64(encoded)
        key = cls(name, body[0] if body else 0, body[1:])
        if not _is_name(name) or key.kind not in (NOTE, COSIGNATURE) or len(key.public) != 32 or key.key_id.hex() != identifier:
            raise _malformed("note key", "ノートの鍵")
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; for a cosignature the bytes are 8 of time and 64 of signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, newline at its end, and who signed it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        lines = (f"{_MARK}{line.name} {b64encode(line.key_id + line.signature).decode()}\n" for line in self.signatures)
        return self.text + "\n" + "".join(lines)

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """A note as it came in, nothing verified yet. Raises InvalidInput if its form is not that of signed-note."""
        try:
            whole = data.decode() if len(data) <= NOTE_BYTES_MAX else ""
        except UnicodeDecodeError as error:
            raise _malformed("signed note", "署名付きノート") from error
        text, blank, tail = whole.rpartition("\n\n")
        lines = tail.splitlines(keepends=True)
        controls = any(character < " " and character != "\n" for character in whole)
        if not blank or controls or not 1 <= len(lines) <= SIGNATURES_MAX:
            raise _malformed("signed note", "署名付きノート")
        return cls(text + "\n", tuple(map(_parse_line, lines)))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size (tlog-checkpoint); no extension lines, since nobody could audit them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """A checkpoint from the text of a verified note. Raises InvalidInput if it is not exactly what `str(checkpoint)` writes."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit() or len(lines[1]) > len(str(SIZE_MAX)):
            raise _malformed("checkpoint", "チェックポイント")
        checkpoint = cls(lines[0], int(lines[1]), _from_base64(lines[2]))
        if str(checkpoint) != text or checkpoint.size > SIZE_MAX or len(checkpoint.root) != HASH_BYTES:
            raise _malformed("checkpoint", "チェックポイント")
        return checkpoint


def sign_note(text: str, key: NoteKey, sign: Callable[[bytes], bytes]) -> NoteSignature:
    """The log's own signature line over a text; `sign` makes a raw Ed25519 signature with the key's private part."""
    return NoteSignature(key.name, key.key_id, sign(text.encode()))


def cosign_note(text: str, key: NoteKey, time_s: int, sign: Callable[[bytes], bytes]) -> NoteSignature:
    """A witness's signature line: at `time_s` (seconds since 1970) it had seen nothing that contradicts the text (tlog-cosignature)."""
    return NoteSignature(key.name, key.key_id, time_s.to_bytes(_TIME_BYTES, "big") + sign(_cosigned(text, time_s)))


def cosigned_at(signature: NoteSignature) -> int:
    """Time of a cosignature in seconds since 1970."""
    return int.from_bytes(signature.signature[:_TIME_BYTES], "big")


def signers(note: Note, keys: Iterable[NoteKey], verify: Verify) -> dict[NoteKey, NoteSignature]:
    """Which of the known keys signed the note, each once; lines of unknown keys are passed over.

    Raises Broken if a line of a known key does not hold or if no known key signed (signed-note, signatures).
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[NoteKey, NoteSignature] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if not _holds(note.text, key, line, verify):
            raise _broken(Say("a known key's signature does not hold.", "既知の鍵の署名が正しくありません。"))
        found.setdefault(key, line)
    if not found:
        raise _broken(Say("no known key signed it.", "既知の鍵の署名がありません。"))
    return found


def _holds(text: str, key: NoteKey, line: NoteSignature, verify: Verify) -> bool:
    if key.kind == NOTE:
        return verify(key.public, line.signature, text.encode())
    return len(line.signature) > _TIME_BYTES and verify(key.public, line.signature[_TIME_BYTES:], _cosigned(text, cosigned_at(line)))


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def _parse_line(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(_MARK).removesuffix("\n").partition(" ")
    body = _from_base64(encoded)
    if not line.startswith(_MARK) or not line.endswith("\n") or not space or not _is_name(name) or len(body) <= 4:
        raise _malformed("signature line", "署名行")
    return NoteSignature(name, body[:4], body[4:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _from_base64(text: str) -> bytes:
    try:
        body = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return b""
    return body if b64encode(body).decode() == text else b""  # one value, one spelling


def _malformed(item: str, item_ja: str) -> InvalidInput:
    return InvalidInput(
        item,
        Say("its form is not that of a signed note.", f"{item_ja}の形式が正しくありません。"),
        Say("Fetch it again from the log.", "ログから取得し直してください。"),
    )


def _broken(reason: Say) -> Broken:
    return Broken("signed note", reason, Say("Keep both and tell an auditor.", "双方を保存し、監査者に知らせてください。"))
