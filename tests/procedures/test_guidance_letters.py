"""都道府県の指導の書面: by its own number a letter is one, before and after a restart; and how long it is kept (Act art. 31)."""

import contextlib

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.law.retention_terms import SweepRule
from openjuki.nodes.tables import TABLES
from openjuki.offices import guidance
from openjuki.offices.guidance import GuidanceKind, Subject
from openjuki.offices.store import Store
from openjuki.procedures.guidance import (
    GuidanceAnswer,
    GuidanceGiven,
    GuidanceOrder,
    GuidanceWord,
    answer,
    answer_arrives,
    give,
    given_arrives,
    go_on,
)
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.wire.directory import Entry
from openjuki.wire.seal import Carried, Seal
from openjuki.wire.speech import decoder, encode
from tests.offices.hub_office import Hub
from tests.offices.hub_places import hubs
from tests.offices.sweeping_hall import at, rows, swept
from tests.procedures.municipal_office import AIRA, TownHall

RULE, DAY = SweepRule.GUIDANCE, "2013-12-02"
PREFECTURE = Entry("460001", OfficeKind.PREFECTURE, "鹿児島県", "46", "h", 1, (), ())
TOWN = Entry(AIRA, OfficeKind.MUNICIPALITY, "姶良市", "46", "h", 1, (), ())
ABOUT = Subject(GuidanceKind.REPORT, "本人確認の実施状況", "2013-12-20")


@pytest.fixture
def hub():
    made = Hub(OfficeKind.PREFECTURE).at(DAY)
    made.office.directory.entries[AIRA] = TOWN
    return made


@pytest.fixture
def hall():
    return at(TownHall(), DAY)


def run(office, step, what, by="ken-1"):
    """A step of the prefecture."""
    return Hub.outcome(lambda then: step(office.office, by, what, then))


def letters(place, message):
    """The letters of an outbox, oldest first."""
    read = place.all if isinstance(place, Hub) else lambda sql, *values: rows(place, sql, *values)
    return [
        decoder(message).decode(body) for (body,) in read("SELECT body FROM outbox WHERE type = ? ORDER BY sequence", message.type_name())
    ]


def arrive(place, step, origin, message):
    carried = Carried(encode(message), Seal(origin.code, "key", 1, 0, b"", b"signature", 1))
    return place.do(lambda t: step(t, place.office, origin, message, carried))


def words(place):
    return [(one.office, one.words) for thread in place.do(guidance.threads) for one in thread.words]


def test_a_letter_sent_twice_by_its_form_is_one_even_after_a_restart(hub, tmp_path):
    order = GuidanceOrder(AIRA, ABOUT, "件数を報告してください。", "form-1")
    thread = run(hub, give, order)
    content = hub.office.store.connection.serialize("main")
    hub.office.store = Store(":memory:", ())
    hub.office.store.connection.deserialize("main", content)
    assert run(hub, give, order) == thread
    further = GuidanceWord(thread, "至急お願いします。", letter="form-2")
    assert [run(hub, go_on, further) for _ in range(2)] == [thread, thread]
    assert words(hub) == [(hub.office.place.code, order.words), (hub.office.place.code, further.words)]
    assert len(letters(hub, GuidanceGiven)) == 2


def test_the_same_words_in_another_form_are_another_letter(hub):
    for letter in ("form-1", "form-2", "", ""):
        run(hub, give, GuidanceOrder(AIRA, ABOUT, "同じ文面です。", letter))
    sent = letters(hub, GuidanceGiven)
    assert len(hub.do(guidance.threads)) == 4 and len({one.letter for one in sent}) == 4 and all(one.letter for one in sent)


def test_what_comes_again_in_a_new_epoch_is_entered_once_at_both_ends(hub, hall):
    thread = run(hub, give, GuidanceOrder(AIRA, ABOUT, "件数を報告してください。"))
    run(hub, go_on, GuidanceWord(thread, "改善点も。"))
    sent = letters(hub, GuidanceGiven)
    for message in (*sent, *sent, sent[0]):
        arrive(hall, given_arrives, PREFECTURE, message)
    assert [text for _, text in words(hall)] == ["件数を報告してください。", "改善点も。"]
    there = hall.do(guidance.threads)[0].id
    for letter in ("chief-1", "chief-1", "chief-2"):
        hall.run(answer, GuidanceWord(there, "年間12件です。", letter=letter))
    answers = letters(hall, GuidanceAnswer)
    assert [one.letter for one in answers] == ["chief-1", "chief-2"]
    for message in (*answers, *answers):
        arrive(hub, answer_arrives, TOWN, message)
    assert [text for office, text in words(hub) if office == AIRA] == ["年間12件です。"] * 2
    run(hub, go_on, GuidanceWord(thread, "了解しました。", closes=True, letter="end"))
    for _ in range(2):
        arrive(hall, given_arrives, PREFECTURE, letters(hub, GuidanceGiven)[-1])
        assert run(hub, go_on, GuidanceWord(thread, "了解しました。", closes=True, letter="end")) == thread
    assert [text for _, text in words(hall)].count("了解しました。") == 1 and hall.do(guidance.threads)[0].closed_ms


