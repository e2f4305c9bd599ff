"""An office joins over the real enrolment listener, two officers agree, and its directory is the country's (機関の登録)."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from openjuki.keys.door import SEAL
from openjuki.keys.software import SoftwareKeys, make_key, public_der
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.joining import ask_centre, pull
from openjuki.procedures import enrolment
from openjuki.procedures.enrolment import Application, DirectoryGiven, DirectoryPull, EnrolmentState, OfficeEnrol
from openjuki.register.errors import Broken, Conflict, NotReady, Reason, Refused
from openjuki.simulation import country as countries
from openjuki.simulation.country import Country
from openjuki.wire.directory import Directory


def application(*, same_key: bool = False) -> OfficeEnrol:
    link, seal = make_key(os.urandom), make_key(os.urandom)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "462039")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(link, hashes.SHA256())
    seal = link if same_key else seal
    keys = SoftwareKeys({SEAL: seal})
    said = Application(
        "sandbox",
        "462039",
        OfficeKind.MUNICIPALITY,
        "鹿屋市",
        "46",
        "127.0.0.1",
        4444,
        request.public_bytes(Encoding.DER),
        public_der(seal),
    )
    return enrolment.signed_application(said, lambda message: keys.sign(SEAL, message))


def changed(**items: Any) -> OfficeEnrol:
    """An application with other items, rightly signed with its seal key."""
    seal = make_key(os.urandom)
    keys = SoftwareKeys({SEAL: seal})
    said = msgspec.structs.replace(application().application, seal_public=public_der(seal), **items)
    return enrolment.signed_application(said, lambda message: keys.sign(SEAL, message))


async def with_country(folder: Path, play: Callable[[Country], Awaitable[None]]) -> None:
    country = await countries.up(folder)
    try:
        await play(country)
    finally:
        await country.stop()


async def joins(country: Country) -> None:
    anchor, centre, said = country.directory.anchor, country.office("centre"), application()
    assert (await ask_centre(anchor, said, EnrolmentState)).state == "pending"
    assert await country.call(enrolment.agree, centre, 1, "officer-1") is None
    with pytest.raises(Conflict):
        await country.call(enrolment.agree, centre, 1, "officer-1")
    sealed = await country.call(enrolment.agree, centre, 1, "officer-2")
    assert (await ask_centre(anchor, said, EnrolmentState)).state == "open"
    own = Directory(anchor)
    assert await pull(own)
    assert own.number == sealed.head.number
    entry = own.entry("462039")
    assert entry is not None
    assert entry.name == "鹿屋市"
    assert not await pull(own)


async def refuses(country: Country) -> None:
    anchor, said = country.directory.anchor, application()
    forged = OfficeEnrol(said.application, application().signature)
    for wrong, reason in (
        (forged, Reason.BAD_SEAL),
        (application(same_key=True), Reason.UNTRUSTED),
        (changed(request=b"\x30\x00"), Reason.UNTRUSTED),
        (changed(request=said.application.request.replace(b"\x02\x01\x00", b"\x02\x01\x07", 1)), Reason.UNTRUSTED),
        (changed(realm="japan"), Reason.WRONG_REALM),
        (changed(code="centre", kind=OfficeKind.APPENDIX_BODY), Reason.INVALID),
        (changed(kind=OfficeKind.CENTRE), Reason.INVALID),
    ):
        with pytest.raises(Refused) as raised:
            await ask_centre(anchor, wrong, EnrolmentState)
        assert raised.value.code is reason
    assert await country.call(country.office("centre").write, enrolment.requests) == [], "nothing of that is on the list"
    japan = msgspec.structs.replace(anchor, realm="japan")
    with pytest.raises((Refused, NotReady)):
        await ask_centre(japan, said, EnrolmentState)
    given = await ask_centre(anchor, DirectoryPull(0), DirectoryGiven)
    with pytest.raises(Broken):
        Directory(anchor).take(given.sealed, given.changed[1:])


@pytest.mark.slow
def test_an_office_joins_when_two_officers_agree_and_pulls_the_directory(tmp_path: Path) -> None:
    asyncio.run(with_country(tmp_path / "country", joins))


@pytest.mark.slow
def test_an_application_without_proof_of_both_keys_and_a_cut_directory_are_refused(tmp_path: Path) -> None:
    asyncio.run(with_country(tmp_path / "country", refuses))
