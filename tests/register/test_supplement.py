"""The address supplement by itself: rows meet in any order, entries fold, a partial day is never guessed (戸籍の附票)."""

from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.addresses import Address, is_municipality, office_of, places
from openjuki.register.dates import DateText
from openjuki.register.events import Cause
from openjuki.register.identity import Reason, Sex
from openjuki.register.readings import Certainty
from openjuki.register.record_notice import FamilyFiling, NoticedItems, PersonMeant, RecordNotice, decode_notice
from openjuki.register.search_keys import fold_text
from openjuki.register.supplement import (
    AddressRow,
    EntryKind,
    LeftBecause,
    Standing,
    SupplementEntry,
    SupplementItems,
    ToldRows,
    decode_entry,
    decode_told,
    domicile_office,
    encode_entry,
    fold_entries,
    merge,
    newer,
    person_key,
    register_key,
)
from openjuki.register.supplement_rows import rows_on

AIRA, KIRISHIMA = "462250", "462187"
HOME = Address(AIRA, "宮島町", "25番地")
DOMICILE, HEAD = "鹿児島県姶良市宮島町25番地", "住基　太郎"


def row(residence=1, place=1, since="2013-11-01", entered_ms=1, office=AIRA, **more) -> AddressRow:
    given_ = {"standing": Standing.LIVES, "address": HOME, "destination": "", "sequence": entered_ms} | more
    return AddressRow(
        residence, office, place, given_.pop("standing"), given_.pop("address"), since, since, entered_ms=entered_ms, **given_
    )


def entry(sequence: int, kind: EntryKind, member: int = 0, target: int = 0, **items) -> SupplementEntry:
    return SupplementEntry(sequence, kind, member, "2013-11-01", sequence * 10, "clerk", "", SupplementItems(**items), target)


