"""A prefecture that heard of an arrival elsewhere need not look for the person (転出確定通知と保存期間; 令13(3), 30の6)."""

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.law.retention_terms import SweepRule
from openjuki.offices import transfer_notices
from openjuki.register.identity import Status
from tests.offices.hub_office import AIRA, swept, told
from tests.offices.hub_places import hubs


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def hub(request):
    with hubs(request.param) as make:
        yield make(OfficeKind.PREFECTURE)


def moves_away(hub):
    hub.at("2003-04-01").receive(told())
    hub.at("2003-05-01").receive(told(2, Status.REMOVED))


def test_a_prefecture_that_heard_where_they_live_keeps_a_removal_five_years_and_not_eighty(hub):
    moves_away(hub)
    hub.do(lambda t: transfer_notices.confirm(t, told().identity.code, 1, AIRA, "2003-05-10"))
    assert swept(hub, "2008-04-30") == {}
    assert swept(hub, "2008-05-01") == {SweepRule.SUPERSEDED: 1, SweepRule.REMOVED: 1}
    assert hub.do(lambda t: t.value("SELECT count(*) FROM transfer_confirmed")) == 0


def test_what_another_office_or_residence_was_told_of_shortens_nothing(hub):
    moves_away(hub)
    for n, office in ((2, AIRA), (1, "462187")):
        hub.do(lambda t, n=n, office=office: transfer_notices.confirm(t, told().identity.code, n, office, "2003-05-10"))
    assert swept(hub, "2008-05-01") == {SweepRule.SUPERSEDED: 1}
    assert swept(hub, "2018-05-01") == {}
