"""A card made at the window: progress, stopped in the middle, void, and whoever does it wrongly (カードの作成; promises C1, C8)."""

import os
import re

import pytest

from openjuki.card.memory import CardState
from openjuki.card.system import CardSystem
from openjuki.register.errors import NotReady, Say
from openjuki.terminal.door import InProcessDoor
from tests.card.cards import blank
from tests.counter.card_at_the_desk import agent_at, new_card, read_card, until
from tests.counter.running_country import SETAGAYA
from tests.counter.test_card_person import SHOWN, cards_page, decided, somebody, with_pins

pytestmark = pytest.mark.slow
PINS = ("4713", "4713", "4715", "4715")
NUMBERS = iter(range(1, 1_000))


def fresh():
    """A blank card that nobody has seen; its number."""
    number = f"B{next(NUMBERS):09d}"
    return CardSystem(blank(number), os.urandom), number


class TakenOut(InProcessDoor):
    """A reader out of which somebody takes the card after so many commands; the last command is done, its answer is lost."""

    def __init__(self, card, commands):
        super().__init__(card)
        self.left = commands

    def transmit(self, apdu):
        answer = super().transmit(apdu)
        self.left -= 1
        if self.left == 0:
            raise NotReady("card", Say("was taken out.", "抜かれました。"), Say("Put it in again.", "入れ直してください。"))
        return answer


class OpenedUnheard(InProcessDoor):
    """A reader that loses the answer of the very step that makes the card one."""

    def transmit(self, apdu):
        answer = super().transmit(apdu)
        if self.card._chip.memory.state is CardState.SECURED:
            raise NotReady("card", Say("does not answer.", "応答がありません。"), Say("Put it in again.", "入れ直してください。"))
        return answer


def applied(clerk, record):
    """An application for the plain kind; the path of its page of making."""
    asked = decided(clerk, f"{cards_page(clerk, record)}/apply", kind="name-only", ground="first", signed="1", **SHOWN)
    assert "申請中" in asked.words
    return opened(clerk, record)


def opened(clerk, record):
    """The page of making of that person's application, by the list."""
    row = next(row for row in clerk.get("/card-making").text.split("<tr>") if record.name in row)
    return re.search(r'href="(/card-making/[^"]+)"', row)[1]


def looked(clerk, path):
    """The card in the reader is read; the page with what it is."""
    done = read_card(clerk, f"{path}/blank")
    return clerk.get(done.headers["location"]) if done.status == 303 else done


def made(clerk, path):
    """Reads the card and makes it; the page when nothing moves any more."""
    form = looked(clerk, path)
    assert "make" in form.text, form.words
    went = clerk.post(f"{path}/make", reading=form.hidden("reading"), follow=False)
    if went.status != 303:
        return went
    return until(lambda: clerk.get(path), lambda said: "カードを作成しています" not in said.words)


def lines(country, number):
    found = country.read(SETAGAYA, lambda t: t.all("SELECT card_id, stage FROM card_issue_step WHERE card_id = ? ORDER BY id", number))
    return [stage for _, stage in found]


def test_an_application_becomes_a_card_with_its_face_its_journal_and_its_hand_over(country):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 0)
    path, (card, number) = applied(clerk, record), fresh()
    assert "作成待ち" in clerk.get("/card-making").words and "番号は、未発行のカードを入れると決まります" in clerk.get(path).words
    face = clerk.get(f"{path}/front.svg")
    assert face.status == 200 and "242.645" in face.text[:300], face.text[:300]  # 85.6 mm in points
    with agent_at(clerk, card):
        done = made(clerk, path)
        assert "カードができました" in done.words and number in done.words and "済" in done.words
    assert lines(country, number) == ["begun", "securing", "issued"]
    assert clerk.file(f"{path}/back.pdf").startswith(b"%PDF") and "作成済・交付待ち" in clerk.get("/card-making").words
    next_page = re.search(r'href="(/cards/[^"]+/hand-over)"', done.text)[1]
    handed = with_pins(clerk, next_page, card, *PINS, paid_yen="500", **SHOWN)
    assert number in handed.words and "有効" in handed.words
    assert "この申請は終わりました" in clerk.get(path).words


