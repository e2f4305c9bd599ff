"""A sandbox authority for documents and sealed papers, for the tests of this room (試験用の文書署名)."""

import datetime
import os
import time
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openjuki.documents import authority
from openjuki.documents.examining import Trust
from openjuki.documents.release import Released
from openjuki.documents.sealing import DOCUMENT, Papers, Sealer
from openjuki.documents.stamping import SandboxStamps
from openjuki.keys.software import PrivateKey, SoftwareKeys, make_key
from tests.documents import papers

OFFICE_SERIAL = 8


def now_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


class Authority(NamedTuple):
    """An authority with the sealer of one office."""

    certificate: x509.Certificate
    key: PrivateKey
    sealer: Sealer

    def crl(self, *revoked: int) -> bytes:
        """A new revocation list."""
        return authority.make_crl(self.certificate, self.key, now_ms(), datetime.datetime.now(datetime.UTC), revoked)

    def trust(self, realm: str = "sandbox", *revoked: int, official_only: bool = False) -> Trust:
        """Whoever trusts this authority."""
        return Trust(realm, (der(self.certificate),), (self.crl(*revoked),), now_ms(), official_only)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def make_authority(realm: str = "sandbox", office: str = "462250") -> Authority:
    """Keys and certificates of their own."""
    now = datetime.datetime.now(datetime.UTC)
    ca_key, office_key, stamps_key = (make_key(os.urandom) for _ in range(3))
    ca = authority.make_document_ca(realm, ca_key, 7, now)
    mine = authority.certify_office(office, office_key.public_key(), ca=ca, ca_key=ca_key, serial=OFFICE_SERIAL, now=now)
    stamps = authority.certify_stamps(stamps_key.public_key(), ca=ca, ca_key=ca_key, serial=9, now=now)
    keys = SoftwareKeys({DOCUMENT: office_key, "stamps": stamps_key})
    held = Papers(der(mine), der(ca), der(stamps), authority.make_crl(ca, ca_key, 1, now))
    return Authority(
        ca, ca_key, Sealer(keys, lambda: held, SandboxStamps(keys, "stamps", der(stamps), der(ca), now_ms, os.urandom), now_ms)
    )


@lru_cache(maxsize=1)
def sandbox() -> Authority:
    """The one that seals the papers of the tests."""
    return make_authority()


@lru_cache(maxsize=32)
def sealed(name: str) -> Released:
    """The sealed paper of a kind."""
    return sandbox().sealer.seal(papers.paper(name))
