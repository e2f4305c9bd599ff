"""Sentences about what is saved (行政コスト・住民負担の削減)."""

from pytest_bdd import given, then, when

from openjuki.offices.savings import Saved
from openjuki.simulation.story_steps import passport, savings
from openjuki.simulation.story_steps.stage import PASSPORT


@given("旅券窓口の節約の集計がある")
def counters(play, seen):
    seen["before"] = play.take(savings.saved_at(play.stage, PASSPORT))


@when("太郎の旅券の申請で、旅券窓口が本人を確認する")
def confirmed(play, seen):
    seen["ms"] = play.take(passport.confirm_for_passport(play.stage))


@then("旅券窓口の節約は、写し1通、来庁1回、300円、職員10分だけ増える")
def grown(play, seen):
    by = Saved(copies_not_attached=1, visits=1, fees_yen=300, staff_minutes=10)
    play.take(savings.grows_by(play.stage, PASSPORT, seen["before"], by))
