"""Sentences about questions, answers, refusals and their log (提供と拒否)."""

from pytest_bdd import then, when

from openjuki.simulation.story_steps import four_routes, passport, refusals, tracing


@then("鹿児島県の旅券窓口は太郎を1秒以内に確認し、住民票の写しは要らない")
def taro_is_confirmed(play):
    play.take(passport.confirm_for_passport(play.stage))


@then("総務省の恩給担当は明を1秒以内に確認し、市長の証明は要らない")
def akira_is_confirmed(play):
    play.take(passport.confirm_for_pension(play.stage))


@then("別表にない事務の照会は拒否される")
def unlisted_affair(play):
    play.take(refusals.unlisted_affair(play.stage))


@then("鹿児島県税務課の照会は拒否される")
def tax_department(play):
    play.take(refusals.affair_of_another_body(play.stage))


@then("旅券窓口が住民票コードを求めると拒否される")
def field_not_allowed(play):
    play.take(refusals.field_not_allowed(play.stage))


@then("受付番号のない照会は拒否される")
def no_case(play):
    play.take(refusals.no_case_number(play.stage))


@then("11人に当たる照会は、一覧ではなく拒否になる")
def too_many(play):
    play.take(refusals.too_many_hits(play.stage))


@then("氏名だけの照会は拒否される")
def name_alone(play):
    play.take(refusals.name_alone(play.stage))


@when("旅券窓口が太郎を照会する")
def taro_is_asked_for(play):
    play.take(passport.confirm_for_passport(play.stage))


@then("鹿児島県の記録は、機関、事務、受付番号、操作者を示す")
def question_is_traced(play):
    play.take(tracing.question_is_traced(play.stage))


@then("別表の五つの経路は、それぞれ答えた機関に一件の記録を残す")
def five_tables(play):
    play.take(four_routes.by_the_appendices(play.stage))


@then("鹿児島県税務課は条例が読み込まれるまで拒否され、その後は答えを得る")
def tax_department_by_ordinance(play):
    play.take(four_routes.tax_department_waits_for_its_ordinance(play.stage))


@then("姶良市は条例により霧島市から答えを得る")
def between_municipalities(play):
    play.take(four_routes.between_municipalities(play.stage))


@then("鹿児島市住宅課は条例により県を経て東京都から答えを得る")
def through_the_governor(play):
    play.take(four_routes.organ_by_ordinance_of_another_prefecture(play.stage))


@then("異動ごとに入力した職員と日時が残る")
def event_is_traced(play, seen):
    play.take(tracing.event_is_traced(play.stage, seen["child"].person))


@then("回答は記録にあることを自ら証明し、一字でも変えれば証明は成り立たない")
def answer_proves_itself(play):
    play.take(tracing.answer_proves_itself(play.stage))


@then("記録は鹿児島県自身にも書換えや削除ができない")
def rows_stay(play):
    play.take(tracing.log_rows_stay(play.stage))