def test_a_letter_of_older_software_has_no_number_and_is_entered(hall):
    old = encode(GuidanceGiven(7, ABOUT, "旧い書面"))
    message = decoder(GuidanceGiven).decode(old)
    assert message.letter == ""
    arrive(hall, given_arrives, PREFECTURE, message)
    assert words(hall) == [("460001", "旧い書面")]


def test_a_thread_closed_without_words_is_closed_once(hub):
    thread = run(hub, give, GuidanceOrder(AIRA, Subject(GuidanceKind.ADVICE, "助言"), "ご確認ください。"))
    closing = GuidanceWord(thread, "", closes=True)
    assert [run(hub, go_on, closing) for _ in range(2)] == [thread, thread]
    assert sum(one.closed for one in letters(hub, GuidanceGiven)) == 1
    with pytest.raises(Conflict):
        run(hub, go_on, GuidanceWord(thread, "追伸"))


@pytest.mark.parametrize("letter", ["x" * 65, "番号", "a\nb"])
def test_a_number_that_is_none_is_refused_at_both_ends(hub, hall, letter):
    with pytest.raises(InvalidInput):
        run(hub, give, GuidanceOrder(AIRA, ABOUT, "文面", letter))
    with pytest.raises(InvalidInput):
        arrive(hall, given_arrives, PREFECTURE, GuidanceGiven(7, ABOUT, "文面", letter=letter))
    assert words(hub) == [] == words(hall)


# -- how long it is kept ------------------------------------------------------------------------------------------------


def closed(hub, words_):
    thread = run(hub, give, GuidanceOrder(AIRA, Subject(GuidanceKind.ADVICE, "助言"), words_))
    run(hub, go_on, GuidanceWord(thread, "", closes=True))
    return thread


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def swept_hub(request):
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(hubs(request.param))(OfficeKind.PREFECTURE).at(DAY)
        made.office.directory.entries[AIRA] = TOWN
        yield made


def gone(hub, on, *, really=True):
    return swept(hub, on, really=really, sweeps=TABLES[OfficeKind.PREFECTURE].sweeps).get(RULE, 0)


def test_a_closed_thread_goes_a_year_after_its_last_letter_and_an_open_one_never(swept_hub):
    hub = swept_hub
    first, late, open_one, newest = (
        closed(hub, "一"),
        closed(hub, "二"),
        run(hub, give, GuidanceOrder(AIRA, ABOUT, "三")),
        closed(hub, "四"),
    )
    (number,) = hub.all("SELECT number FROM guidance WHERE id = ?", late)[0]
    hub.clock.now_ms += 86_400_000
    arrive(hub, answer_arrives, TOWN, GuidanceAnswer(number, "遅い回答"))
    assert gone(hub, "2014-12-02") == 0 and gone(hub, "2014-12-03", really=False) == 1
    assert gone(hub, "2014-12-03") == 1 and gone(hub, "2014-12-04") == 1
    assert gone(hub, "2100-01-01") == 0
    kept = {thread.id for thread in hub.do(guidance.threads)}
    assert kept == {open_one, newest} and first not in kept
    assert hub.all("SELECT DISTINCT guidance FROM guidance_word ORDER BY guidance") == [(open_one,), (newest,)]


def test_the_municipality_sweeps_its_half_by_the_same_rule(hub, hall):
    for text in ("一", "二"):
        closed(hub, text)
    for message in letters(hub, GuidanceGiven):
        arrive(hall, given_arrives, PREFECTURE, message)
    assert RULE not in swept(hall, "2014-12-02") and swept(hall, "2014-12-03")[RULE] == 1
    assert [text for _, text in words(hall)] == ["二"]
