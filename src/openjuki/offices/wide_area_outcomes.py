"""What became of an application for a wide-area copy, in the clerk's words (広域交付の結果, Act art. 12-4)."""

from enum import StrEnum
from typing import Any

import msgspec

from openjuki.register.errors import NotReady, Reason, Refused, Say
from openjuki.register.wide_area_copy import CopyContent


class Why(StrEnum):
    """Why there is no copy; those of `NoCopy` are the home office's word."""

    NOT_HERE = "not-here"
    NAME_DIFFERS = "name-differs"
    CODE_CHANGED = "code-changed"
    MEMBER_NOT_HERE = "member-not-here"
    MOVED_OUT = "moved-out"
    DEAD = "dead"
    CLOSED = "closed"
    NOT_FOUND = "not-found"
    """The identity query did not find one person who lives there."""
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    BUSY = "busy"
    RECOVERING = "recovering"
    BUDGET = "budget"
    EVIDENCE = "evidence"
    TRUST = "trust"
    UNPROVED = "unproved"
    DECLINED = "declined"
    FAILED = "failed"


class Copy(msgspec.Struct, frozen=True):
    """The home mayor's notice from which the copy is made (令15-4(1)); its closing note names `home` and `content.told_on`."""

    number: bytes
    home: str
    content: CopyContent


class NotCopied(msgspec.Struct, frozen=True):
    """There is no copy: why, what to say, what to do; `again` if the very same application may be handed in again."""

    why: Why
    reason: Say
    remedy: Say
    again: bool


