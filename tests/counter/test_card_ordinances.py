"""Fees in versions, and services that the resident chooses, at the window (手数料・条例利用サービス; Order 30-25; promises C1, C3)."""

import re

import pytest

from openjuki.card import at_the_counter
from openjuki.offices import card_issue_services
from openjuki.register.errors import OpenJukiError
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import terminal
from tests.counter.browser import desk_of, open_browser
from tests.counter.card_at_the_desk import agent_at, read_card
from tests.counter.running_country import CHIYODA, SETAGAYA
from tests.counter.test_card_making import PINS, applied, fresh, made, opened
from tests.counter.test_card_person import SHOWN, by_agent, cards_page, decided, somebody, with_pins

pytestmark = pytest.mark.slow
FEES = {"first_yen": "700", "again_yen": "900", "certificate_yen": "300", "aged_from": "70", "exempt": "welfare", "why": "条例第7号"}


def set_by(chief, **items):
    form = chief.get("/card-fees")
    return chief.post("/card-fees/set", once=form.hidden("once"), **(FEES | items))


def services(chief, *names):
    for name in names:
        form = chief.get("/card-services")
        assert chief.post("/card-services/put", once=form.hidden("once"), name=name, ordinance="条例第8号").status == 303


def service_id(card, place, office=SETAGAYA, pin=""):
    """What the service's own terminal reads, with the PIN typed there; None if the card has no such service for it."""
    door = InProcessDoor(card)
    door.connect()
    try:
        return converse(door, at_the_counter.service_id(terminal(office=office), place, pin))
    except OpenJukiError:
        return None


def test_the_chief_sets_fees_they_are_taken_at_the_hand_over_and_undoing_is_a_new_version(country):
    chief, clerk, record = country.clerk(SETAGAYA, "kessai"), country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 3)
    assert "額を定めるのは決裁者です" in clerk.get("/card-fees").words
    assert clerk.post("/card-fees/set", **FEES, since="平成25年12月2日").status == 403
    for wrong, said in (
        ({"first_yen": ""}, "整数"),
        ({"first_yen": "10001"}, "10,000円"),
        ({"why": ""}, "条例の番号"),
        ({"since": "平成25年12月1日"}, "過去"),
    ):
        told = set_by(chief, **({"since": "平成25年12月2日"} | wrong))
        assert told.status == 422 and said in told.words and 'value="900"' in told.text, told.words
    assert set_by(chief, since="平成25年12月2日").status == 303
    path = cards_page(clerk, record)
    asked = {"kind": "name-only", "ground": "first", "signed": "1", **SHOWN}
    form = clerk.get(f"{path}/apply")
    unreasoned = clerk.post(f"{path}/apply", once=form.hidden("once"), exemption="welfare", **asked)
    assert unreasoned.status == 422 and "免除の理由がありません" in unreasoned.words
    assert "手数料 700" in decided(clerk, f"{path}/apply", **asked).words
    card, number = fresh()
    with agent_at(clerk, card):
        assert "カードができました" in made(clerk, opened(clerk, record)).words
    shown = clerk.get(f"{path}/hand-over")
    assert re.search(r"合計\s*700\s*円", shown.words), shown.words
    wrong = clerk.post(f"{path}/hand-over", once=shown.hidden("once"), paid_yen="500", **SHOWN)
    assert wrong.status == 422 and "手数料は700円です" in wrong.words
    assert number in with_pins(clerk, f"{path}/hand-over", card, *PINS, paid_yen="700", **SHOWN).words
    form = chief.get("/card-fees")
    newest = form.hidden("version")
    assert "初めての交付 500円" in chief.post("/card-fees/undo", once=form.hidden("once"), version=newest, follow=True).words
    again = chief.post("/card-fees/undo", once="another", version=newest)
    assert again.status == 422 and "最新の版ではありません" in again.words


def test_only_chosen_services_are_on_the_card_and_they_come_and_go_later_each_with_its_own_id(country):
    chief, clerk, record = country.clerk(SETAGAYA, "kessai"), country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 1)
    services(chief, "図書館カード", "印鑑登録証")
    path, (card, _) = cards_page(clerk, record), fresh()
    assert "図書館カード" in clerk.get(f"{path}/apply").words
    decided(clerk, f"{path}/apply", kind="name-only", ground="first", signed="1", services="0", **SHOWN)
    with agent_at(clerk, card):
        done = made(clerk, opened(clerk, record))
        assert "図書館カード 済" in done.words and "印鑑登録証" not in done.words
    handed = with_pins(clerk, f"{path}/hand-over", card, *PINS, paid_yen="500", **SHOWN)
    assert "搭載した条例利用サービス 図書館カード" in handed.words
    library = service_id(card, 0)
    assert len(library) == 16 and record.code.encode() not in library and service_id(card, 1) is None
    assert service_id(card, 0, office=CHIYODA) is None
    added = done_by_agent(clerk, f"{path}/service-on", card, service="1", proof="photo-document")
    assert re.search(r"搭載した条例利用サービス 図書館カード\s*、\s*印鑑登録証", added.words), added.words
    seal = service_id(card, 1)
    assert len(seal) == 16 and seal != library
    removed = done_by_agent(clerk, f"{path}/service-off", card, service="0", proof="photo-document")
    assert "搭載した条例利用サービス 印鑑登録証" in removed.words and service_id(card, 0) is None
    assert "図書館カード" in done_by_agent(clerk, f"{path}/service-on", card, service="0", proof="photo-document").words
    assert service_id(card, 0) == library


