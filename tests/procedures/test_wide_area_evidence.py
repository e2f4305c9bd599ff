"""Evidence that a home office takes or refuses: forged, borrowed, replayed, missing (本人確認と操作者の証拠, Act art. 12-4(1))."""

from typing import Any

import msgspec
import pytest

from openjuki.keys.door import SEAL
from openjuki.nodes.tables import MESSAGES
from openjuki.nodes.wide_area_desk import find_code
from openjuki.offices import operator_seal, relay_envelope
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.operator_seal import SHIFT_MS, OperatorSeal
from openjuki.offices.relay_envelope import RelayKey, RelayKeyRequest
from openjuki.offices.wide_area_evidence import AHEAD_MS, EVIDENCE_MS, found_code, request_of
from openjuki.procedures import forwarded_query, wide_area_copy
from openjuki.procedures.identity_query import IdentityQuery
from openjuki.procedures.wide_area_copy import WideAreaCopy, WideAreaCopyRequest, signed_bytes
from openjuki.register.errors import Reason
from openjuki.register.wide_area_copy import CheckedBy, CopyExtra, CopyOf, FoundCode, PhotoDocument
from openjuki.wire.seal import Carried, encode_carried
from openjuki.wire.speech import encode
from tests.procedures.wide_area_country import AIRA, CHIYODA, KIRISHIMA, TARO, YOSHIKO, WideAreaCountry, crafted, refusal, send

pytestmark = pytest.mark.slow  # a country for each


@pytest.fixture
def country() -> WideAreaCountry:
    return WideAreaCountry()


def test_control_a_question_that_is_crafted_well_is_answered(country: WideAreaCountry):
    assert isinstance(send(country, crafted(country)), WideAreaCopy)
    assert country.log("outcome, operator, counted") == [("told", "clerk-7", 1)]


# -- who sealed it, and for whom ------------------------------------------------------------------------------------------


def test_a_question_under_another_offices_seal_is_refused(country: WideAreaCountry):
    assert refusal(country, crafted(country, seal_as=KIRISHIMA)) is Reason.BAD_SEAL
    assert country.log("outcome, counted") == [("bad-seal", 2)]


def test_what_one_office_sealed_another_cannot_send(country: WideAreaCountry):
    message = crafted(country)
    assert refusal(country, message, sender=KIRISHIMA) is Reason.MALFORMED
    assert isinstance(send(country, message), WideAreaCopy)


def test_what_was_sealed_for_one_office_another_does_not_take(country: WideAreaCountry):
    assert refusal(country, crafted(country, enclosed_for=KIRISHIMA)) is Reason.MALFORMED
    own = relay_envelope.own_key(country.office(KIRISHIMA)).public
    theirs = crafted(country)
    assert refusal(country, WideAreaCopyRequest(own, theirs.enclosed), to=KIRISHIMA) is Reason.MALFORMED


def test_what_is_addressed_to_another_office_under_its_seal_is_not_taken_whatever_it_is_encrypted_to(country: WideAreaCountry):
    """An office keeps what it is asked as evidence: it must have been meant."""
    office, public = country.office(CHIYODA), country.call(relay_envelope.key_of, country.office(CHIYODA), AIRA)
    addressed = encode((KIRISHIMA, b"payload"))
    carried = encode_carried(Carried(addressed, relay_envelope._seal(office, WideAreaCopyRequest, addressed)))
    info = relay_envelope._info(office.realm, WideAreaCopyRequest, CHIYODA, AIRA)
    enclosed = relay_envelope._SUITE.encrypt(carried, relay_envelope._public(public), info=info)
    assert refusal(country, WideAreaCopyRequest(public, enclosed)) is Reason.WRONG_OFFICE


@pytest.mark.parametrize("place", [0, 31, 32, 40, -1])
def test_one_flipped_bit_of_the_envelope_is_refused(country: WideAreaCountry, place: int):
    message = crafted(country)
    flipped = bytearray(message.enclosed)
    flipped[place] ^= 1
    assert refusal(country, WideAreaCopyRequest(message.key, bytes(flipped))) is Reason.MALFORMED


