"""N14: what is offered since when, at what hours, and what to bring, in both languages; an office's own words in place of the usual."""

import datetime

import msgspec
import pytest

from openjuki.offices import services
from openjuki.offices.services import DEFAULTS, Form, Opening, ServiceKind
from openjuki.register.errors import InvalidInput
from tests.procedures.municipal_office import TownHall

DAY = datetime.date(2013, 12, 10)
BY_KIND = {service.kind: service for service in DEFAULTS}


@pytest.fixture
def hall():
    return TownHall()


def offered(hall, on=DAY):
    return hall.do(lambda t: services.offered(t, on))


def test_every_kind_has_usual_words_that_can_be_shown(hall):
    assert [service.kind for service in offered(hall)] == list(ServiceKind)
    for service in DEFAULTS:
        services.check(service)


def test_what_is_not_yet_offered_is_not_on_the_page(hall):
    before = [service.kind for service in offered(hall, datetime.date(2003, 8, 24))]
    assert ServiceKind.WIDE_AREA_COPY not in before
    assert ServiceKind.WIDE_AREA_COPY in [service.kind for service in offered(hall, datetime.date(2003, 8, 25))]


def test_an_office_writes_down_its_own_hours_and_what_it_does_not_offer(hall):
    late = msgspec.structs.replace(BY_KIND[ServiceKind.COPY], hours=(Opening((3,), "08:30", "19:00"),), fee_yen=200)
    none = msgspec.structs.replace(BY_KIND[ServiceKind.INSPECTION], offered=False)
    for service in (late, none, late):
        hall.do(lambda t, service=service: services.write_down(t, hall.office, "clerk-1", service))
    page = offered(hall)
    assert page[0] == late
    assert ServiceKind.INSPECTION not in [service.kind for service in page]


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2013-12-10 08:29", False), ("2013-12-10 08:30", True), ("2013-12-10 17:14", True), ("2013-12-10 17:15", False),
        ("2013-12-14 10:00", False), ("2013-12-30 10:00", False), ("2014-01-03 10:00", False), ("2014-01-06 10:00", True),
    ],
)  # fmt: skip
def test_it_is_open_at_its_hours_only(moment, is_open):
    assert services.is_open(BY_KIND[ServiceKind.COPY], datetime.datetime.fromisoformat(moment)) is is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": ()}, {"hours": (Opening((7,), "08:30", "17:15"),)}, {"hours": (Opening((0,), "17:15", "08:30"),)},
        {"hours": (Opening((0,), "8:30", "17:15"),)}, {"hours": (Opening((), "08:30", "17:15"),)}, {"since": "2013-02-30"},
        {"since": "平成25年"}, {"fee_yen": -1}, {"name": Form("Copy", "")}, {"bring": Form("x" * 401, "何か")},
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_not_written_down(hall, wrong):
    with pytest.raises(InvalidInput):
        hall.do(lambda t: services.write_down(t, hall.office, "clerk-1", msgspec.structs.replace(DEFAULTS[0], **wrong)))
