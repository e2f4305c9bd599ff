"""The card that the tests of this room copy is made before the first of them."""

import pytest

from tests.card.cards import issued_files


@pytest.fixture(scope="session", autouse=True)
def _a_card_is_made():
    issued_files()
