"""A link whose transport is gone leaves memory at once, not only when somebody looks for what refers to itself in a circle."""

import gc
import weakref

from tests.wire.pair import Echo, Pair, Probe


def test_a_link_that_is_lost_and_let_go_is_gone_without_a_collection():
    pair = Pair()
    assert [type(answer) for answer in _answered(pair)] == [Echo]
    gc.collect()
    gc.disable()
    try:
        pair.town_link.lost("connection lost")
        pair.town_link.let_go()
        pair.run(1.0)  # the clock throws its cancelled timer away
        gone = weakref.ref(pair.town_link)
        pair.town_link = None
        assert gone() is None
    finally:
        gc.enable()


def _answered(pair):
    answers = pair.ask(Probe("word"))
    pair.run()
    return answers
