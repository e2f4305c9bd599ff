"""Sentences about people under protection, services, and a code found again (支援措置・窓口案内・通知票の再交付)."""

from pytest_bdd import given, then, when

from openjuki.simulation.story_steps import accidents, protected, services


@given("花子が姶良市に支援措置を申し出ている")
def restrained(play, seen):
    seen["held"] = play.take(protected.restrained(play.stage))


@then("花子について請求した者は、住んでいない者についてと同じ言葉を聞く")
def same_words(play):
    assert play.take(protected.copies_say_what_is_said_of_nobody(play.stage)) >= 4


@then("閲覧リストと他課の画面には、花子の名前も人数も現れない")
def not_counted(play):
    play.take(protected.inspection_does_not_count_her(play.stage))
    play.take(protected.other_section_sees_nobody(play.stage))


@when("花子が姶良市の中で転居する")
def moves(play, seen):
    seen["ms"] = play.take(protected.pension_body_gets_her_new_address(play.stage))


@then("年金機構は花子の新しい住所を得る")
def provision_flows(seen):
    assert seen["ms"] < 10_000


@then("係員一人では解除できず、二人で解除した交付の後、抑止に戻り、支援措置は変わらない")
def released(play, seen):
    play.take(protected.released_by_two_and_shut_again(play.stage, seen["held"]))


@then("係員が交付すると決めても、写しは出ない")
def mitaka(play):
    play.take(accidents.warning_cannot_be_passed_over(play.stage))


@when("二人で一時解除し、そのまま忘れる")
def imari(play):
    play.take(accidents.release_is_forgotten(play.stage))


@then("何もしなくても抑止に戻っている")
def shut(play):
    play.take(accidents.it_shut_by_itself(play.stage))


@then("支援を求められる全ての証明書と閲覧が抑止されている")
def hirakata(play):
    assert play.take(accidents.every_paper_is_covered(play.stage)) == 8


@then("花子が挙げた霧島市では、附票の写しも抑止されている")
def daito(play, seen):
    play.take(protected.told_to_kirishima(play.stage, seen["held"]))
    play.take(accidents.family_register_side_holds_it_at_once(play.stage))


@when("延長の後に、古い版の終了の通知が霧島市に届く")
def meguro(play, seen):
    play.take(protected.told_to_kirishima(play.stage, seen["held"]))
    play.take(accidents.stale_end_arrives(play.stage, seen["held"]))


@then("どちらの市でも支援措置は続いている")
def goes_on(play, seen):
    play.take(accidents.still_held(play.stage, seen["held"]))


@then("美智子は本人確認の後、通知票でコードを確かめ、コードは記録に残らない")
def code_again(play):
    play.take(services.michiko_finds_her_code_again(play.stage))


@then("各市区町村の案内に、形態、開始日、時間、持ち物が日本語と英語である")
def services_seen(play):
    assert play.take(services.everybody_sees_what_is_offered(play.stage)) == 10
