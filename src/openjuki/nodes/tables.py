"""What each kind of office can be asked and told: its whole surface on one screen (受付表; style section 9)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.offices import identity, municipality, outbox, provision
from openjuki.offices.office import Office
from openjuki.procedures import change_notice, code_allotment, identity_query, quarantine
from openjuki.procedures.change_notice import IdentityChange, RecordError
from openjuki.procedures.code_allotment import CodePool, CodePoolRequest
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.procedures.quarantine import Quarantined
from openjuki.wire.message import Message
from openjuki.wire.speech import Speech

MESSAGES: tuple[type[Message], ...] = (
    CodePool, CodePoolRequest, IdentityAnswer, IdentityChange, IdentityQuery, Quarantined, RecordError,
)  # fmt: skip
SPEECH = Speech(MESSAGES)

Answer = Callable[..., None]
Duty = Callable[[Office, float], None]


class Tables(NamedTuple):
    """One kind of office: what it answers, what it is told, what its outbox rows become, what it does by clock, what it stores."""

    answers: Mapping[type[Message], Answer]
    notices: Mapping[type[Message], Callable[..., None]]
    scripts: tuple[str, ...]
    provides: bool = False
    made: Mapping[str, Callable[[bytes], Message]] = {}
    duties: tuple[Duty, ...] = ()
    speech: Speech = SPEECH

    def message_of(self, name: str) -> type[Message]:
        """The message type of a name, in the version sent today."""
        return self.speech.messages[name, 1]

    def while_recovering(self, message: type[Message]) -> bool:
        """Whether a recovering office answers that."""
        return False


_AGENCY = Tables({}, {}, (outbox.SCRIPT,))

TABLES: dict[OfficeKind, Tables] = {
    OfficeKind.MUNICIPALITY: Tables(
        answers={},
        notices={RecordError: change_notice.error_arrives, Quarantined: quarantine.report_arrives},
        scripts=(outbox.SCRIPT + ";\n" + municipality.SCRIPT,),
        made={municipality.CHANGE: change_notice.change_message},
    ),
    OfficeKind.PREFECTURE: Tables(
        answers={IdentityQuery: identity_query.receive},
        notices={
            IdentityChange: change_notice.prefecture_receives,
            RecordError: change_notice.prefecture_passes_error,
            Quarantined: quarantine.report_arrives,
        },
        scripts=(outbox.SCRIPT + ";\n" + identity.SCRIPT + ";\n" + provision.SCRIPT,),
        provides=True,
    ),
    OfficeKind.CENTRE: Tables(
        answers={IdentityQuery: identity_query.receive, CodePoolRequest: code_allotment.allot},
        notices={IdentityChange: change_notice.centre_receives, Quarantined: quarantine.report_arrives},
        scripts=(outbox.SCRIPT + ";\n" + identity.SCRIPT + ";\n" + provision.SCRIPT + ";\n" + code_allotment.SCRIPT,),
        provides=True,
    ),
    OfficeKind.APPENDIX_BODY: _AGENCY,
    OfficeKind.PREFECTURE_ORGAN: _AGENCY,
    OfficeKind.MUNICIPAL_ORGAN: _AGENCY,
}