def test_a_card_taken_out_with_its_reply_lost_at_any_step_is_gone_on_with_and_is_one_good_card(country):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 1)
    path, (card, number) = applied(clerk, record), fresh()
    for commands in (12, 20, 28, 36):
        with agent_at(clerk, card, door=TakenOut(card, commands)):
            stopped = made(clerk, path)
            assert "作成が途中で止まりました" in stopped.words and "有効になっていません" in stopped.words, (commands, stopped.words)
    with agent_at(clerk, card, door=OpenedUnheard(card)):
        assert "作成が途中で止まりました" in made(clerk, path).words and lines(country, number) == ["begun", "securing"]
    with agent_at(clerk, card):
        assert "カードができました" in made(clerk, path).words
    assert lines(country, number) == ["begun", "securing", "issued"]


def test_a_card_that_is_given_up_is_void_for_ever_and_another_blank_takes_its_place(country):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 2)
    path, (broken, number), (good, other) = applied(clerk, record), fresh(), fresh()
    with agent_at(clerk, broken, door=TakenOut(broken, 20)):
        assert "途中で止まりました" in made(clerk, path).words
    with agent_at(clerk, good):
        refused = made(clerk, path)
        assert refused.status == 422 and "別のカードを作成中" in refused.words
        form = clerk.get(f"{path}/void")
        without = clerk.post(f"{path}/void", once=form.hidden("once"), card=number)
        assert without.status == 422 and "理由がありません" in without.words
        done = clerk.post(f"{path}/void", once=form.hidden("once"), card=number, why="カードが壊れたため", follow=True)
        assert "前のカードは無効にしました" in done.words and "無効" in done.words
        assert "カードができました" in made(clerk, path).words
    with agent_at(clerk, broken):
        assert "作成済" in clerk.get("/card-making").words
    assert lines(country, number)[-1] == "void" and lines(country, other)[-1] == "issued"
    late = country.clerk(SETAGAYA, "madoguchi-2")
    again = late.get(f"{opened(late, record)}/void")
    stale = late.post(f"{opened(late, record)}/void", once=again.hidden("once"), card=number, why="二度目")
    assert stale.status == 422 and "既に無効" in stale.words and lines(country, other)[-1] == "issued"


def test_a_card_that_is_somebodys_is_never_made_into_anothers(country):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 3)
    path, foreign = applied(clerk, record), CardSystem(new_card(record.code, SETAGAYA), os.urandom)
    with agent_at(clerk, foreign):
        seen = looked(clerk, path)
        assert "未発行のカードではありません" in seen.words
        refused = clerk.post(f"{path}/make", reading=seen.hidden("reading"))
        assert refused.status == 422 and "未発行のカードではありません" in refused.words
    begun = country.read(SETAGAYA, lambda t: t.value("SELECT count(*) FROM card_issue WHERE person = ?", record.person))
    assert begun == 0


def test_two_clerks_two_blanks_one_application_and_a_double_click_make_one_card(country):
    first, second, record = country.clerk(SETAGAYA, "madoguchi-1"), country.clerk(SETAGAYA, "madoguchi-2"), somebody(country, 4)
    path, (card, number), (other, never) = applied(first, record), fresh(), fresh()
    with agent_at(first, card), agent_at(second, other):
        forms = looked(first, path), looked(second, opened(second, record))
        theirs = opened(second, record)
        for _ in range(2):
            assert first.post(f"{path}/make", reading=forms[0].hidden("reading")).status == 303
        refused = second.post(f"{theirs}/make", reading=forms[1].hidden("reading"))
        assert refused.status == 422 and "別のカードを作成中" in refused.words
        done = until(lambda: first.get(path), lambda said: "カードを作成しています" not in said.words)
        assert "カードができました" in done.words
    assert lines(country, number) == ["begun", "securing", "issued"] and lines(country, never) == []


def test_a_session_that_ends_in_the_middle_leaves_a_card_that_the_next_one_goes_on_with(country):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-1"), somebody(country, 5)
    path, (card, number) = applied(clerk, record), fresh()
    with agent_at(clerk, card, door=TakenOut(card, 25)):
        assert "途中で止まりました" in made(clerk, path).words
        clerk.get("/card-desk")
        clerk.post("/logout")
    later = country.clerk(SETAGAYA, "madoguchi-1")
    assert later.get(path).status in (409, 422, 503) or "もう一度検索" in later.get(path).words
    assert number in later.get("/card-making").words
    with agent_at(later, card):
        assert "カードができました" in made(later, opened(later, record)).words
    assert lines(country, number)[-1] == "issued"