def test_an_envelope_is_opened_only_while_its_seal_is_fresh(country: WideAreaCountry):
    message = crafted(country)
    country.settle(relay_envelope.FRESH_MS / 1000 + 1)
    assert refusal(country, message) is Reason.LATE


def test_a_key_of_another_time_opens_nothing(country: WideAreaCountry):
    message = crafted(country)
    assert refusal(country, WideAreaCopyRequest(bytes(32), message.enclosed)) is Reason.LATE
    assert country.log() == []


def test_a_home_office_that_was_started_anew_is_asked_for_its_new_key(country: WideAreaCountry):
    country.content()
    country.office(AIRA).relay.own.clear()
    assert country.content().home == AIRA


def test_keys_change_by_the_hour_and_the_one_before_still_opens(country: WideAreaCountry):
    office = country.office(AIRA)
    first = relay_envelope.own_key(office)
    country.settle(3_700)
    second = relay_envelope.own_key(office)
    assert first.public != second.public
    assert relay_envelope.own_private(office, first.public) is first.private
    country.settle(3_700)
    relay_envelope.own_key(office)
    assert first not in office.relay.own


def test_a_key_under_another_seal_is_not_believed(country: WideAreaCountry):
    """Kirishima gives its own key out for Aira's."""
    false = country.call(lambda then: country.office(CHIYODA).ask(KIRISHIMA, RelayKeyRequest(), RelayKey, then, 5_000))
    assert relay_envelope._take_key(country.office(CHIYODA), AIRA, false) is relay_envelope.UNSEALED
    assert relay_envelope._take_key(country.office(CHIYODA), KIRISHIMA, false) == false.public


# -- the operator ---------------------------------------------------------------------------------------------------------


def signed_by(country: WideAreaCountry, office: str, request: Any, **changed: Any) -> OperatorSeal:
    seal = operator_seal.sign(country.office(office), "clerk-7", signed_bytes("sandbox", CHIYODA, AIRA, request))
    return msgspec.structs.replace(seal, **changed)


def test_the_operators_seal_stands_under_this_request_and_no_other(country: WideAreaCountry):
    wanted = country.application()
    request = request_of(wanted, wanted.code, None)
    other = msgspec.structs.replace(request, of=CopyOf.HOUSEHOLD)
    assert refusal(country, crafted(country, request=request, operator=signed_by(country, CHIYODA, other))) is Reason.NO_OPERATOR


