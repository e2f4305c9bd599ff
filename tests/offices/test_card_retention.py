"""カードの運用状況の保存と復旧: what was told of a card goes with its holder; a hub built anew has the same states (令30の24)."""

import datetime

import pytest

from openjuki.card.life import CardEventKind, CardStanding
from openjuki.law.kinds import OfficeKind
from openjuki.law.retention_terms import SweepRule
from openjuki.offices import card_told, outbox
from openjuki.offices.card_states import TOLD
from openjuki.procedures.card_event import CardEvent, centre_receives, prefecture_receives
from openjuki.register.identity import Status
from openjuki.wire.directory import Entry
from openjuki.wire.seal import Carried, Seal
from openjuki.wire.speech import decoder, encode
from tests.offices.hub_office import AIRA, CODES, Hub, swept, told
from tests.offices.test_card_told import CARD, card

TOWN = Entry(AIRA, OfficeKind.MUNICIPALITY, "姶良市", "46", "h", 1, (), ())
SEAL = Seal(AIRA, "key", 1, 0, b"", b"signature", 1)
ISSUED = card(CardEventKind.ISSUED, "2013-12-02", 1)
LOST = card(CardEventKind.LOST, "2014-01-10", 2)
LATER = datetime.date(2018, 5, 1)


def hear(step, hub, event):
    hub.do(lambda t: step(t, hub.office, TOWN, CardEvent(event), Carried(encode(CardEvent(event)), SEAL)))


def cards(hub):
    return hub.all("SELECT count(*) FROM card_told")[0][0]


@pytest.mark.parametrize("kind", [OfficeKind.PREFECTURE, OfficeKind.CENTRE])
def test_what_was_told_of_a_card_of_nobody_goes_a_year_after_it_came_and_not_the_day_before(kind):
    hub = Hub(kind).at("2013-12-02")
    hub.do(lambda t: card_told.keep(t, AIRA, ISSUED, hub.clock.wall_ms()))
    assert SweepRule.CARD not in swept(hub, "2014-12-02") and cards(hub) == 1
    assert swept(hub, "2014-12-03", really=False)[SweepRule.CARD] == 1 and cards(hub) == 1
    assert swept(hub, "2014-12-03")[SweepRule.CARD] == 1 and cards(hub) == 0


def test_while_the_holder_is_known_everything_that_was_told_of_the_card_stays():
    hub = Hub().at("2013-12-02")
    hub.receive(told(code=CODES[0]))
    for event in (ISSUED, LOST):
        hub.do(lambda t, event=event: card_told.keep(t, AIRA, event, hub.clock.wall_ms()))
    assert SweepRule.CARD not in swept(hub, "2030-01-01") and cards(hub) == 2


def test_it_goes_in_the_same_sweep_in_which_its_dead_holder_goes():
    hub = Hub().at("2003-04-01")
    hub.receive(told())
    hub.do(lambda t: card_told.keep(t, AIRA, ISSUED, hub.clock.wall_ms()))
    hub.at("2004-04-01").receive(told(2, Status.DEAD))
    assert SweepRule.CARD not in swept(hub, "2009-03-31") and cards(hub) == 1
    assert swept(hub, "2009-04-01")[SweepRule.CARD] == 1 and cards(hub) == 0


def test_a_centre_that_lost_its_disk_has_the_same_card_states_again_even_years_later():
    """The prefecture's rows that tell of a card which it holds outlast the term of what was sent."""
    prefecture, centre = Hub(OfficeKind.PREFECTURE).at("2013-12-02"), Hub().at("2013-12-02")
    for hub in (prefecture, centre):
        hub.receive(told())
    for event in (ISSUED, LOST):
        hear(prefecture_receives, prefecture, event)
    prefecture.do(lambda t: outbox.put(t, "centre", "RecordError", b"x"))
    prefecture.do(lambda t: outbox.acknowledge(t, "centre", 3))
    for day in ("2013-12-03", "2016-01-01", LATER.isoformat()):
        swept(prefecture, day)
    rows = prefecture.all("SELECT body FROM outbox WHERE type = ? ORDER BY sequence", TOLD)
    assert len(rows) == 2
    for (body,) in rows:
        hear(centre_receives, centre, decoder(CardEvent).decode(body).told)
    rebuilt = Hub().at(LATER)
    rebuilt.receive(told())
    for (body,) in reversed(rows):
        hear(centre_receives, rebuilt, decoder(CardEvent).decode(body).told)
    for day in (datetime.date(2014, 1, 11), LATER):
        states = [hub.do(lambda t, day=day: card_told.state(t, CARD, day)) for hub in (prefecture, centre, rebuilt)]
        assert states == [states[0]] * 3
    assert states[0].standing is CardStanding.SUSPENDED


def test_a_row_about_a_card_that_went_becomes_a_repetition_of_one_that_stays():
    prefecture = Hub(OfficeKind.PREFECTURE).at("2013-12-02")
    prefecture.receive(told())
    other = card(CardEventKind.ISSUED, "2013-12-02", 1, code="24727059624", which="B000000001")
    for event in (ISSUED, other):
        hear(prefecture_receives, prefecture, event)
    prefecture.do(lambda t: outbox.acknowledge(t, "centre", 2))
    for day in ("2013-12-03", "2016-01-01"):
        swept(prefecture, day)
    bodies = [body for (body,) in prefecture.all("SELECT body FROM outbox ORDER BY sequence")]
    assert bodies == [encode(CardEvent(ISSUED))] * 2
