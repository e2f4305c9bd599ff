"""Restraints: all ways out and all askers against a grid typed apart, and the life of a restraint (支援措置; j160, j410, j440)."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.law.calendar import Profile
from openjuki.law.restraint import (
    RELEASE_MS_MAX,
    EndGround,
    Release,
    Restraint,
    Work,
    begin,
    confirm,
    end,
    give_release,
    judge,
    keep_after_move,
    last_day_of_term,
    month_before,
    released,
    renew,
    strictest,
    work,
)
from openjuki.law.ways_out import MESSAGE_WAYS, NO_PERSON, WAYS, Asker, Output, WayOut, Word
from openjuki.register.errors import InvalidInput
from tests.house import carried
from tests.law.restraint_oracle import ASKERS, CELLS, NOTED, SOUGHT_AS, oracle

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2013, 12, 1)
ONE_DAY, YEAR = timedelta(1), timedelta(365)
EVERYTHING = frozenset(Output)
SUBSETS = [frozenset(output for output, there in zip(Output, bits, strict=True) if there) for bits in product((True, False), repeat=3)]
SINCE = {"long ago, overdue": DAY - 3 * YEAR, "this year": DAY - 30 * ONE_DAY, "today": DAY, "tomorrow": DAY + ONE_DAY}
ENDED = {"goes on": None, "ended today": DAY, "ends tomorrow": DAY + ONE_DAY}
CATALOGUE = """
CodePoolRequest CodePool IndividualNumberRequest IndividualNumber IdentityChange TransferConfirmed CardEvent CardStateQuery CardState
IdentityQuery IdentityAnswer BulkOpen BulkChunk BulkStatus BulkRelease BulkResult Follow Unfollow FeedPull WideAreaCopyRequest WideAreaCopy
TransferRecordRequest TransferRecord MoveInNotice AddressSupplementNotice ResidentRecordNotice RestraintNotice CertificateHolder
RevocationGround CertificateRequest Certificate CertificateRevocation VerifierStatusQuery VerifierStatus ProvisionRecordsRequest
ProvisionRecords WitnessCheckpoint Cosignature BucketSums BucketRecords DirectoryPull Directory OfficeEnrol OfficeChange OfficeSuspend
OfficeClose Quarantined SelfInspectionReport Guidance RecordError FirewallRules Alarm SavingsReport SeatCall
"""
"""Every message of the design's catalogue, typed."""
GLOSSARY = {
    "住民票の写し": WayOut.COPY,
    "住民票の写しの広域交付": WayOut.WIDE_AREA_COPY,
    "本人確認情報": WayOut.CHANGE_NOTICE,
    "戸籍の附票": WayOut.ADDRESS_SUPPLEMENT,
    "転出証明書": WayOut.MOVING_OUT_CERTIFICATE,
    "付記転出届, 転入転出手続の簡素化": WayOut.TRANSFER_RECORD,
    "個人番号": WayOut.INDIVIDUAL_NUMBER,
    "住民票コード": WayOut.CODE_NOTICE,
    "即時提供, 一括提供": WayOut.BULK_CHECK,
    "本人確認情報の提供": WayOut.IDENTITY_QUERY,
    "本人確認情報の提供状況の開示": WayOut.PROVISION_RECORDS,
    "整合性確認": WayOut.RECONCILIATION,
    "住民基本台帳カード, 住基カード": WayOut.CARD,
    "公的個人認証サービス": WayOut.CERTIFICATE,
    "署名検証者": WayOut.VERIFIER_STATUS,
    "支援措置, 抑止": WayOut.RESTRAINT_DATABASE,
}
"""Words of the glossary that name something given out, typed."""


def restraint(since=DAY, outputs=EVERYTHING, provisional=False, ended_on=None):
    return Restraint(outputs=outputs, since=since, renew_by=last_day_of_term(since), provisional=provisional, ended_on=ended_on)


def told(restraint):
    return {"since": restraint.since, "ended_on": restraint.ended_on, "outputs": {str(output) for output in restraint.outputs}}


def compared(cells):
    """How often which word; fails with the first differences."""
    words, differences = Counter(), []
    for way, asker, restraints in cells:
        word = judge(way, asker, restraints, DAY).word.name.lower()
        words[word] += 1
        if word != (other := oracle(way, asker, [told(each) for each in restraints], DAY)):
            differences.append(f"judge {word}, oracle {other}: {way} {asker} {restraints}")
    assert not differences, "\n".join(differences[:20])
    return words


def test_the_grid_knows_every_way_and_every_asker():
    assert set(SOUGHT_AS) == {str(way) for way in WayOut} == {str(way) for way in WAYS}
    assert set(ASKERS.values()) == set(Asker)
    assert len(CELLS) == len(WayOut) * len(Asker)


