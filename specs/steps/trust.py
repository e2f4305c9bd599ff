"""Sentences about lines, strangers, what a hub holds, and machines that fail (回線・信頼・障害)."""

from pytest_bdd import then, when

from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_steps import birth, fault, refusals, tracing
from openjuki.simulation.story_steps.stage import AIRA, KAGOSHIMA


@then("鹿児島県と全国センターの表にもファイルにも、世帯、続柄、本籍がない")
def hubs_hold_only_identity(play):
    play.take(birth.hubs_hold_only_identity(play.stage))


@then("姶良市と鹿児島県の回線はTLS 1.3で、相手は名簿どおりの証明書を示す")
def link_to_prefecture(play):
    play.take(birth.link_is_encrypted(play.stage, AIRA, KAGOSHIMA))


@then("鹿児島県と全国センターの回線はTLS 1.3で、相手は名簿どおりの証明書を示す")
def link_to_centre(play):
    play.take(birth.link_is_encrypted(play.stage, KAGOSHIMA, CENTRE))


@then("網の認証局によらない証明書を示す第一銀行は、接続を拒まれ、拒んだことが記録される")
def bank(play):
    play.take(refusals.bank_is_no_office(play.stage))


@then("名簿の期限が切れた恩給担当の業務サーバは、新しい名簿を得るまで閉じている")
def expired(play):
    play.take(refusals.expired_directory(play.stage))


@then("HTTP、SMTP、FTPで話しかけても、どの言葉でも応答がない")
def other_protocols(play):
    play.take(refusals.other_protocols_get_nothing(play.stage))


@then("経路外の電文は、中身を見る前に拒否される")
def off_route(play):
    play.take(refusals.off_route(play.stage))


@then("すべての回線がつながり、どの市区の異動も全国センターに届き、500 MBに収まる")
def whole(play):
    play.take(tracing.country_is_whole(play.stage, play.began_s, play.before_mb))


@when("霧島市の業務サーバを、出生の入力中に2回強制終了する")
def kill(play, seen):
    seen["kills"] = play.take(fault.kill_again_and_again(play.stage))


@then("職員に完了が示された出生は、すべて台帳と県と全国センターに一度ずつある")
def nothing_lost(play, seen):
    play.take(fault.nothing_is_lost(play.stage, seen["kills"]))
