"""What a clerk of the new office is told when no transfer record comes, and what to do next (転入届の特例を受けられない場合, 令24の2).

Whatever the reason is, the person may still move in with a moving-out certificate on paper.
"""

from openjuki.register.errors import Conflict, NotReady, OpenJukiError, Reason, Refused, Say
from openjuki.register.transfer_record import NoTransfer

ON_PAPER = Say(
    "Have the person bring a moving-out certificate from the old office; the day of this visit stays on record.",
    "転出地から転出証明書の交付を受けて、届出をしてもらってください。本日の届出は記録に残ります。",
)
_SAID = {
    NoTransfer.NOT_ANNOUNCED: Say(
        "the old office has no move announced with this code and card.", "転出地に、この住民票コードとカードによる転出届がありません。"
    ),
    NoTransfer.WITHDRAWN: Say("the moving-out notification was withdrawn.", "転出届は取り消されています。"),
    NoTransfer.ON_PAPER: Say("a moving-out certificate was handed out instead.", "転出証明書が交付されています。"),
    NoTransfer.TOO_LATE: Say(
        "30 days from the planned day, or 14 from the move, have passed.", "転出予定日から30日又は転入日から14日を過ぎています。"
    ),
    NoTransfer.ELSEWHERE: Say(
        "they were recorded in another register since.", "転出届の後、他の市区町村の住民基本台帳に記録されています。"
    ),
}
_ANNOUNCE = Say(
    "Check code and card; the move may have to be announced at the old office first.",
    "住民票コードとカードを確かめ、転出届が済んでいるか転出地に確認してください。",
)
_LINE = Say("the old office cannot be reached now.", "転出地の市区町村と通信できません。")
_LATER = Say(
    "Ask again later, nothing is lost; or have the person bring a certificate on paper.",
    "後で再度照会してください（届出は保存済みです）。急ぐ場合は転出証明書を求めてください。",
)
_PASSING = (Reason.LATE, Reason.BUSY, Reason.RECOVERING, Reason.DIRECTORY_EXPIRED)


def no_transfer(refusal: NoTransfer) -> Conflict:
    """The old office's refusal as an error for the clerk."""
    return Conflict("transfer_record", _SAID[refusal], _ANNOUNCE if refusal is NoTransfer.NOT_ANNOUNCED else ON_PAPER)


def unusable(item: str) -> Conflict:
    """The record cannot be used as it came, or the card is not the one that the old office knows."""
    reason = Say("does not fit the card shown, or cannot be entered.", "提示されたカードと合わないか、記載できない内容です。")
    return Conflict(item, reason, Say("Keep the card, call the old office.", "カードを預かり、転出地の市区町村に連絡してください。"))


def unreached(error: OpenJukiError) -> OpenJukiError:
    """A line that is down or an office that is not open, with what to do; any other error as it is."""
    passing = isinstance(error, NotReady) or (isinstance(error, Refused) and error.code in _PASSING)
    return NotReady("old_office", _LINE, _LATER) if passing else error
