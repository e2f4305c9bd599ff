"""Sentences about what a municipality enters and what prefecture and centre know (記載と通知)."""

from pytest_bdd import given, parsers, then, when

from openjuki.register.record import ResidentRecord
from openjuki.simulation.story_people import MICHIKO, YOSHIKO
from openjuki.simulation.story_steps import birth, code_change, correction
from openjuki.simulation.story_steps.stage import AIRA


@given("姶良市に住基家が住んでいる")
def family_lives_in_aira(play):
    assert isinstance(play.take(play.stage.resident(YOSHIKO)), ResidentRecord)


@when(parsers.parse("美子の子の{name}が生まれ、姶良市が住民票に記載する"))
def child_is_entered(play, seen, name):
    seen["child"] = play.take(birth.register_birth(play.stage, f"住基　{name}"))


@then("鹿児島県と全国センターは1秒以内に同じ本人確認情報を持つ")
def hubs_know(play, seen):
    play.take(birth.hubs_know(play.stage, seen["child"]))


@then("検査数字の合う11桁の住民票コードが付き、全国センターが姶良市に指定したものである")
def code_is_good(play, seen):
    assert len(seen["child"].code) == 11
    play.take(code_change.new_code_was_drawn_before(play.stage, seen["child"]))


@then("住民票コードの通知票が印刷待ちにある")
def slip_waits(play, seen):
    play.take(birth.slip_is_to_be_printed(play.stage, seen["child"]))


@when("美子が理由を述べずに住民票コードの変更を請求する")
def code_changes(play, seen):
    seen["old"] = play.take(play.stage.resident(YOSHIKO)).code
    seen["new"] = play.take(code_change.change(play.stage))


@then("新しいコードは請求の前に無作為に用意されたもので、古いコードからは導けない")
def code_was_drawn(play, seen):
    play.take(code_change.new_code_was_drawn_before(play.stage, seen["new"]))


@then("鹿児島県と全国センターは新しいコードを持つ")
def hubs_know_code(play, seen):
    play.take(code_change.hubs_know_new_code(play.stage, seen["new"]))


@then("古いコードで照会した年金機構には、見つからないではなく変更されたと答える")
def pension_learns(play, seen):
    play.take(code_change.hubs_know_new_code(play.stage, seen["new"]))
    play.take(code_change.entitled_learn_of_change(play.stage, seen["old"], seen["new"]))


@then("古いコードで照会した旅券窓口には、新しいコードを渡さない")
def passport_office_sees_no_code(play, seen):
    play.take(code_change.hubs_know_new_code(play.stage, seen["new"]))
    play.take(code_change.others_never_see_code(play.stage, seen["old"]))


@when("姶良市が、美智子の生年月日の当初からの誤記を修正する")
def birth_is_corrected(play, seen):
    seen["was"] = play.take(play.stage.resident(MICHIKO))
    seen["known_ms"] = play.stage.office(AIRA).clock.wall_ms() - 1
    play.take(correction.correct_birth(play.stage))


@then("2000年の住民票は正しい日付を示し、修正前に知られていた内容は誤った日付を示す")
def past_shows_both(play, seen):
    play.take(correction.past_shows_both(play.stage, seen["was"], seen["known_ms"]))


@then("鹿児島県と全国センターも正しい日付を持つ")
def hubs_hold_right_birth(play):
    play.take(correction.hubs_hold_right_birth(play.stage))