_WORDS: dict[Why, tuple[Say, Say, bool]] = {
    Why.NOT_HERE: (
        Say("With these particulars nothing can be given.", "この内容では交付できません。"),
        Say(
            "Check municipality, code and name with the requester; otherwise ask at the office of the residence.",
            "住所地、住民票コード、氏名を請求者に確かめてください。違いがなければ住所地の窓口でおたずねください。",
        ),
        False,
    ),
    Why.NAME_DIFFERS: (
        Say("The code is not that of the requester.", "請求者の住民票コードではありません。"),
        Say("Compare name and code with the document.", "氏名と住民票コードを書類と照らしてください。"),
        False,
    ),
    Why.CODE_CHANGED: (
        Say("The code has been changed.", "住民票コードは変更されています。"),
        Say("Ask for the new code, or for birth date and sex.", "新しいコードか、生年月日と男女の別を確かめてください。"),
        False,
    ),
    Why.MEMBER_NOT_HERE: (
        Say("Somebody named is not of the requester's household.", "請求者の世帯にない者が含まれています。"),
        Say("Check whom the copy is to show.", "写しに載せる者を確かめてください。"),
        False,
    ),
    Why.MOVED_OUT: (
        Say("The requester has moved out of that municipality.", "住所地から転出しています。"),
        Say("Ask the municipality of the present address.", "現在の住所地の市区町村に請求してください。"),
        False,
    ),
    Why.DEAD: (
        Say("The record is that of somebody who has died.", "死亡により消除されています。"),
        Say("Keep the document; call the supervisor.", "書類を預かり、責任者に連絡してください。"),
        False,
    ),
    Why.CLOSED: (
        Say("The office of the residence is closed at this hour.", "住所地の市区町村は取扱時間外です。"),
        Say("See its hours on the page of services.", "取扱時間を確かめ、時間内にやり直してください。"),
        True,
    ),
    Why.NOT_FOUND: (
        Say("Nobody was found by name, birth date and sex.", "氏名、生年月日、男女の別では見つかりません。"),
        Say(
            "Check them, the municipality and its hours; or ask for the code.",
            "内容、住所地とその取扱時間を確かめるか、住民票コードを確かめてください。",
        ),
        False,
    ),
    Why.UNREACHABLE: (
        Say("The office of the residence cannot be reached.", "住所地の市区町村に接続できません。"),
        Say("Nothing is lost: hand in the same again.", "入力は残っています。しばらく待って再送してください。"),
        True,
    ),
    Why.SLOW: (
        Say("The office of the residence did not answer in time.", "住所地の市区町村から時間内に回答がありません。"),
        Say("Nothing is lost: hand in the same again; nothing is done twice.", "再送してください。二重に処理されることはありません。"),
        True,
    ),
    Why.BUSY: (
        Say("The office of the residence has too much to do.", "住所地の市区町村が混み合っています。"),
        Say("Wait a moment and hand in the same again.", "少し待って再送してください。"),
        True,
    ),
    Why.RECOVERING: (
        Say("The office of the residence is being restored.", "住所地の市区町村は復旧作業中です。"),
        Say("Hand in the same again later.", "後で再送してください。"),
        True,
    ),
    Why.BUDGET: (
        Say("Too much was asked from here.", "照会の上限に達しました。"),
        Say("Call the supervisor: the other office has raised an alarm.", "責任者に連絡してください。相手方で警報が出ています。"),
        False,
    ),
    Why.EVIDENCE: (
        Say("The other office did not accept the check of identity.", "本人確認の記録が受け付けられません。"),
        Say("Look at the document again and begin a new application.", "本人確認をやり直し、新しい請求として受け付けてください。"),
        False,
    ),
    Why.TRUST: (
        Say("The two offices do not trust each other's directory or seals at present.", "名簿か封印を確かめられません。"),
        Say("Call the operator of the system.", "運用担当に連絡してください。"),
        True,
    ),
    Why.UNPROVED: (
        Say("What came does not bear the seal of the office asked.", "回答に住所地の市区町村の封印がありません。"),
        Say("Do not use it; call the operator of the system.", "使わずに運用担当に連絡してください。"),
        True,
    ),
    Why.DECLINED: (
        Say("The copy is not issued.", "交付しません。"),
        Say("Tell the requester why.", "理由を請求者に説明してください。"),
        False,
    ),
    Why.FAILED: (
        Say("The other office could not do it.", "相手方で処理できませんでした。"),
        Say("Hand in the same again; if it stays so, call that office.", "再送し、続くときは相手方に連絡してください。"),
        True,
    ),
}
_OF_REFUSALS = {
    Reason.LATE: Why.SLOW, Reason.BUSY: Why.BUSY, Reason.RECOVERING: Why.RECOVERING, Reason.OVER_LIMIT: Why.BUDGET,
    Reason.TOO_MANY_MISSES: Why.BUDGET, Reason.INVALID: Why.EVIDENCE, Reason.NO_OPERATOR: Why.EVIDENCE, Reason.CONFLICT: Why.EVIDENCE,
    Reason.BAD_SEAL: Why.TRUST, Reason.DIRECTORY_EXPIRED: Why.TRUST, Reason.UNTRUSTED: Why.TRUST, Reason.WRONG_OFFICE: Why.TRUST,
    Reason.WRONG_REALM: Why.TRUST,
}  # fmt: skip
_STALE = "12-4(1)"
"""The article of a refusal of evidence; LATE under it means that the check of identity is too old."""


def not_copied(why: Why) -> NotCopied:
    """The outcome with its words."""
    reason, remedy, again = _WORDS[why]
    return NotCopied(why, reason, remedy, again)


def refused_by(error: Any, *, finding: bool = False) -> NotCopied:
    """What an error of the line or of the other office means at the counter; `finding` if it came from the search for the code."""
    if isinstance(error, NotReady):
        return not_copied(Why.UNREACHABLE)
    if not isinstance(error, Refused):
        return not_copied(Why.FAILED if finding else Why.UNPROVED)
    if error.code is Reason.LATE and error.article == _STALE:
        return not_copied(Why.EVIDENCE)
    if finding and error.code in (Reason.TOO_MANY, Reason.NOT_FOUND):
        return not_copied(Why.NOT_FOUND)
    return not_copied(_OF_REFUSALS.get(error.code, Why.FAILED))
