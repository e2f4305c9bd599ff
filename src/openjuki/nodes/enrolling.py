"""Joining a network: keys, the request, the certificate, the directory, each kept so that one can go on after any crash (機関の登録).

What is written, in this order:

    FOLDER/offices/CODE/link.key.pem, seal.key.pem, request.bin     before the centre is asked
    FOLDER/trust/directory.bin, network-ca.pem                      once two officers agreed
    FOLDER/offices/CODE/link.pem                                    last: with it `node run` can start
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from openjuki.keys.door import LINK, SEAL
from openjuki.keys.folder import key_file, read_key, write_key
from openjuki.keys.software import PrivateKey, SoftwareKeys, make_key, public_der
from openjuki.nodes.joining import ask_centre, pull
from openjuki.nodes.settings import Settings
from openjuki.nodes.trust_folder import certificate_for, fingerprint_of, replace_file, write_trust
from openjuki.procedures.enrolment import Application, EnrolmentState, OfficeEnrol, signed_application
from openjuki.register.errors import Broken, Say
from openjuki.wire.directory import Anchor, Directory
from openjuki.wire.network_ca import digest
from openjuki.wire.speech import encode

REQUEST, CERTIFICATE = "request.bin", "link.pem"
Entropy = Callable[[int], bytes]


class Joined(NamedTuple):
    """How far an office has come."""

    state: str
    """pending, open or refused."""
    number: int
    """Under which the officers of the centre see the request."""
    fingerprint: str
    """Of the request: the officers compare it with the applicant by telephone."""


async def join(settings: Settings, anchor: Anchor, entropy: Entropy) -> Joined:
    """Apply, or ask what became of it; when it is open, write what `node run` needs.

    Raises NotReady if the centre cannot be reached, Refused for what it does not even put on its list, Broken for a certificate or a
    directory that the anchor does not vouch for.
    """
    message = request_of(settings, entropy)
    told = await ask_centre(anchor, message, EnrolmentState)
    if told.state == "open":
        await _open(settings, anchor, message.application, told.certificate)
    return Joined(told.state, told.number, fingerprint_of(encode(message.application)))


def request_of(settings: Settings, entropy: Entropy) -> OfficeEnrol:
    """The same request as long as settings and keys are the same, so that asking again is no second application."""
    folder = settings.office_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    link, seal = _key(folder, LINK, entropy), _key(folder, SEAL, entropy)
    kept = _kept(folder)
    if kept is not None and kept.application == settings.application(kept.application.request, public_der(seal)):
        return kept
    keys = SoftwareKeys({SEAL: seal})
    application = settings.application(_signing_request(settings.code, link), public_der(seal))
    message = signed_application(application, lambda content: keys.sign(SEAL, content))
    replace_file(folder / REQUEST, encode(message), 0o600)
    return message


def _key(folder: Path, name: str, entropy: Entropy) -> PrivateKey:
    """The key that lies there, or a new one; never one in place of another."""
    path = key_file(folder, name)
    if not path.exists():
        write_key(folder, name, make_key(entropy))
    return read_key(path)


def _kept(folder: Path) -> OfficeEnrol | None:
    try:
        return msgspec.msgpack.decode((folder / REQUEST).read_bytes(), type=OfficeEnrol)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _signing_request(code: str, link: PrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, code)])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(link, hashes.SHA256()).public_bytes(Encoding.DER)


async def _open(settings: Settings, anchor: Anchor, application: Application, certificate: bytes) -> None:
    link = read_key(key_file(settings.office_folder, LINK))
    pem = certificate_for(anchor, certificate, public_der(link))
    directory = Directory(anchor)
    await pull(directory)
    entry = directory.entry(settings.code)
    if entry is None or digest(certificate) not in entry.certificates or entry.seal_keys[-1].public != application.seal_public:
        foreign = Say("the directory does not list this office's keys.", "名簿にこの機関の鍵がありません。")
        raise Broken("directory", foreign, Say("Call the centre before going on.", "続ける前に全国センターに連絡してください。"))
    write_trust(settings.trust_folder, directory)
    replace_file(settings.office_folder / CERTIFICATE, pem)
