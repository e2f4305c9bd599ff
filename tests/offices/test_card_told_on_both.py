"""カードの運用状況 on SQLite and on PostgreSQL: the same events and changes, the same card, row by row (保存先の比較)."""

import random

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.offices import card_told, identity
from openjuki.register.change import Change
from openjuki.register.errors import Refused
from tests.offices.test_card_told import CARD, LIVES, SPRING
from tests.offices.test_hub_on_both import Both

pytestmark = pytest.mark.slow


def take(transaction, happening):
    """One change of a person or one event of a card."""
    if isinstance(happening, Change):
        identity.receive(transaction, happening, 1, "")
    else:
        card_told.keep(transaction, *happening, 1)


def state(transaction):
    """What the card is; that nobody knows it is an answer, too."""
    try:
        return card_told.state(transaction, CARD, SPRING)
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize("life", LIVES)
def test_both_stores_say_the_same_of_a_card_after_every_event(tmp_path, life):
    happenings, standing, cause = LIVES[life]
    both = Both(str(tmp_path / "centre.db"), OfficeKind.CENTRE)
    for happening in random.Random(life).sample(happenings, len(happenings)):
        both(take, happening)
        both(state)
    both.same_tables()
    assert both(state) == (standing, cause)
    both.close()
