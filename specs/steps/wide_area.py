"""Sentences about wide-area copies (住民票の写しの広域交付)."""

from pytest_bdd import then, when

from openjuki.simulation.story_people import TARO
from openjuki.simulation.story_steps import wide_area_copy as steps


@when("太郎が千代田区で運転免許証と住民票コードを示し、世帯の写しを請求する")
def household_is_asked_for(play, seen):
    seen["wanted"] = steps.application(play.stage, play.take(play.stage.resident(TARO)))
    seen["copy"], seen["captures"], _ = play.take(steps.household_is_told(play.stage, seen["wanted"]))


@then("世帯全員が姶良市の記載どおりに載り、戸籍の表示はない")
def copy_is_right(play, seen):
    play.take(steps.copy_is_the_registers(play.stage, seen["copy"]))


@then("要求と回答は千代田区と姶良市の間だけを通り、受け手だけが読める")
def route_is_right(play, seen):
    assert steps.only_the_two_towns_spoke(seen["captures"], seen["copy"])


@then("都県と全国センターの表にもファイルにも、写しの内容がない")
def hubs_hold_nothing(play, seen):
    play.take(steps.hubs_hold_nothing(play.stage, seen["copy"]))


@then("同じ請求をもう一度送っても、記録は一件で内容は同じである")
def nothing_twice(play, seen):
    play.take(steps.same_request_does_nothing_twice(play.stage, seen["wanted"], seen["copy"]))


@then("太郎のコードは、生年月日と性別から、東京都を経て全国センターで見つかる")
def code_is_found(play):
    assert play.take(steps.code_is_found_by_birth_and_sex(play.stage))


@then("他人のコードでは写しは出ず、その人のことは何も分からない")
def somebody_elses_code(play):
    play.take(steps.somebody_elses_code_gives_nothing(play.stage))


@then("都県と全国センターは、姶良市に写しの記載事項を求められない")
def hubs_cannot_ask(play):
    play.take(steps.hubs_cannot_ask(play.stage))
