"""What each kind of office can be asked and told: its whole surface on one screen (受付表; style section 9)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.nodes import ordinance_files
from openjuki.nodes.register_link import ledger, messages, sweeping
from openjuki.offices import (
    card_applications,
    card_holders,
    card_issue,
    card_issue_fees,
    card_issue_services,
    card_keys,
    card_presented,
    card_states,
    card_told,
    copy_requests,
    guidance,
    handling_notes,
    history,
    identity,
    inspections,
    issued_documents,
    municipality,
    municipality_kept,
    municipality_provisional,
    operators,
    outbox,
    passing,
    provision,
    registrar,
    relay_envelope,
    resident_index,
    resident_record_notices,
    restraints,
    retention_letters,
    retention_trace,
    retention_traffic,
    retention_years,
    savings,
    services,
    submissions,
    supplement,
    transfer_arrivals,
    transfer_notices,
    transfers,
    wide_area,
    wide_area_requests,
)
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.outbox import Told
from openjuki.offices.recovery import Missing
from openjuki.offices.relay_envelope import RelayKey, RelayKeyRequest
from openjuki.offices.retention_batch import Sweep
from openjuki.offices.store import Transaction
from openjuki.procedures import (
    card_event,
    card_life,
    card_recovery,
    card_state_query,
    change_notice,
    code_allotment,
    dated_telling,
    enrolment,
    forwarded_query,
    identity_query,
    move_in_notice,
    one_visit_move,
    quarantine,
    recovery,
    resident_record_notice,
    restraint_notice,
    supplement_notices,
    supplement_transfer,
    wide_area_copy,
)
from openjuki.procedures import guidance as letters
from openjuki.procedures.card_event import CardEvent
from openjuki.procedures.card_recovery import BucketCards, HeldCards
from openjuki.procedures.card_state_query import CardState, CardStateQuery
from openjuki.procedures.change_notice import IdentityChange, RecordError
from openjuki.procedures.code_allotment import CodePool, CodePoolRequest
from openjuki.procedures.enrolment import DirectoryGiven, DirectoryPull, EnrolmentState, OfficeEnrol
from openjuki.procedures.forwarded_query import ForwardedQuery
from openjuki.procedures.guidance import GuidanceAnswer, GuidanceGiven
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.procedures.move_in_notice import MoveInNotice, TransferConfirmed
from openjuki.procedures.one_visit_move import TransferRecord, TransferRecordRequest
from openjuki.procedures.quarantine import Quarantined
from openjuki.procedures.recovery import BucketRecords, HeldRecords, OutboxPosition, OutboxPositionIs
from openjuki.procedures.resident_record_notice import ResidentRecordNotice
from openjuki.procedures.restraint_notice import RestraintNotice
from openjuki.procedures.supplement_notices import AddressSupplementNotice, SupplementMismatch
from openjuki.procedures.supplement_transfer import SupplementTransfer
from openjuki.procedures.wide_area_copy import WideAreaCopy, WideAreaCopyRequest
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message
from openjuki.wire.seal import Carried
from openjuki.wire.speech import Speech

MESSAGES: tuple[type[Message], ...] = (
    AddressSupplementNotice, BucketCards, BucketRecords, CardEvent, CardState, CardStateQuery,
    CodePool, CodePoolRequest, DirectoryGiven, DirectoryPull, EnrolmentState, ForwardedQuery, GuidanceAnswer, GuidanceGiven,
    HeldCards, HeldRecords, IdentityAnswer, IdentityChange, IdentityQuery, MoveInNotice, OfficeEnrol, OutboxPosition, OutboxPositionIs,
    Quarantined, RecordError, RelayKey, RelayKeyRequest, ResidentRecordNotice, RestraintNotice, SupplementMismatch, SupplementTransfer,
    TransferConfirmed, TransferRecord, TransferRecordRequest, WideAreaCopy, WideAreaCopyRequest,
)  # fmt: skip
SPEECH = Speech(MESSAGES)

Answer = Callable[..., None]
Take = Callable[[Transaction, Office, Sequence[Told]], None]
"""Takes notices of one type that came one after another."""
Duty = Callable[[Office], None]
"""Called about once a second."""


def each(step: Callable[[Transaction, Office, Entry, Any, Carried], None]) -> Take:
    """A step for one notice as one for several: in their order."""

    def take(transaction: Transaction, office: Office, told: Sequence[Told]) -> None:
        for one in told:
            step(transaction, office, *one)

    return take


Recover = Callable[[Office, Then], None]
"""How an office hears its peers after a restore; `then` gets Missing or an error to be called again."""


def both(first: Recover, second: Recover) -> Recover:
    """The second once the first has heard all of its own."""

    def recover(office: Office, then: Then) -> None:
        first(office, lambda outcome: then(outcome) if failed(outcome) or isinstance(outcome, Missing) else second(office, then))

    return recover


class Tables(NamedTuple):
    """One kind of office: what it answers, what it is told, what its outbox rows become, what it does by clock, what it stores."""

    answers: Mapping[type[Message], Answer]
    notices: Mapping[type[Message], Take]
    scripts: tuple[str, ...]
    provides: bool = False
    made: Mapping[str, Callable[[bytes], Message]] = {}
    duties: tuple[Duty, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    """What a sweep takes away when its time is over."""
    recover: Recover = lambda office, then: then(True)
    speech: Speech = SPEECH

    def message_of(self, name: str) -> type[Message]:
        """The message type of a name, in the version sent today."""
        return self.speech.messages[name, 1]

    def while_recovering(self, message: type[Message]) -> bool:
        """Whether a recovering office answers that: only what other recovering offices need."""
        return message is OutboxPosition


_AGENCY = Tables({}, {}, (outbox.SCRIPT, savings.SCRIPT), duties=(savings.keep,))

TABLES: dict[OfficeKind, Tables] = {
    OfficeKind.MUNICIPALITY: Tables(
        answers={
            IdentityQuery: identity_query.receive,
            BucketRecords: recovery.held,
            OutboxPosition: recovery.position,
            RelayKeyRequest: relay_envelope.give_key,
            WideAreaCopyRequest: wide_area_copy.receive,
            TransferRecordRequest: one_visit_move.receive,
        },
        notices={
            RecordError: each(change_notice.error_arrives),
            Quarantined: each(messages.report_arrives),
            MoveInNotice: each(move_in_notice.notice_arrives),
            AddressSupplementNotice: each(supplement_notices.notice_arrives),
            SupplementMismatch: each(supplement_notices.mismatch_arrives),
            SupplementTransfer: each(supplement_transfer.transfer_arrives),
            ResidentRecordNotice: each(resident_record_notice.notice_arrives),
            RestraintNotice: each(restraint_notice.notice_arrives),
            GuidanceGiven: each(letters.given_arrives),
        },
        scripts=(
            outbox.SCRIPT + ";\n" + municipality.SCRIPT,
            municipality_provisional.SCRIPT,
            provision.SCRIPT,
            history.SCRIPT,
            ledger.SCRIPT,
            supplement.SCRIPT,
            resident_record_notices.SCRIPT,
            retention_trace.SCRIPT,
            restraints.SCRIPT,
            copy_requests.SCRIPT + ";\n" + inspections.SCRIPT,
            wide_area.SCRIPT + ";\n" + wide_area_requests.SCRIPT,
            operators.SCRIPT + ";\n" + submissions.SCRIPT + ";\n" + resident_index.SCRIPT,
            services.SCRIPT + ";\n" + savings.SCRIPT + ";\n" + savings.LETTER_SCRIPT,
            transfer_notices.SCRIPT,
            issued_documents.SCRIPT,
            transfers.SCRIPT + ";\n" + transfer_arrivals.SCRIPT,
            municipality_kept.LAST_DAY_SCRIPT,
            card_states.SCRIPT,
            ";\n".join((card_applications.SCRIPT, card_issue_fees.SCRIPT, card_holders.SCRIPT, card_issue.SCRIPT)),
            card_keys.SCRIPT,
            guidance.SCRIPT,
            card_issue_services.SCRIPT + ";\n" + card_issue_fees.VERSION_SCRIPT,
            guidance.LETTER_SCRIPT + ";\n" + retention_years.SCRIPT,
            card_issue_services.PIN_SCRIPT,
            card_states.HEARD_SCRIPT,
        ),
        provides=True,
        made={municipality.CHANGE: change_notice.change_message},
        recover=both(recovery.ask_held, card_recovery.ask_cards),
        duties=(ordinance_files.keep, dated_telling.keep, restraint_notice.keep, savings.keep, one_visit_move.keep, card_life.keep),
        sweeps=sweeping.SWEEPS,
    ),
    OfficeKind.PREFECTURE: Tables(
        answers={
            IdentityQuery: identity_query.receive,
            ForwardedQuery: forwarded_query.receive,
            BucketRecords: recovery.held,
            BucketCards: card_recovery.held,
            OutboxPosition: recovery.position,
        },
        notices={
            IdentityChange: change_notice.prefecture_receives,
            RecordError: each(change_notice.prefecture_passes_error),
            TransferConfirmed: each(move_in_notice.prefecture_hears),
            CardEvent: each(card_event.prefecture_receives),
            GuidanceAnswer: each(letters.answer_arrives),
            Quarantined: each(quarantine.report_arrives),
        },
        scripts=(
            outbox.SCRIPT + ";\n" + identity.SCRIPT + ";\n" + provision.SCRIPT,
            passing.SCRIPT,
            retention_trace.SCRIPT,
            identity.ASKED_SCRIPT,
            operators.SCRIPT,
            transfer_notices.HUB_SCRIPT,
            handling_notes.SCRIPT,
            card_told.SCRIPT,
            guidance.SCRIPT,
            guidance.LETTER_SCRIPT,
            card_told.TWINS_SCRIPT,
        ),
        provides=True,
        made={identity.LOST_BEFORE: change_notice.loss_message},
        recover=both(recovery.ask_both, card_recovery.ask_cards),
        duties=(recovery.ask_named, ordinance_files.keep),
        sweeps=(*retention_traffic.HUB_SWEEPS, retention_letters.sweep_guidance),
    ),
    OfficeKind.CENTRE: Tables(
        answers={
            IdentityQuery: identity_query.receive,
            ForwardedQuery: forwarded_query.receive,
            CodePoolRequest: code_allotment.allot,
            BucketRecords: recovery.held,
            BucketCards: card_recovery.held,
            CardStateQuery: card_state_query.receive,
            OfficeEnrol: enrolment.receive,
            DirectoryPull: enrolment.give,
        },
        notices={
            IdentityChange: change_notice.centre_receives,
            CardEvent: each(card_event.centre_receives),
            Quarantined: each(quarantine.report_arrives),
        },
        scripts=(
            outbox.SCRIPT + ";\n" + identity.SCRIPT + ";\n" + provision.SCRIPT + ";\n" + code_allotment.SCRIPT + ";\n" + registrar.SCRIPT,
            retention_trace.SCRIPT,
            identity.ASKED_SCRIPT,
            handling_notes.SCRIPT,
            card_told.SCRIPT,
            card_presented.SCRIPT,
            card_told.TWINS_SCRIPT,
        ),
        provides=True,
        made={identity.LOST_BEFORE: change_notice.loss_message},
        recover=recovery.ask_positions,
        duties=(recovery.ask_named, enrolment.keep_head),
        sweeps=retention_traffic.HUB_SWEEPS,
    ),
    OfficeKind.APPENDIX_BODY: _AGENCY,
    OfficeKind.PREFECTURE_ORGAN: _AGENCY,
    OfficeKind.MUNICIPAL_ORGAN: _AGENCY,
}
