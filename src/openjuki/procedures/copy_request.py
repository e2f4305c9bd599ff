"""Copies on request: by oneself, by organs, by others (住民票の写し等の交付請求・申出, Act art. 12, 12-2, 12-3, 20; text of 2013-12).

requester                                   municipality
  on paper or at the window
                                            1 file       identity, authority and reason are there, or a refusal; a receipt
  <- "being examined", always
                                            2 examine    register's desk: whom it means, and the restraint's word
                                              (offices/restraint_guard.py: a release by two, if the word is EXAMINE)
                                            3 decide     the mayor's word with its ground; all is recorded
  <- the items, or the one refusal

Step 1 looks for nobody. Step 3 says the same to who asks for somebody who is not here and for somebody who may not be told of: in the
same words, at an even time. Which it was stands in the record, for the desk and the supervisor. Of somebody who is here and may be told of,
a refusal names its article.
"""

from functools import partial
from typing import Any, NamedTuple

import msgspec

from openjuki.law.restraint import Judgement
from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.offices import copy_requests, municipality, outbox, restraint_guard, supplement
from openjuki.offices.copy_requests import Authority, Decided, Filed, Item, Outcome, Party, Wanted
from openjuki.offices.even_time import evenly
from openjuki.offices.municipality_households import head_of
from openjuki.offices.office import Office, Then
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.offices.supplement_copies import AS_OF_RIGHT, Ground
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import address_key, fold_text, key64, name_key

WAIT = Say("Your request has been taken and is being examined.", "請求を受け付けました。内容を確認しています。")
"""Said to everybody at the end of step 1."""


class CopyReceipt(NamedTuple):
    """What everybody gets whose request has all it needs: a number, and that it is examined."""

    number: int
    tell: Say


class CopyExamination(NamedTuple):
    """For the register's desk: whom a request means, in what part it asks, and the word of the restraints with what may be told."""

    filed: Filed
    asker: Asker
    persons: tuple[int, ...]
    judgement: Judgement
    about: tuple[About, ...]
    """The same persons as a release names them (offices/restraint_guard.py)."""


class CopyVerdict(msgspec.Struct, frozen=True):
    """The mayor's word on a request (相当と認めるか, 不当な目的か), and on what it stands; `person` where a name meant several records."""

    number: int
    proper: bool
    ground: str
    person: int = 0


class CopyGiven(NamedTuple):
    """What may be handed over on a request, and nothing else: records, or members of a supplement; `wanted` says which items.

    Who makes the document names `number` and compares `records` or `members` with it before it goes.
    """

    number: int
    wanted: Wanted
    records: tuple[ResidentRecord, ...]
    supplement: int
    members: tuple[int, ...]
    note: bool


def file(office: Office, operator: str, wanted: Wanted, then: Then) -> None:
    """Step 1: take a request; `then` gets the `CopyReceipt`, or InvalidInput for what it lacks."""
    office.require_ready()
    office.write(lambda transaction: _file(transaction, office, operator, wanted), then)


def _file(transaction: Transaction, office: Office, operator: str, wanted: Wanted) -> CopyReceipt:
    copy_requests.check(wanted)
    filed = copy_requests.keep(transaction, office, operator, wanted)
    outbox.record(transaction, filed.received_ms, "copy:request:filed", operator, f"{filed.case} {wanted.paper} {wanted.ground}")
    return CopyReceipt(filed.number, WAIT)


def examine(transaction: Transaction, office: Office, number: int, person: int = 0) -> CopyExamination:
    """Step 2, register's desk: whom a request means; nobody is empty, not an error. `person` chooses one of several records."""
    filed = copy_requests.filed(transaction, number)
    if filed.wanted.paper is WayOut.ADDRESS_SUPPLEMENT:
        return _examine_supplement(transaction, office, filed)
    meant = _subject(transaction, filed.wanted)
    chosen = [record for record in meant if not person or record.person == person]
    subject = chosen[0] if len(chosen) == 1 else None
    shown = _all_shown(transaction, filed.wanted, subject) if subject else chosen
    asker = _asker(transaction, filed.wanted, shown)
    about = tuple(About(record.person) for record in (*shown, *_heads(transaction, filed.wanted, shown)))
    judgement = restraint_guard.judged(transaction, office, filed.wanted.paper, asker, about, filed.case)
    return CopyExamination(filed, asker, tuple(record.person for record in shown), judgement, about)


