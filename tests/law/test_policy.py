"""Our policy of items, keys and limits for each affair (提供項目と照会条件)."""

import pytest

from openjuki.law.policy import HITS_CEILING, KEY_SETS, PER_DAY_CEILING, SPECIAL, Field, Key, configured, policy_for
from openjuki.law.purposes import ACT_WORKS, ActWork, PurposeId, catalogue
from openjuki.register.errors import InvalidInput, Refused

PENSION, PASSPORT, REAL_ESTATE = PurposeId(1, "77"), PurposeId(5, "6"), PurposeId(3, "20")


def every_policy():
    return [policy_for(affair) for affair in [*catalogue(), *map(ActWork, ACT_WORKS)]]


def test_every_affair_of_the_act_has_a_policy():
    assert len(every_policy()) == 232 + len(ACT_WORKS)


def test_every_row_with_a_policy_of_its_own_is_a_row_of_the_act():
    assert set(SPECIAL) <= set(catalogue())


def test_no_affair_may_search_by_a_name_an_address_or_a_birth_date_alone():
    for policy in every_policy():
        assert all(any(narrowest <= key_set for narrowest in KEY_SETS) for key_set in policy.key_sets)
    assert frozenset({Key.NAME}) not in KEY_SETS


def test_every_affair_has_a_case_number_small_answers_and_a_budget_of_misses():
    for policy in every_policy():
        assert policy.case_required
        assert not policy.forward_match
        assert 1 <= policy.hits_max <= HITS_CEILING
        assert 1 <= policy.per_day_max <= PER_DAY_CEILING
        assert (policy.misses_per_10min_max, policy.misses_per_day_max) == (10, 30)


def test_a_pension_answer_may_hold_the_code_and_a_passport_answer_may_not():
    assert Field.CODE in policy_for(PENSION).fields
    assert Field.CODE not in policy_for(PASSPORT).fields
    assert Field.CODE not in policy_for(REAL_ESTATE).fields


def test_statistics_ask_for_no_person():
    statistics = policy_for(ActWork("30-8(1)4"))
    assert statistics.key_sets == frozenset()
    assert Field.NAME not in statistics.fields


@pytest.mark.parametrize("affair", [PurposeId(1, "1"), PurposeId(1, "123"), PurposeId(5, "35"), ActWork("30-6")])
def test_an_affair_that_the_act_does_not_list_has_no_policy(affair):
    with pytest.raises(Refused, match="affair-not-listed"):
        policy_for(affair)


def test_limits_can_be_set_within_their_range_and_leave_the_rest_alone():
    policy = policy_for(PASSPORT)
    set_anew = configured(policy, hits_max=HITS_CEILING, per_day_max=5)
    assert (set_anew.hits_max, set_anew.per_day_max) == (HITS_CEILING, 5)
    assert (set_anew.fields, set_anew.key_sets) == (policy.fields, policy.key_sets)
    assert configured(policy) == policy


@pytest.mark.parametrize(
    "limits", [{"hits_max": 0}, {"hits_max": HITS_CEILING + 1}, {"per_day_max": 0}, {"per_day_max": PER_DAY_CEILING + 1}]
)
def test_a_limit_out_of_range_is_refused(limits):
    with pytest.raises(InvalidInput) as caught:
        configured(policy_for(PASSPORT), **limits)
    assert caught.value.item in limits
