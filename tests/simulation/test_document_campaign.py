"""The documents campaign in small, and that it would find a paper in the wrong hands (証明書の誤交付試験)."""

import asyncio
import datetime

import pytest

from openjuki.documents.content import ItemsCertificate, PrintedPerson
from openjuki.documents.fonts import IPAMJ_MINCHO
from openjuki.documents.issue import Asked, Issuer, Place, Subject, new_issue
from openjuki.documents.kinds import Kind
from openjuki.documents.pressroom import make
from openjuki.documents.reading import bare
from openjuki.register.dates import to_era
from openjuki.simulation.document_campaign import Wanted, campaign, is_as_asked, lost

pytestmark = pytest.mark.slow
ISSUER = Issuer(realm="sandbox", office="462250", place="姶良市", title="鹿児島県姶良市長", name="見本　一郎")
TARO, HANA = Subject("住基　太郎", "1974-05-03", "24727059608"), Subject("住基　花", "1976-01-01", "13176303314")


def issue(subject, request="1-1-1"):
    drawn = iter(f"{subject.code}/{request}/{number}".encode().ljust(32, b"~") for number in range(3))
    asked = Asked(request, Kind.ITEMS_CERTIFICATE, (subject,))
    return new_issue(
        asked, ISSUER, day=datetime.date(2013, 12, 2), made_ms=0, serial=1, where=Place(), entropy=lambda count: next(drawn)[:count]
    )


def shown(subject):
    return (bare(f"氏名{subject.name}生年月日{to_era(subject.birth)}"),)


def paper(subject, file):
    content = ItemsCertificate((PrintedPerson(name=subject.name, birth=subject.birth, code=subject.code),))
    file.write_bytes(make(IPAMJ_MINCHO, content, issue(subject)).pdf)
    return file


def test_what_was_asked_is_found_and_anything_else_is_not(tmp_path):
    def wanted(subject, given, request="1-1-1"):
        return Wanted(request, Kind.ITEMS_CERTIFICATE, (subject,), shown(subject), given, paper(TARO, tmp_path / "taro.pdf"))

    assert is_as_asked(wanted(TARO, issue(TARO)))
    assert not is_as_asked(wanted(HANA, issue(HANA))), "somebody else's paper"
    assert not is_as_asked(wanted(HANA, issue(TARO))), "somebody else's issue"
    assert not is_as_asked(wanted(TARO, issue(TARO), "1-2-2")), "another request's paper"


def test_what_did_not_come_or_came_twice_is_counted(tmp_path):
    one, other = (Wanted("1", Kind.ITEMS_CERTIFICATE, (who,), shown(who), issue(who), tmp_path) for who in (TARO, HANA))
    both = [one.issue.document, other.issue.document]
    assert lost([one, other], both, 2) == 0
    assert lost([one], both, 2) == 2
    assert lost([one, one], both, 2) == 2
    assert lost([one, other], [], 2) == 2


def test_copies_asked_for_at_once_reach_those_who_asked(tmp_path):
    found = asyncio.run(campaign(tmp_path, unsigned=60, signed=12, askers=10))
    assert found["ok"], found
    assert (found["mixed_up"], found["lost"]) == (0, 0)
    assert not list((tmp_path / "papers").iterdir())