def _subject(transaction: Transaction, wanted: Wanted) -> list[ResidentRecord]:
    """Records with the subject's name, and the birth date or address that were given."""
    subject = wanted.subject
    by_birth = "SELECT record FROM person WHERE name_birth = ?"
    rows = transaction.all(by_birth, key64(name_key(subject.name), subject.birth)) if subject.birth else []
    if not rows:
        by_address = "SELECT record FROM person WHERE name_address = ?"
        rows = transaction.all(by_address, key64(name_key(subject.name), fold_text(subject.address)))
    records = [municipality.decode_record(body) for (body,) in rows]
    present = wanted.paper is not WayOut.REMOVED_RECORD_COPY
    return [one for one in records if one.status is not Status.ANNULLED and (one.status is Status.RESIDENT) is present]


def _all_shown(transaction: Transaction, wanted: Wanted, subject: ResidentRecord) -> list[ResidentRecord]:
    return municipality.members(transaction, subject.household) if wanted.household else [subject]


def _heads(transaction: Transaction, wanted: Wanted, shown: list[ResidentRecord]) -> list[ResidentRecord]:
    """Of whom the copy says that they head the household, where they are not on it themselves."""
    if Item.RELATIONSHIP not in wanted.items:
        return []
    there = {record.person for record in shown}
    named = [record for record in shown[:1] if record.relationship != HOUSEHOLDER]
    heads = [head_of(transaction, record.household) for record in named]
    return [head for head in heads if head is not None and head.person not in there]


def _asker(transaction: Transaction, wanted: Wanted, shown: list[ResidentRecord]) -> Asker:
    """In what part a request asks; whoever is named as abuser, or acts for one, does so whatever the form says."""
    acting = [party for party in (wanted.presenter, Party(wanted.client) if wanted.client else None) if party is not None]
    if _named(transaction, shown, wanted.requester):
        return Asker.ABUSER_AGENT if wanted.presenter is not None else Asker.ABUSER
    if any(_named(transaction, shown, party) for party in acting):
        return Asker.ABUSER_AGENT
    if wanted.ground is Ground.OWN:
        return _own(transaction, wanted, shown)
    return {Ground.PUBLIC_BODY: Asker.PUBLIC_BODY, Ground.PROFESSIONAL: Asker.PROFESSIONAL}.get(wanted.ground, Asker.THIRD_PARTY)


def _named(transaction: Transaction, shown: list[ResidentRecord], party: Party) -> bool:
    return any(restraint_guard.named_as_abuser(transaction, About(record.person), party.name, party.birth) for record in shown)


def _own(transaction: Transaction, wanted: Wanted, shown: list[ResidentRecord]) -> Asker:
    """Oneself, one's agent, a member of the household; nobody of it is a third party, who has no right under art. 12."""
    who = wanted.requester
    if any(_is(who, record) for record in shown) and (len(shown) == 1 or wanted.presenter is None):
        return Asker.VICTIM_AGENT if wanted.presenter is not None else Asker.VICTIM
    household = [one for record in shown[:1] for one in municipality.members(transaction, record.household)]
    return Asker.FAMILY if any(_is(who, record) for record in household) else Asker.THIRD_PARTY


def _is(who: Party, record: ResidentRecord) -> bool:
    """Whether a party is the person of a record: the name, and the birth date or, without one, the address."""
    if name_key(who.name) != name_key(record.name):
        return False
    return who.birth == record.birth if who.birth else fold_text(who.address) == address_key(record.address)


def _examine_supplement(transaction: Transaction, office: Office, filed: Filed) -> CopyExamination:
    wanted = filed.wanted
    found = supplement.find(transaction, wanted.subject.address, wanted.subject.name)
    kept = found[0] if found else None
    members = [member for member in (kept.members if kept else ()) if not wanted.members or member.number in wanted.members]
    about = tuple(About(supplement=kept.number, member=member.number) for member in members) if kept else ()
    asker = _asker_of_supplement(transaction, wanted, [member.name for member in members], about)
    judgement = restraint_guard.judged(transaction, office, wanted.paper, asker, about, filed.case)
    return CopyExamination(filed, asker, tuple(member.number for member in members), judgement, about)