def done_by_agent(clerk, path, card, *pins, **items):
    """An act in which the agent does something to the card; where the decision led."""
    return by_agent(clerk, path, card, "端末での処理が済みました", *pins, **items)


def place_of(country, name):
    """Where that service lies on every card of the town."""
    return next(one.place for one in country.read(SETAGAYA, card_issue_services.services) if one.name == name)


def test_a_service_with_a_pin_gets_it_from_its_holder_at_the_agent_and_a_new_one_at_the_window(country):
    chief, clerk, record = country.clerk(SETAGAYA, "kessai"), country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 5)
    for name in ("証明書自動交付", "申請書作成"):
        form = chief.get("/card-services")
        chief.post("/card-services/put", once=form.hidden("once"), name=name, ordinance="条例第9号", with_pin="1")
    form = chief.get("/card-services")
    kept = chief.post("/card-services/put", once=form.hidden("once"), name="証明書自動交付", ordinance="条例第9号")
    assert kept.status == 422 and "初めに定めたまま" in kept.words
    kiosk, forms = place_of(country, "証明書自動交付"), place_of(country, "申請書作成")
    path, (card, _) = cards_page(clerk, record), fresh()
    decided(clerk, f"{path}/apply", kind="name-only", ground="first", signed="1", services=str(kiosk), **SHOWN)
    with agent_at(clerk, card):
        assert "カードができました" in made(clerk, opened(clerk, record)).words
    assert service_id(card, kiosk) is None
    handed = with_pins(clerk, f"{path}/hand-over", card, *PINS, "4721", "4721", paid_yen="500", **SHOWN)
    assert "条例利用サービスの暗証番号の再設定" in handed.words
    own = service_id(card, kiosk, pin="4721")
    assert len(own) == 16 and service_id(card, kiosk) is None
    done_by_agent(clerk, f"{path}/service-on", card, "4723", "4723", service=str(forms), proof="photo-document")
    assert len(service_id(card, forms, pin="4723")) == 16
    assert [service_id(card, kiosk, pin=wrong) for wrong in ("4720", "4720", "4720", "4721")] == [None] * 4
    clerk.get(f"{path}/service-pin")
    lacking = clerk.post(f"{path}/service-pin", service=str(kiosk), proof="photo-document")
    assert lacking.status == 422 and "本人確認書類2点" in lacking.words
    papers = ["photo-document", "other-document"]
    reset = done_by_agent(clerk, f"{path}/service-pin", card, "4725", "4725", service=str(kiosk), proof=papers)
    assert "証明書自動交付" in reset.words and service_id(card, kiosk, pin="4725") == own
    acts = country.read(SETAGAYA, lambda t: t.all("SELECT act, what FROM card_act ORDER BY id DESC LIMIT 1"))
    assert acts == [("pin-unlocked", "証明書自動交付")]


def test_a_service_that_the_town_does_not_offer_and_another_persons_card_get_nothing(country):
    clerk, chief = country.clerk(SETAGAYA, "madoguchi-1"), country.clerk(SETAGAYA, "kessai")
    services(chief, "図書館カード")
    first, second = somebody(country, 2), somebody(country, 4)
    path, (card, _), (other, _) = cards_page(clerk, first), fresh(), fresh()
    form = clerk.get(f"{path}/apply")
    asked = {"kind": "name-only", "ground": "first", "signed": "1", "services": "5", **SHOWN}
    checked = clerk.post(f"{path}/apply", once=form.hidden("once"), **asked)
    refused = clerk.post(f"{path}/apply", once=checked.hidden("once"), checked="yes", **asked)
    assert refused.status in (409, 422) and "条例のサービスではありません" in refused.words
    for record, blank in ((first, card), (second, other)):
        own = cards_page(clerk, record)
        decided(clerk, f"{own}/apply", kind="name-only", ground="first", signed="1", **SHOWN)
        with agent_at(clerk, blank):
            made(clerk, opened(clerk, record))
        with_pins(clerk, f"{own}/hand-over", blank, *PINS, paid_yen="500", **SHOWN)
    with agent_at(clerk, other):
        told = read_card(clerk, f"{path}/service-on", service="0", proof="photo-document")
    assert "この発行のカードではありません" in told.words and service_id(other, 0) is None
    assert "搭載した条例利用サービス" not in clerk.get(path).words


@pytest.mark.parametrize(("language", "width", "forced"), [("ja", 1366, False), ("en", 683, False), ("ja", 390, True)])
def test_axe_finds_nothing_on_the_pages_of_making_fees_and_services(country, language, width, forced):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 0)
    if record.name not in clerk.get("/card-making").text:
        applied(clerk, record)
    with open_browser() as browser, desk_of(browser, country, SETAGAYA, width=width, forced=forced) as desk:
        desk.log_in("kessai", language)
        for path in ("/card-fees", "/card-services", "/card-making", ""):
            desk.open(path) if path else desk.press("Enter")  # the list's first link has the focus
            desk.wait("main h1" if path else 'form[action$="/blank"] button:focus')
            assert not desk.axe(), (path, desk.axe())
            assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert desk.page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
        desk.press("F9")
        desk.wait("form[action='/card-desk/pair']")
