"""Sentences about moving to another municipality (転入・転出、転入通知)."""

from pytest_bdd import given, then, when

from openjuki.simulation.story_people import NEIGHBOUR
from openjuki.simulation.story_steps import move_on_paper as steps


@given("姶良市に邉子が住んでいる")
def neighbour_lives(play, seen):
    seen["record"] = play.take(play.stage.resident(NEIGHBOUR))


@when("邉子が転出証明書を受けて世田谷区に転入する")
def neighbour_moves(play, seen):
    seen["certificate"] = play.take(steps.household_leaves(play.stage, NEIGHBOUR))
    seen["records"], seen["captures"] = play.take(steps.household_arrives(play.stage, seen["certificate"]))


@then("姶良市に転入通知が届き、転出が確定する")
def departure_is_confirmed(play, seen):
    play.take(steps.departure_is_confirmed(play.stage, seen["certificate"]))


@then("転入通知は世田谷区と姶良市の間だけを通り、鹿児島県には転入通知を受けた旨だけが届く")
def routes_are_lawful(play, seen):
    assert steps.only_lawful_routes(seen["captures"])


@then("東京都と全国センターは、新しい住所を同じ住民票コードで知っている")
def hubs_know(play, seen):
    play.take(steps.hubs_know_the_new_residence(play.stage, seen["records"]))


@then("都県と全国センターには、戸籍の表示がない")
def hubs_hold_nothing(play, seen):
    play.take(steps.hubs_hold_nothing(play.stage, seen["certificate"], seen["captures"]))
