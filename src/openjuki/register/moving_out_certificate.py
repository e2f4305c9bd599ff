"""The moving-out certificate: what the old office certifies and the new one enters (転出証明書, Act art. 22(2), 令23, 24).

On paper it travels with the person. It holds items that prefecture and centre never see.
"""

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.change import Previous
from openjuki.register.identity import Sex


class CertifiedPerson(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One person on the certificate: items 1 to 5 and 13 of the Act art. 7, and the residence that ends (令23(2))."""

    name: str
    kana: str
    birth: str
    sex: Sex
    relationship: str
    registered_domicile: str
    registered_domicile_head: str
    code: str
    individual_number: str
    former_name: str
    alias: str
    ended: Previous
    """The residence that ends, so that the new office can number the next one."""


class MoveOutCertificate(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The certificate of one notification; `leaves_on` is the planned date, `destination` as notified, dates are canonical texts."""

    office: str
    householder: str
    old_address: Address
    destination: str
    leaves_on: str
    issued_on: str
    persons: tuple[CertifiedPerson, ...]
    equivalent: bool = False
    """Whether it stands in for the certificate because the notification came too late (standard 4.1.3.0.3)."""
    reissued: bool = False