@pytest.mark.slow
def test_every_way_for_every_asker_under_every_restraint_is_as_the_grid_says():
    states = [
        restraint(since, outputs, provisional, ended)
        for since, outputs, provisional, ended in product(SINCE.values(), SUBSETS, (True, False), ENDED.values())
    ]
    words = compared((way, asker, [state]) for way, asker, state in product(WayOut, Asker, states))
    assert words.total() == 36 * 17 * 192
    assert words["allowed"] > words["refused"] > words["examine"] > 1_000


def test_every_way_for_every_asker_under_a_full_and_a_provisional_restraint():
    words = compared((way, asker, [restraint(provisional=kind)]) for way, asker, kind in product(WayOut, Asker, (True, False)))
    assert words["refused"] > words["allowed"] > words["examine"] > 50


@pytest.mark.slow
def test_of_two_restraints_the_strictest_counts():
    pairs = list(product([restraint(outputs=outputs) for outputs in SUBSETS], [restraint(SINCE["tomorrow"]), restraint(ended_on=DAY)]))
    pairs += list(product([restraint(outputs=SUBSETS[3])], [restraint(outputs=SUBSETS[5]), restraint(outputs=SUBSETS[6])]))
    words = compared((way, asker, pair) for way, asker, pair in product(WayOut, Asker, pairs))
    assert words.total() == 36 * 17 * len(pairs)
    assert words["refused"] and words["allowed"]


def test_without_a_restraint_nothing_is_kept_back_here():
    words = compared((way, asker, []) for way, asker in product(WayOut, Asker))
    assert set(words) == {"allowed"}


@pytest.mark.parametrize("asker", [Asker.ABUSER, Asker.ABUSER_AGENT, Asker.UNPROVEN])
def test_the_abusers_side_and_who_is_not_proven_get_nothing_on_any_way(asker):
    assert {judge(way, asker, [restraint()], DAY).word for way in WayOut} == {Word.REFUSED}


def test_the_abusers_side_gets_nothing_even_where_support_was_asked_for_something_else():
    narrow = [restraint(outputs=frozenset({Output.SUPPLEMENT}))]
    assert judge(WayOut.COPY, Asker.THIRD_PARTY, narrow, DAY).word is Word.ALLOWED
    assert judge(WayOut.COPY, Asker.ABUSER, narrow, DAY).word is Word.REFUSED


LAWFUL = [
    (WayOut.IDENTITY_QUERY, Asker.LISTED_BODY), (WayOut.IDENTITY_QUERY, Asker.MAYOR), (WayOut.IDENTITY_QUERY, Asker.HUB),
    (WayOut.BULK_CHECK, Asker.LISTED_BODY), (WayOut.FOLLOWED_PERSONS, Asker.LISTED_BODY), (WayOut.CHANGE_NOTICE, Asker.HUB),
    (WayOut.TRANSFER_CONFIRMED, Asker.HUB), (WayOut.TRANSFER_RECORD, Asker.MAYOR), (WayOut.MOVE_IN_NOTICE, Asker.MAYOR),
    (WayOut.ADDRESS_SUPPLEMENT_NOTICE, Asker.MAYOR), (WayOut.RESIDENT_RECORD_NOTICE, Asker.MAYOR), (WayOut.RESTRAINT_NOTICE, Asker.MAYOR),
    (WayOut.RECONCILIATION, Asker.HUB), (WayOut.REVOCATION_GROUND, Asker.AUTHORITY), (WayOut.CARD_STATE, Asker.HUB),
]  # fmt: skip


@pytest.mark.parametrize(("way", "asker"), LAWFUL)
@pytest.mark.parametrize("outputs", SUBSETS)
def test_lawful_provision_and_the_acts_notices_are_never_kept_back(way, asker, outputs):
    states = [restraint(since, outputs, provisional) for since, provisional in product(SINCE.values(), (True, False))]
    assert judge(way, asker, states, DAY).word is Word.ALLOWED


HARD = (WayOut.KIOSK, WayOut.ONLINE_APPLICATION, WayOut.WIDE_AREA_COPY, WayOut.OTHER_SECTION_SCREEN)


@pytest.mark.parametrize("way", HARD)
def test_kiosk_online_wide_area_and_other_sections_give_nothing_to_anybody_at_all(way):
    assert {judge(way, asker, [restraint()], DAY).word for asker in Asker} == {Word.REFUSED}


def test_hit_counts_are_for_the_register_desk_only():
    allowed = {asker for asker in Asker if judge(WayOut.HIT_COUNT, asker, [restraint()], DAY).word is not Word.REFUSED}
    assert allowed == {Asker.REGISTER_CLERK, Asker.SUPERVISOR}


