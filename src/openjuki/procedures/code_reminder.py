"""A resident finds the code again: the notice is made anew after an identity check (住民票コード通知票の再交付, Act art. 30-2(3), 12(5)).

resident                                municipality
  at the window, with papers
                                        1 remind    identity, that it is oneself (or one's agent), the restraint's word;
                                                    a new slip on the print list, handed over or posted to the recorded address
  <- the slip

The other way is a copy of one's own record asked for with the code (procedures/copy_request.py, `Item.CODE`). The code itself is on the
slip alone: no screen, no answer and no log of this procedure holds it (promise P4). Standard 4.3.3 (j890): notices can be printed again.
"""

from typing import Any, NamedTuple

import msgspec

from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.offices import municipality, outbox, restraint_guard
from openjuki.offices.copy_requests import Authority, Evidence, Party
from openjuki.offices.even_time import evenly
from openjuki.offices.filing import day_until
from openjuki.offices.office import Office, Then
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import address_key, fold_text, key64, name_key

SLIP = "code-again"
"""Kind of the slip on the print list."""
PROOF = frozenset({Evidence.CARD, Evidence.TWO_PAPERS})


class CodeReminder(msgspec.Struct, frozen=True):
    """A resident asks for the own code: name, birth date and address as recorded, what was shown; `agent` acts with `authority`."""

    resident: Party
    requested_on: str
    evidence: Evidence
    agent: Party | None = None
    authority: Authority = Authority.NONE
    case: str = ""
    """Receipt number, by which a restraint is released."""


class CodeSlip(NamedTuple):
    """The slip that was put on the print list; it says the code, this does not."""

    number: int
    posted: bool
    """With an agent it goes by post to the recorded address, not into a hand."""


def remind(office: Office, operator: str, reminder: CodeReminder, then: Then) -> None:
    """Step 1, municipality: make the notice anew; `then` gets the `CodeSlip`, or an OpenJukiError at an even time."""
    office.require_ready()
    even = evenly(office, then)

    def told(outcome: Any) -> None:
        (then if isinstance(outcome, CodeSlip) else even)(outcome)

    office.write(lambda transaction: _remind(transaction, office, operator, reminder), told)


def _remind(transaction: Transaction, office: Office, operator: str, reminder: CodeReminder) -> CodeSlip:
    _check(office, reminder)
    record = _oneself(transaction, reminder.resident)
    asker = Asker.VICTIM if reminder.agent is None else Asker.VICTIM_AGENT
    about = [About(record.person)] if record else []
    word = restraint_guard.judged(transaction, office, WayOut.CODE_NOTICE, asker, about, reminder.case).word
    if record is None or word is not Word.ALLOWED:
        raise restraint_guard.absent()
    municipality.print_slip(transaction, office, record.person, SLIP)
    number = int(transaction.value("SELECT max(id) FROM notice_slip"))
    outbox.record(transaction, office.clock.wall_ms(), "code:notice:again", operator, f"slip {number} {reminder.evidence}")
    return CodeSlip(number, posted=reminder.agent is not None)


def _check(office: Office, reminder: CodeReminder) -> None:
    day_until(reminder.requested_on, "requested_on", office.today())
    if reminder.evidence not in PROOF:
        reason = Say("is missing: the code is for the resident alone.", "がありません。住民票コードは本人にのみ通知します。")
        raise InvalidInput("evidence", reason, Say("Ask for a card or two papers.", "本人確認書類の提示を求めてください。"))
    if reminder.agent is not None and reminder.authority not in (Authority.PROXY, Authority.STATUTE):
        reason = Say("is missing: an agent needs a proxy.", "がありません。代理人には委任状等が必要です。")
        raise InvalidInput("authority", reason, Say("Ask for the proxy.", "委任状の提示を求めてください。"))
    if not reminder.resident.birth or not reminder.resident.address:
        reason = Say("is missing: name, birth date and address are compared.", "がありません。氏名・生年月日・住所を照合します。")
        raise InvalidInput("resident", reason, Say("Have the form filled in.", "申請書の記入を求めてください。"))


def _oneself(transaction: Transaction, who: Party) -> ResidentRecord | None:
    """The one resident of that name, birth date and address."""
    rows = transaction.all("SELECT record FROM person WHERE name_birth = ?", key64(name_key(who.name), who.birth))
    records = [municipality.decode_record(body) for (body,) in rows]
    here = fold_text(who.address)
    fitting = [one for one in records if one.status is Status.RESIDENT and address_key(one.address) == here]
    return fitting[0] if len(fitting) == 1 else None