FORGED: dict[str, dict[str, Any]] = {
    "another name": {"operator": "clerk-8"},
    "nobody": {"operator": ""},
    "another key": {"public": b"\x30"},
    "a longer shift": {"until_ms": 2**45},
    "no signature": {"signature": b""},
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_operator_is_refused_and_counts_as_a_miss(country: WideAreaCountry, what: str):
    wanted = country.application()
    request = request_of(wanted, wanted.code, None)
    forged = signed_by(country, CHIYODA, request, **FORGED[what])
    assert refusal(country, crafted(country, request=request, operator=forged)) is Reason.NO_OPERATOR
    assert country.log("outcome, counted") == [("no-operator", 2)]


def test_an_operator_of_another_office_does_not_count(country: WideAreaCountry):
    wanted = country.application()
    request = request_of(wanted, wanted.code, None)
    assert refusal(country, crafted(country, request=request, operator=signed_by(country, KIRISHIMA, request))) is Reason.NO_OPERATOR


def test_an_operators_key_ends_with_the_shift(country: WideAreaCountry):
    country.content()
    shift = country.office(CHIYODA).relay.operators["clerk-7"]
    country.settle(SHIFT_MS / 1000 + 1)
    wanted = country.application()
    request = request_of(wanted, wanted.code, None)
    signature = shift.keys.sign(SEAL, b"openjuki/operator/v1\0" + signed_bytes("sandbox", CHIYODA, AIRA, request))
    old = OperatorSeal("clerk-7", shift.public, shift.until_ms, shift.voucher, signature)
    assert refusal(country, crafted(country, request=request, operator=old)) is Reason.NO_OPERATOR
    assert country.content().home == AIRA  # a new shift has a new key
    assert country.office(CHIYODA).relay.operators["clerk-7"] is not shift


# -- the check of identity ------------------------------------------------------------------------------------------------

MISSING: dict[str, tuple[dict[str, Any], Reason]] = {
    "no document": ({"document": None}, Reason.INVALID),
    "an unnamed document": ({"document": PhotoDocument.OTHER}, Reason.INVALID),
    "a code that nobody found": ({"by": CheckedBy.PHOTO_AND_BIRTH}, Reason.INVALID),
    "a code found for a stated code": ({"found": FoundCode("log", 1, b"")}, Reason.INVALID),
    "a card without its proof": ({"by": CheckedBy.CARD, "document": None}, Reason.INVALID),
    "a check that is too old": ({"checked_ms": -EVIDENCE_MS - 1}, Reason.LATE),
    "a check of tomorrow": ({"checked_ms": AHEAD_MS + 1_000}, Reason.LATE),
}


@pytest.mark.parametrize("what", MISSING)
def test_evidence_that_is_not_whole_is_refused_and_counts_as_a_miss(country: WideAreaCountry, what: str):
    changed, reason = MISSING[what]
    wanted = country.application()
    request = request_of(wanted, wanted.code, None)
    if "checked_ms" in changed:
        changed = {"checked_ms": country.now_ms + changed["checked_ms"]}
    forged = msgspec.structs.replace(request, check=msgspec.structs.replace(request.check, **changed))
    assert refusal(country, crafted(country, request=forged)) is reason
    assert country.log("outcome, counted, persons") == [(reason.value, 2, "")]


CARD = {"checked_by": CheckedBy.CARD, "document": None, "card": b"what the card said"}


def test_a_card_is_believed_only_if_the_home_office_can_verify_it(country: WideAreaCountry):
    assert country.why(country.application(**CARD)) == "evidence"
    assert country.log("outcome, counted") == [("invalid", 2)]
    node, heard = country.nodes[AIRA], []

    def verified(transaction: Any, office: Any, asker: str, request: Any) -> bool:
        heard.append((asker, request.check.card))
        return True

    def with_cards(*asked: Any) -> None:
        wide_area_copy.receive(*asked, cards=verified)

    node.tables = node.tables._replace(answers={**node.tables.answers, WideAreaCopyRequest: with_cards})
    assert country.content(country.application(**CARD)).home == AIRA
    assert heard == [(CHIYODA, b"what the card said")]


UNSOUND: dict[str, dict[str, Any]] = {
    "no number": {"number": b""},
    "names with the whole household": {"members": (YOSHIKO,), "of": CopyOf.HOUSEHOLD},
    "no names": {"of": CopyOf.MEMBERS},
    "an item twice": {"extras": (CopyExtra.CODE, CopyExtra.CODE)},
    "a code of no form": {"code": "1"},
    "a name of no form": {"name": "太郎1"},
}


@pytest.mark.parametrize("what", UNSOUND)
def test_a_request_that_no_counter_makes_is_refused(country: WideAreaCountry, what: str):
    wanted = country.application()
    forged = msgspec.structs.replace(request_of(wanted, wanted.code, None), **UNSOUND[what])
    assert refusal(country, crafted(country, request=forged)) is Reason.INVALID


# -- the proof of a code that was found -----------------------------------------------------------------------------------


def searched(country: WideAreaCountry, at: str = CHIYODA) -> FoundCode:
    """What the search for 太郎's code leaves at an office that asked."""
    found: list[Any] = []
    find_code(country.office(at), "clerk-7", country.by_birth(), found.append)
    assert country.agenda.run(lambda: bool(found))
    return found[0].where


def by_search(country: WideAreaCountry, found: FoundCode) -> WideAreaCopyRequest:
    """A request that says that the code was found so."""
    request = request_of(country.by_birth(), country.family[0].code, found)
    return crafted(country, request=request)


def test_control_a_code_that_was_found_is_proved_by_the_log_of_the_office_that_disclosed_it(country: WideAreaCountry):
    found = searched(country)
    assert found.log.startswith("openjuki/provision/centre/")
    assert isinstance(send(country, by_search(country, found)), WideAreaCopy)


@pytest.mark.parametrize("what", ["another office's", "altered", "another place", "another log", "none", "old"])
def test_a_search_that_was_not_made_now_by_this_office_is_no_evidence(country: WideAreaCountry, what: str):
    found = searched(country, KIRISHIMA if what == "another office's" else CHIYODA)
    altered = bytearray(found.proof)
    altered[len(altered) // 2] ^= 1
    forged = {
        "altered": msgspec.structs.replace(found, proof=bytes(altered)), "none": msgspec.structs.replace(found, proof=b""),
        "another place": msgspec.structs.replace(found, index=found.index + 1),
        "another log": msgspec.structs.replace(found, log=found.log.replace("centre", AIRA)),
    }.get(what, found)  # fmt: skip
    if what == "old":
        country.settle(EVIDENCE_MS / 1000 + 1)
    assert refusal(country, by_search(country, forged)) is Reason.INVALID


def test_a_search_that_found_nobody_is_no_evidence(country: WideAreaCountry):
    heard: list[Any] = []
    affair, key = "act:30-7(6)3", QueryKey(name=TARO, birth="1900-01-01")
    query = IdentityQuery(affair, "case", "clerk-7", key, ("code",))
    forwarded_query.ask(country.office(CHIYODA), "centre", query, heard.append)
    assert country.agenda.run(lambda: bool(heard))
    (answer,) = heard
    found = found_code(country.office(CHIYODA), query, answer.persons, answer.time_ms, answer.salt, answer.promise)
    assert refusal(country, by_search(country, found)) is Reason.INVALID


# -- the same evidence again ----------------------------------------------------------------------------------------------


def test_one_check_of_identity_is_good_for_one_request(country: WideAreaCountry):
    wanted = country.application()
    request = request_of(wanted, wanted.code, None)
    send(country, crafted(country, request=request))
    more = msgspec.structs.replace(request, of=CopyOf.HOUSEHOLD, extras=(CopyExtra.CODE,))
    assert refusal(country, crafted(country, request=more)) is Reason.CONFLICT
    assert country.log("outcome, counted") == [("told", 1), ("conflict", 2)]
    assert (AIRA, "relay:evidence:replayed", CHIYODA) in country.told


def test_a_recorded_question_played_back_is_told_to_the_first_asker_alone_and_logged(country: WideAreaCountry):
    message = crafted(country)
    send(country, message)
    send(country, message)
    assert country.log() == [("told",)]
    assert country.look(AIRA, "SELECT told, outcome FROM wide_area_told_again") == [(1, "as before")]


def test_the_same_request_comes_again_so_often_and_not_more(country: WideAreaCountry):
    wanted = country.application()
    request = request_of(wanted, wanted.code, None)
    for _ in range(21):
        send(country, crafted(country, request=request))
    assert refusal(country, crafted(country, request=request)) is Reason.OVER_LIMIT


# -- routes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hub", ["460001", "130001", "centre"])
def test_no_hub_and_no_agency_may_ask_or_be_asked(country: WideAreaCountry, hub: str):
    message = crafted(country)
    for way in ({"sender": hub}, {"to": hub}, {"sender": "pension", "to": "centre"}):
        for asked, reply in ((message, WideAreaCopy), (RelayKeyRequest(), RelayKey)):
            assert refusal(country, asked, reply=reply, **way) is Reason.OFF_ROUTE


def test_the_four_messages_have_one_route_and_it_leads_from_town_to_town():
    for message in MESSAGES:
        if message.__name__ in ("RelayKey", "RelayKeyRequest", "WideAreaCopy", "WideAreaCopyRequest"):
            assert {(route.sender.value, route.receiver.value) for route in message.routes} == {("municipality", "municipality")}