def _asker_of_supplement(transaction: Transaction, wanted: Wanted, members: list[str], about: tuple[About, ...]) -> Asker:
    parties = [wanted.requester, *([wanted.presenter] if wanted.presenter else []), *([Party(wanted.client)] if wanted.client else [])]
    named = [any(restraint_guard.named_as_abuser(transaction, one, party.name, party.birth) for one in about) for party in parties]
    if any(named):
        return Asker.ABUSER if named[0] and wanted.presenter is None else Asker.ABUSER_AGENT
    if wanted.ground is Ground.OWN:
        is_member = any(name_key(wanted.requester.name) == name_key(name) for name in members)
        own = Asker.VICTIM if is_member and len(members) == 1 else Asker.FAMILY
        return Asker.VICTIM_AGENT if wanted.presenter is not None else own
    return {Ground.PUBLIC_BODY: Asker.PUBLIC_BODY, Ground.PROFESSIONAL: Asker.PROFESSIONAL}.get(wanted.ground, Asker.THIRD_PARTY)


def decide(office: Office, operator: str, verdict: CopyVerdict, then: Then) -> None:
    """Step 3: the mayor's word; `then` gets `CopyGiven`, or at an even time the one refusal that says nothing of why."""
    office.require_ready()
    even = evenly(office, then)

    def told(outcome: Any) -> None:
        even(refusal(outcome) if isinstance(outcome, Outcome) else outcome)

    office.write(partial(_decide, office=office, operator=operator, verdict=verdict), told)


def refusal(outcome: Outcome) -> Conflict:
    """What is said to who asked: of nobody and of who may not be told of the same."""
    if outcome is not Outcome.NOT_PROPER:
        return restraint_guard.absent()
    reason = Say("the mayor does not find it proper (Act art. 12(6), 12-3(1), 20(3)).", "相当と認められません（法12条、12条の3、20条）。")
    return Conflict("request", reason, Say("Ask the office for the reason in writing.", "理由は書面で通知します。"))


def _decide(transaction: Transaction, office: Office, operator: str, verdict: CopyVerdict) -> CopyGiven | Outcome:
    """The decision is written in any case, so a refusal is a result here and no error that would undo it."""
    if not verdict.ground.strip():
        reason = Say("is missing: a decision stands on something.", "がありません。決定の根拠が必要です。")
        raise InvalidInput("ground", reason, Say("Write the article and why.", "根拠条文と理由を入力してください。"))
    examined = examine(transaction, office, verdict.number, verdict.person)
    outcome = _outcome(examined, verdict)
    now_ms, case = office.clock.wall_ms(), examined.filed.case
    decided = Decided(now_ms, operator, outcome, verdict.ground.strip(), examined.asker, examined.persons)
    copy_requests.write_decision(transaction, verdict.number, decided)
    outbox.record(transaction, now_ms, f"copy:request:{outcome}", operator, case)
    return _given(transaction, examined) if outcome is Outcome.GIVEN else outcome


def _outcome(examined: CopyExamination, verdict: CopyVerdict) -> Outcome:
    wanted = examined.filed.wanted
    if not examined.persons:
        return Outcome.NOT_HERE
    if examined.judgement.word is not Word.ALLOWED:
        return Outcome.RESTRAINED
    stranger = wanted.ground is Ground.OWN and examined.asker is Asker.THIRD_PARTY
    return Outcome.GIVEN if verdict.proper and not stranger else Outcome.NOT_PROPER


def _given(transaction: Transaction, examined: CopyExamination) -> CopyGiven:
    filed, persons = examined.filed, examined.persons
    if filed.wanted.paper is WayOut.ADDRESS_SUPPLEMENT:
        (kept, *_) = supplement.find(transaction, filed.wanted.subject.address, filed.wanted.subject.name)
        return CopyGiven(filed.number, filed.wanted, (), kept.number, persons, examined.judgement.note)
    records = tuple(municipality.record_of(transaction, person) for person in persons)
    return CopyGiven(filed.number, filed.wanted, records, 0, (), examined.judgement.note)


def needs_finding(wanted: Wanted) -> bool:
    """Whether the mayor has to find a request proper; the others go as of right, unless the purpose is clearly unjust (Act art. 12(6))."""
    return wanted.ground not in AS_OF_RIGHT or wanted.authority is Authority.ENGAGEMENT