def test_provisions_go_with_a_note_in_profile_open_and_without_in_japan():
    noted = {way for way, asker in product(WayOut, Asker) if judge(way, asker, [restraint()], DAY).note}
    assert noted == NOTED
    assert not any(judge(way, asker, [restraint()], DAY, Profile.JAPAN).note for way, asker in product(WayOut, Asker))
    assert not any(judge(way, asker, [], DAY).note for way, asker in product(WayOut, Asker))


def test_what_an_asker_is_told_is_the_same_for_all_and_never_speaks_of_a_restraint():
    judged = [judge(way, asker, [restraint()], DAY) for way, asker in product(WayOut, Asker)]
    assert len({each.tell for each in judged if each.word is Word.REFUSED}) == 1
    for each in judged:
        assert each.tell.en
        assert not {"restraint", "protect", "support", "victim", "lock"} & set(each.tell.en.lower().replace(".", " ").split())
        assert not any(word in each.tell.ja for word in ("支援", "抑止", "保護", "被害", "加害"))


def test_every_judgement_under_a_restraint_names_its_source():
    assert all(judge(way, asker, [restraint()], DAY).source for way, asker in product(WayOut, Asker))
    assert all(row.japanese and row.source and not row.allowed & row.examined for row in WAYS.values())


def test_every_message_has_its_way_or_carries_no_person():
    spoken = {message.type_name() for message in carried.messages()}
    missing = (spoken | set(CATALOGUE.split())) - set(MESSAGE_WAYS) - NO_PERSON
    assert not missing, f"add to law/ways_out.py, to the way that carries it or to NO_PERSON: {sorted(missing)}"
    assert not NO_PERSON & set(MESSAGE_WAYS)


def test_every_word_of_the_glossary_that_is_given_out_has_its_way():
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for word in GLOSSARY:
        assert f"| {word} |" in page, word
    assert set(GLOSSARY.values()) <= set(WAYS)


def test_the_page_shows_the_table_as_it_is():
    letters = {Word.ALLOWED: "○", Word.EXAMINE: "△", Word.REFUSED: ""}
    rows = [
        f"| {row.japanese} `{row.way}` | {' | '.join(letters[row.word(asker)] for asker in Asker)} | {row.source} |"
        for row in WAYS.values()
    ]
    held = [line for line in (ROOT / "docs" / "restraint.md").read_text(encoding="utf-8").splitlines() if "` |" in line]
    assert held == rows, "docs/restraint.md must hold:\n" + "\n".join(rows)


TERMS = {
    "2020-04-01": "2021-03-31", "2013-01-01": "2013-12-31", "2020-02-29": "2021-02-28",
    "2020-03-01": "2021-02-28", "2019-03-01": "2020-02-29",
}  # fmt: skip


@pytest.mark.parametrize(("first", "last"), TERMS.items())
def test_a_term_is_a_year(first, last):
    assert last_day_of_term(date.fromisoformat(first)) == date.fromisoformat(last)


@given(st.dates(date(2002, 8, 5), date(2100, 1, 1)))
def test_a_term_has_365_or_366_days_and_the_next_follows_without_a_gap(first):
    last = last_day_of_term(first)
    assert (last - first).days in (364, 365)
    assert timedelta(28) <= last - month_before(last) <= timedelta(31)
    assert renew(restraint(first), last).renew_by == last_day_of_term(last + ONE_DAY)


def test_a_restraint_begins_provisionally_on_the_day_it_is_asked_for():
    asked = begin(EVERYTHING, DAY)
    assert asked.provisional
    assert asked.bears(DAY)
    assert not asked.bears(DAY - ONE_DAY)
    assert judge(WayOut.COPY, Asker.ABUSER, [asked], DAY).word is Word.REFUSED
    assert work(asked, DAY) == {Work.DECIDE_PROVISIONAL}


def test_confirming_gives_it_a_year_from_that_day_and_opens_nothing_in_between():
    later = DAY + 20 * ONE_DAY
    full = confirm(begin(EVERYTHING, DAY), later)
    assert not full.provisional
    assert full.renew_by == last_day_of_term(later)
    assert full.since == DAY
    assert full.version == 2


def test_renewal_opens_a_month_before_the_end_and_not_earlier():
    full = confirm(begin(EVERYTHING, date(2013, 4, 1)), date(2013, 4, 1))
    assert full.renew_by == date(2014, 3, 31)
    assert not work(full, date(2014, 2, 27))
    assert work(full, date(2014, 2, 28)) == work(full, date(2014, 3, 31)) == {Work.RENEWAL_OPEN}
    with pytest.raises(InvalidInput, match="2014-02-28"):
        renew(full, date(2014, 2, 27))
    assert renew(full, date(2014, 2, 28)).renew_by == date(2015, 3, 31)


