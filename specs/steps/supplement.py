"""Sentences about notices between municipalities: address supplements, filings made elsewhere (附票記載事項通知・住民票記載事項通知)."""

from pytest_bdd import given, then, when

from openjuki.simulation.story_steps import address_supplement as steps


@given("姶良市に隼人の戸籍の附票がある")
def supplement_is_made(play, seen):
    seen["supplement"] = play.take(steps.supplement_is_made(play.stage))


@when("隼人が霧島市に転入し、霧島市の中で転居する")
def hayato_moves(play, seen):
    seen["record"] = play.take(steps.hayato_moves(play.stage))


@given("隼人が霧島市に住み、附票が姶良市にある")
def hayato_lives(play, seen):
    seen["record"] = play.take(steps.hayato_lives(play.stage))


@then("姶良市の附票に、二つの住所が順に載る")
def supplement_shows(play, seen):
    play.take(steps.supplement_shows_both(play.stage))


@then("鹿児島県と全国センターには、本籍も筆頭者も届いていない")
def hubs_hold_nothing(play):
    play.take(steps.hubs_hold_nothing(play.stage))


@when("姶良市が隼人の死亡届を受理する")
def death_is_filed(play):
    play.take(steps.death_is_filed(play.stage))


@then("霧島市に通知が届き、係員が処理するまで隼人の住民票は変わらない")
def notice_waits(play, seen):
    seen["number"] = play.take(steps.notice_waits(play.stage))


@when("霧島市の係員が、通知により隼人の死亡を記載する")
def clerk_enters(play, seen):
    seen["record"] = play.take(steps.clerk_enters(play.stage, seen["number"]))


@then("隼人の住民票は消除され、その旨が姶良市の附票に載る")
def death_is_shown(play, seen):
    play.take(steps.death_is_shown(play.stage, seen["record"]))