TEXT = st.text(max_size=12)
ADDRESSES = st.none() | st.builds(Address, TEXT, TEXT, TEXT, TEXT)
ROWS = st.builds(
    AddressRow, st.integers(0, 99), TEXT, st.integers(1, 99), st.sampled_from(Standing), ADDRESSES, TEXT, TEXT, TEXT,
    st.integers(0, 2**62), st.integers(0, 2**62), st.none() | st.tuples(st.builds(Address, TEXT, TEXT, TEXT, TEXT), TEXT),
)  # fmt: skip
KEYED = st.builds(
    row, st.integers(1, 3), st.integers(1, 3), entered_ms=st.integers(1, 6), office=st.sampled_from((AIRA, KIRISHIMA))
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(
    st.builds(ToldRows, TEXT, TEXT, TEXT, TEXT, st.sampled_from(Reason), st.none() | st.sampled_from(Cause), TEXT, st.tuples(ROWS, ROWS))
)
def test_told_rows_come_back_from_their_bytes(told):
    assert decode_told(msgspec.msgpack.encode(told)) == told


@settings(max_examples=20, deadline=None)
@given(ROWS, st.sampled_from(EntryKind), st.none() | st.sampled_from(LeftBecause))
def test_an_entry_comes_back_from_its_bytes(one, kind, because):
    held = SupplementEntry(1, kind, 1, "", 1, "", "", SupplementItems(rows=(one,), left_because=because))
    assert decode_entry(encode_entry(held)) == held


PERSONS = st.builds(PersonMeant, TEXT, TEXT, st.sampled_from(Sex), ADDRESSES, TEXT, TEXT)


@settings(max_examples=20, deadline=None)
@given(st.builds(RecordNotice, st.integers(1, 9), st.sampled_from(FamilyFiling), TEXT, TEXT, PERSONS,
                 st.builds(NoticedItems, TEXT, TEXT), st.none() | PERSONS))  # fmt: skip
def test_a_record_notice_comes_back_from_its_bytes(notice):
    assert decode_notice(msgspec.msgpack.encode(notice)) == notice


@settings(max_examples=20, deadline=None)
@given(st.lists(KEYED, max_size=6, unique_by=lambda one: (one.key, one.version)), st.randoms())
def test_rows_give_one_result_in_any_order_and_however_often(rows, chance):
    shuffled = [*rows, *rows]
    chance.shuffle(shuffled)
    assert merge((), shuffled) == merge((), rows)
    assert newer(merge((), rows), rows) == ()


def test_a_line_of_a_clerk_gives_way_to_what_corrects_it_whatever_comes_first():
    by_hand = row(residence=0)
    corrected = row(entered_ms=5, since="2013-10-31", was=(HOME, "2013-11-01"))
    assert merge((by_hand,), (corrected,)) == (corrected,)
    assert merge((by_hand, row(residence=0, place=2, since="2001-01-01")), (corrected,))[0].since == "2001-01-01"


def test_entries_fold_as_known_at_any_time():
    entries = [
        entry(1, EntryKind.MADE, registered_domicile=DOMICILE, registered_domicile_head=HEAD),
        entry(2, EntryKind.JOINED, 1, name="住基　花", birth="1974-05-03"),
        entry(3, EntryKind.ADDRESS, 1, rows=(row(),)),
        entry(4, EntryKind.LEFT, 1, left_because=LeftBecause.DEATH),
        entry(5, EntryKind.ANNULMENT, target=4),
        entry(6, EntryKind.ANNULMENT, target=5),
    ]
    closed = [(kept.closed_ms, len(kept.members)) if (kept := fold_entries(1, entries, ms)) else None for ms in range(0, 70, 10)]
    assert closed == [None, (0, 0), (0, 1), (0, 1), (40, 1), (0, 1), (40, 1)]
    assert fold_entries(1, entries[1:]) is None


@pytest.mark.parametrize("writing", ["姶良市宮島町25", "鹿児島県姶良市宮島町２５番地", "鹿児島県姶良市宮島町二十五番地"])
def test_a_register_is_found_however_its_domicile_is_written(writing):
    assert domicile_office(writing) == AIRA
    assert register_key(writing, "住基太郎") == register_key(DOMICILE, HEAD)
    assert person_key(writing, "住基 太郎", "住基 花") == person_key(DOMICILE, HEAD, "住基　花")


@pytest.mark.parametrize(("text", "office"), [("北海道札幌市北区北七条西1丁目", "011002"), ("なし", ""), ("府中市宮町1", ""), ("", "")])
def test_the_keeper_of_a_domicile_is_read_from_its_first_words(text, office):
    assert domicile_office(text) == office, "a ward's is its city's; a name that two cities have says nothing"


@given(
    st.sampled_from(places()),
    st.booleans(),
    st.text("0123４５六七八九十 　-－番地号丁目のノ之町大字甲乙区市", max_size=16),
)
def test_numbers_and_what_follows_them_say_nothing_of_the_keeper(place, with_prefecture, rest):
    text = f"{place.prefecture if with_prefecture else ''}{place.district}{place.name}{rest}"
    code = fold_text(text).partition(" ")[0]
    assert domicile_office(text) == (office_of(code) if code.isdigit() and is_municipality(code) else "")


def test_a_partial_day_is_never_guessed():
    rows = (row(since="2001-04-01"), row(place=2, since="2013-06-00", address=None, standing=Standing.ABROAD, destination="米国"))

    def on(day: str):
        answer = rows_on(rows, DateText(day)).answer(lambda one: one.standing if one else None)
        return answer.certainty, set(answer.possible)

    assert on("2001-03-31") == (Certainty.CERTAIN, {None})
    assert on("2013-05-31") == (Certainty.CERTAIN, {Standing.LIVES})
    assert on("2013-06-15") == (Certainty.POSSIBLE, {Standing.LIVES, Standing.ABROAD})
    assert on("2013-07-01") == (Certainty.CERTAIN, {Standing.ABROAD})


def test_three_residences_told_by_three_offices_stand_in_the_order_of_the_life():
    told = [row(residence=n, office=office, entered_ms=9 - n) for n, office in ((1, KIRISHIMA), (2, AIRA), (3, "011002"))]
    for order in permutations(told):
        assert [one.residence for one in merge((), order)] == [1, 2, 3]