@given(st.integers(1, 20_000), st.booleans())
def test_passing_the_term_makes_work_and_lifts_nothing(days, provisional):
    held = restraint(provisional=provisional)
    late = held.renew_by + days * ONE_DAY
    assert held.bears(late)
    assert Work.RENEWAL_OVERDUE in work(held, late)
    assert {judge(way, Asker.ABUSER, [held], late).word for way in WayOut} == {Word.REFUSED}
    assert judge(WayOut.COPY, Asker.VICTIM, [held], late).word is Word.EXAMINE
    assert renew(held, late).renew_by >= late


def test_after_a_move_it_goes_on_here_provisionally():
    moved = keep_after_move(restraint(), DAY + ONE_DAY)
    assert moved.provisional
    assert moved.bears(DAY + YEAR)


def test_only_a_decision_ends_it_and_then_there_is_no_more_work():
    held = restraint()
    over = end(held, DAY + ONE_DAY, EndGround.WITHDRAWN)
    assert over.bears(DAY)
    assert not over.bears(DAY + ONE_DAY)
    assert work(over, DAY + 2 * YEAR) == set()
    assert over.version == held.version + 1


def test_a_term_that_has_not_passed_is_no_ground_to_end():
    held = restraint()
    with pytest.raises(InvalidInput):
        end(held, held.renew_by, EndGround.NOT_RENEWED)
    assert end(held, held.renew_by + ONE_DAY, EndGround.NOT_RENEWED).ended_because is EndGround.NOT_RENEWED


@pytest.mark.parametrize("step", [confirm, renew, keep_after_move, lambda held, on: end(held, on, EndGround.NOT_NEEDED)])
def test_what_has_ended_is_not_decided_again(step):
    with pytest.raises(InvalidInput) as caught:
        step(restraint(ended_on=DAY), DAY)
    assert caught.value.remedy.ja


def test_a_restraint_of_nothing_is_refused():
    with pytest.raises(InvalidInput):
        begin(frozenset(), DAY)


TWO = frozenset({"clerk-1", "supervisor"})


def test_two_persons_release_one_copy_for_a_while_and_it_shuts_by_itself():
    judged = judge(WayOut.COPY, Asker.VICTIM, [restraint()], DAY)
    given = give_release(WayOut.COPY, Asker.VICTIM, TWO, 1_000, 60_000)
    assert released(judged, WayOut.COPY, Asker.VICTIM, given, 1_000).word is Word.ALLOWED
    assert released(judged, WayOut.COPY, Asker.VICTIM, given, 60_999).word is Word.ALLOWED
    for now_ms in (999, 61_000):
        assert released(judged, WayOut.COPY, Asker.VICTIM, given, now_ms).word is Word.EXAMINE


def test_a_release_opens_only_what_it_names_and_never_what_is_refused():
    given = give_release(WayOut.COPY, Asker.VICTIM, TWO, 0, 60_000)
    for way, asker in product(WayOut, Asker):
        judged = judge(way, asker, [restraint()], DAY)
        if (way, asker) != (WayOut.COPY, Asker.VICTIM):
            assert released(judged, way, asker, given, 1) == judged


def test_a_release_that_nobody_could_have_given_opens_nothing():
    for way, asker in ((WayOut.KIOSK, Asker.VICTIM), (WayOut.COPY, Asker.ABUSER)):
        forged = Release(way, asker, TWO, 0, 60_000)
        assert released(judge(way, asker, [restraint()], DAY), way, asker, forged, 1).word is Word.REFUSED


@pytest.mark.parametrize(
    ("way", "asker", "operators", "for_ms"),
    [
        (WayOut.COPY, Asker.VICTIM, {"clerk-1"}, 60_000),
        (WayOut.COPY, Asker.VICTIM, {"clerk-1", ""}, 60_000),
        (WayOut.COPY, Asker.VICTIM, TWO, 0),
        (WayOut.COPY, Asker.VICTIM, TWO, RELEASE_MS_MAX + 1),
        (WayOut.COPY, Asker.ABUSER, TWO, 60_000),
        (WayOut.KIOSK, Asker.VICTIM, TWO, 60_000),
    ],
)
def test_a_release_by_one_for_too_long_or_of_what_is_never_released_is_refused(way, asker, operators, for_ms):
    with pytest.raises(InvalidInput) as caught:
        give_release(way, asker, frozenset(operators), 0, for_ms)
    assert caught.value.remedy.en


def test_a_paper_about_a_household_goes_by_its_strictest_member():
    free, hard = judge(WayOut.COPY, Asker.ABUSER, [], DAY), judge(WayOut.COPY, Asker.ABUSER, [restraint()], DAY)
    assert strictest([free, hard, free]) == hard
    assert strictest([free]) == free
