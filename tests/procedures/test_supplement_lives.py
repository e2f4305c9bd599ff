"""Random lives over three towns: the supplement is the brute-force projection of the life, and each notice arrives once (附票)."""

from random import Random

import pytest

from openjuki.offices import supplement
from openjuki.procedures.move_in_notice import MoveInNotice
from tests.procedures.municipal_office import TownHall
from tests.procedures.supplement_lives import Life, towns

NAMES = ("住基　太郎", "住基　花", "辻　一郎")


def lived(seed: int, acts: int = 12):
    chance = Random(seed)
    halls, post = towns()
    lives = [Life(halls, chance, name) for name in NAMES]
    for _ in range(acts):
        chance.choice(lives).act()
        if chance.random() < 0.3:
            post.deliver(chance)
    if chance.random() < 0.5:
        lives[0].dies()
    post.deliver(chance)
    return halls, post, lives


def sources(hall: TownHall) -> list[str]:
    """The office of each entry that a notice brought."""
    numbers = [number for (number,) in hall.do(lambda t: t.all("SELECT id FROM supplement"))]
    entries = [entry for number in numbers for entry in hall.do(lambda t, number=number: supplement.entries_of(t, number))]
    return [entry.source for entry in entries if entry.source]


@pytest.mark.parametrize("seed", range(8))
def test_the_supplement_says_what_the_life_was(seed):
    halls, _, lives = lived(seed)
    assert [life.told() for life in lives] == [life.lines for life in lives]
    assert all(hall.do(supplement.waiting) == [] and hall.do(supplement.rebuild) == [] for hall in halls.values())


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(start, start + 40) for start in range(100, 180, 40)], ids=str)
def test_the_supplements_of_many_lives_say_what_they_were(seeds):
    for seed in seeds:
        _, _, lives = lived(seed, acts=24)
        assert [life.told() for life in lives] == [life.lines for life in lives], seed


@pytest.mark.parametrize("seed", range(4))
def test_each_notice_is_entered_once_though_all_of_them_are_sent_again(seed):
    halls, post, lives = lived(seed)
    before = {code: sources(hall) for code, hall in halls.items()}
    for code in halls:
        sent = [sender for sender, receiver, message in post.delivered if receiver == code and not isinstance(message, MoveInNotice)]
        assert sorted(source for source in before[code] if source != code) == sorted(sent)
    post.again()
    assert {code: sources(hall) for code, hall in halls.items()} == before
    assert [life.told() for life in lives] == [life.lines for life in lives]


def test_the_order_in_which_the_links_deliver_is_of_no_matter():
    halls, post = towns()
    life = Life(halls, Random(5), NAMES[0])
    for _ in range(9):
        life.leaves_for()
    for sender in sorted(halls, key=lambda code: code == life.at):
        while sender != life.domicile and post.waiting(sender, life.domicile):
            post.one(sender, life.domicile)
    assert life.told() == life.lines
