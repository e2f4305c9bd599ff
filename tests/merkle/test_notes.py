"""Notes and checkpoints against what others published, and nothing touched is accepted (C2SP signed-note, tlog-checkpoint)."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.merkle import notes
from openjuki.merkle.notes import COSIGNATURE, NOTE, Checkpoint, Note, NoteKey, NoteSignature
from openjuki.register.errors import Broken, InvalidInput

GOLDEN = Path(__file__).parent / "golden"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
LOG_KEY = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESS_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"


def golden(name):
    origin, _, note = (GOLDEN / name).read_bytes().partition(b"\n")
    assert origin.startswith(b"origin: ")
    return note


def verify(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def key_pair(number, name, kind):
    private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    return NoteKey(name, kind, private.public_key().public_bytes_raw()), private.sign


def test_the_published_note_is_read_written_and_verified():
    note = Note.parse(golden("peter_neumann.note"))
    key = NoteKey.parse(PETER)
    assert str(note).encode() == golden("peter_neumann.note")
    assert (str(key), key.key_id.hex()) == (PETER, "c74f20a3")
    assert list(notes.signers(note, [key], verify)) == [key]


def test_a_real_cosigned_checkpoint_is_read_and_verified():
    note = Note.parse(golden("cosigned.note"))
    log, witness = NoteKey.parse(LOG_KEY), NoteKey.parse(WITNESS_KEY)
    assert str(note).encode() == golden("cosigned.note")
    found = notes.signers(note, [witness, log], verify)
    assert set(found) == {log, witness}
    assert notes.cosigned_at(found[witness]) == 0x6A122120
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("arche2025h1.staging.ct.transparency.dev", 1432088532)
    assert str(checkpoint) == note.text


def test_another_size_under_the_same_signatures_is_broken():
    note = Note.parse(golden("cosigned.note").replace(b"1432088532", b"42"))
    for text in (LOG_KEY, WITNESS_KEY):
        with pytest.raises(Broken, match="does not hold"):
            notes.signers(note, [NoteKey.parse(text)], verify)


def test_a_note_that_no_known_key_signed_is_broken():
    with pytest.raises(Broken, match="no known key"):
        notes.signers(Note.parse(golden("cosigned.note")), [NoteKey.parse(PETER)], verify)
    same_name = NoteKey("PeterNeumann", NOTE, bytes(32))
    with pytest.raises(Broken, match="no known key"):
        notes.signers(Note.parse(golden("peter_neumann.note")), [same_name], verify)


def test_our_log_and_a_witness_sign_one_checkpoint():
    log, log_sign = key_pair(1, "openjuki/provision/462250/5f0e", NOTE)
    witness, witness_sign = key_pair(2, "prefecture.example", COSIGNATURE)
    text = str(Checkpoint(log.name, 0, bytes(32)))
    lines = (notes.sign_note(text, log, log_sign), notes.cosign_note(text, witness, 1_790_000_000, witness_sign))
    note = Note.parse(str(Note(text, lines)).encode())
    found = notes.signers(note, [log, witness], verify)
    assert notes.cosigned_at(found[witness]) == 1_790_000_000
    backdated = NoteSignature(witness.name, witness.key_id, bytes(8) + lines[1].signature[8:])
    for bad in (backdated, NoteSignature(witness.name, witness.key_id, bytes(3)), NoteSignature(log.name, log.key_id, bytes(64))):
        with pytest.raises(Broken):
            notes.signers(Note(text, (*lines, bad)), [log, witness], verify)


def test_the_same_key_signing_twice_counts_once_and_by_its_first_line():
    witness, sign = key_pair(2, "witness.example", COSIGNATURE)
    first, second = (notes.cosign_note("a\n", witness, time_s, sign) for time_s in (7, 8))
    assert notes.signers(Note("a\n", (first, second)), [witness], verify) == {witness: first}


@settings(max_examples=40, deadline=None)
@given(st.text("abc./0あ", min_size=1, max_size=20), st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_reads_back(origin, size, root):
    checkpoint = Checkpoint(origin, size, root)
    assert Checkpoint.parse(str(checkpoint)) == checkpoint


LINE = "— a " + "AAAAAAA=" + "\n"


def test_the_blank_line_that_parts_text_and_signatures_is_the_last_one():
    assert Note.parse(("a\n\nb\n\n" + LINE).encode()) == Note("a\n\nb\n", (NoteSignature("a", bytes(4), bytes(1)),))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "a\n",
        "a\n\n",
        "a\n" + LINE,
        "a\n\n" + LINE[:-1],
        "a\n\n" + LINE.replace("— ", "- "),
        "a\n\n" + LINE.replace("— a", "— a+b"),
        "a\n\n" + LINE.replace("— a", "— a\u3000b"),
        "a\n\n" + LINE.replace("— a ", "—  "),
        "a\n\n" + LINE.replace("AAAAAAA=", "AAAAAAB="),
        "a\n\n" + LINE.replace("AAAAAAA=", "AAAAAA=="),
        "a\n\n" + LINE.replace("AAAAAAA=", "A"),
        "a\n\n" + LINE.replace("AAAAAAA=", "AAAA\u0661AA="),
        "a\tb\n\n" + LINE,
        "a\r\n\n" + LINE,
        "a\n\n" + LINE * 65,
        "a" * 65_536 + "\n\n" + LINE,
    ],
)
def test_a_note_of_another_form_is_refused(data):
    with pytest.raises(InvalidInput):
        Note.parse(data.encode())


def test_a_note_that_is_no_utf8_is_refused():
    with pytest.raises(InvalidInput):
        Note.parse(b"\xff\n\n" + LINE.encode())


ROOT = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n\u0661\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        "o\n1\nAAAA\n",
        f"o\n1\n{ROOT[:-2]}B=\n",
        f"o\n1\n{ROOT}\nextension\n",
    ],
)
def test_a_checkpoint_of_another_form_is_refused(text):
    with pytest.raises(InvalidInput):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        PETER.replace("c74f", "c74e"),
        PETER[:-4],
        PETER.replace("+AR", "+BR"),
        "a b" + PETER,
        str(NoteKey("a", 2, bytes(32))),
    ],
)
def test_a_key_line_of_another_form_is_refused(text):
    with pytest.raises(InvalidInput):
        NoteKey.parse(text)
