"""The founding of a country: every office's keys and certificates, and the first directory (鍵の式典; architecture section 2).

The country makes its own keys here; nothing secret is in the repository. What is written:

    DIR/trust/network-ca.pem, network-ca.key, directory.bin, anchor.toml     DIR/offices/CODE/link.pem, link.key, seal.key
    DIR/card-authority/terminals.key.pem, trust.der                          (of its cards: terminal/authority_folder.py)
"""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_public_key

from openjuki.keys.door import LINK, SEAL, key_id
from openjuki.keys.folder import key_file, read_key, write_key
from openjuki.keys.software import SoftwareKeys, make_key, public_der
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.nodes.trust_folder import ANCHOR, write_anchor, write_trust
from openjuki.offices.store import Store
from openjuki.simulation.declaration import CENTRE, Declaration
from openjuki.simulation.stages import Tell
from openjuki.terminal.authority_folder import AUTHORITY_FOLDER, found_authority
from openjuki.wire import network_ca
from openjuki.wire.directory import VALID_MS, Anchor, Directory, Entry, Head, SealKey, seal_head, tree_root

Entropy = Callable[[int], bytes]
FOREVER_MS = 2**52
FIRST_MARK = b"%020d\n" % 0
"""What nodes.marks writes for a register without commits."""


def found(
    declaration: Declaration, folder: Path, entropy: Entropy, now_ms: int, ports: Callable[[], int],
    tell: Tell = lambda done, total: None,
) -> None:  # fmt: skip
    """Make keys, certificates and the first directory of a declared country."""
    trust = folder / "trust"
    trust.mkdir(parents=True)
    ca_key = make_key(entropy)
    write_key(trust, "network-ca", ca_key)
    found_authority(folder / AUTHORITY_FOLDER, entropy)
    serial = _serial(entropy)
    ca = network_ca.make_network_ca(declaration.realm, ca_key, serial, network_ca.validity(now_ms, network_ca.CA_DAYS))
    (trust / "network-ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    (folder / "marks").mkdir()
    entries, empty = {}, _empty_registers(folder)
    for number, office in enumerate(declaration.offices, 1):
        link, seal = _equip(folder / "offices" / office.code, entropy)
        certificate = network_ca.issue_link_certificate(
            declaration.realm, office.code, link.public_key(), ca=ca, ca_key=ca_key, serial=_serial(entropy),
            valid=network_ca.validity(now_ms, network_ca.LINK_DAYS),
        )  # fmt: skip
        _put(folder / "offices" / office.code / "link.pem", certificate.public_bytes(Encoding.PEM))
        _put(folder / "offices" / office.code / "register.db", empty[office.kind])
        _put(folder / "marks" / office.code, FIRST_MARK)
        public = public_der(seal)
        entries[office.code] = Entry(
            office.code, office.kind, office.name, office.prefecture, "127.0.0.1", ports(),
            (network_ca.digest(network_ca.der(certificate)),),
            (SealKey(key_id(public), public, 0, FOREVER_MS),), office.bodies, office.affairs,
        )  # fmt: skip
        tell(number, len(declaration.offices))
    centre = entries[CENTRE]
    anchor = Anchor(declaration.realm, CENTRE, centre.seal_keys[0].public, network_ca.der(ca), centre.host, ports())
    write_anchor(trust / ANCHOR, anchor)
    write_trust(trust, first_directory(folder, anchor, entries, now_ms))
    os.sync()  # once for all: to sync each file by itself would take longer than all else here


def _empty_registers(folder: Path) -> dict[OfficeKind, bytes]:
    """A register's file of each kind of office, as it is before its first commit: made once and copied, schema and all."""
    made, file = {}, folder / "empty.db"
    for kind, tables in TABLES.items():
        Store(str(file), tables.scripts).close()
        made[kind] = file.read_bytes()
        file.unlink()
    return made


def _put(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a new file; the ceremony makes all of them durable together."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def _serial(entropy: Entropy) -> int:
    return int.from_bytes(entropy(16), "big") >> 1


def _equip(folder: Path, entropy: Entropy) -> tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePrivateKey]:
    """Two keys per office, never one for both: link and seal."""
    folder.mkdir(parents=True)
    link, seal = make_key(entropy), make_key(entropy)
    for name, key in ((LINK, link), (SEAL, seal)):
        _put(key_file(folder, name), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    return link, seal


def first_directory(folder: Path, anchor: Anchor, entries: dict[str, Entry], now_ms: int) -> Directory:
    """Number 1, sealed with the centre's key; from the second on the running centre seals them."""
    keys = SoftwareKeys({SEAL: read_key(key_file(folder / "offices" / CENTRE, SEAL))})
    head = Head(anchor.realm, 1, now_ms - 60_000, now_ms + VALID_MS, len(entries), tree_root(entries))
    directory = Directory(anchor)
    directory.take(seal_head(head, key_id(anchor.seal_public), lambda message: keys.sign(SEAL, message)), entries.values())
    return directory


def certifier(folder: Path, realm: str, entropy: Entropy, now_ms: Callable[[], int]) -> Callable[[str, bytes], bytes]:
    """The centre's way to the network's authority: (office, public key as DER) -> link certificate as DER."""
    ca = x509.load_pem_x509_certificate((folder / "trust" / "network-ca.pem").read_bytes())
    ca_key = read_key(key_file(folder / "trust", "network-ca"))

    def certify(office: str, public: bytes) -> bytes:
        key = load_der_public_key(public)
        assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - the enrolment has checked it
        valid = network_ca.validity(now_ms(), network_ca.LINK_DAYS)
        return network_ca.der(
            network_ca.issue_link_certificate(realm, office, key, ca=ca, ca_key=ca_key, serial=_serial(entropy), valid=valid)
        )

    return certify
