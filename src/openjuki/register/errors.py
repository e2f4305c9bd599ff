"""The error tree: what went wrong, with which item, and who must do what next (エラー; Act art. 30-7 for refusals).

    OpenJukiError                 anything this software says no to
    ├── InvalidInput              an item that came in cannot be recorded: item, reason, remedy
    │   └── Unrecordable          it holds characters that cannot: which, by their names
    ├── Refused                   a question or message that the law or the wire does not allow: a member of `Reason`
    ├── Conflict                  the register already says otherwise (a stale version, a code already given)
    ├── NotReady                  try later: closed directory, recovering office, no link
    └── Broken                    a promise of our own was broken: bad seal, bad proof, bad checksum

Texts hold no personal data: an item is named, its value is not repeated.
"""

from enum import StrEnum
from typing import NamedTuple


class Say(NamedTuple):
    """One sentence in the two languages of the house."""

    en: str
    ja: str


class OpenJukiError(Exception):
    """Root of the tree; `item` names what is concerned, `reason` says why, `remedy` who must do what next."""

    exit_code = 1

    def __init__(self, item: str, reason: Say, remedy: Say) -> None:
        super().__init__(f"{item}: {reason.en} {remedy.en}")
        self.item, self.reason, self.remedy = item, reason, remedy

    def text(self, language: str = "en") -> str:
        """The error for a person: item, reason, remedy, in `language` "en" or "ja"."""
        if language == "ja":
            return f"{self.item}: {self.reason.ja} {self.remedy.ja}"
        return f"{self.item}: {self.reason.en} {self.remedy.en}"


class InvalidInput(OpenJukiError):
    """An item that came in cannot be recorded as it is."""


class Unrecordable(InvalidInput):
    """An item holds characters that cannot be recorded: `signs`, each once. The texts name them by code and number."""

    def __init__(self, item: str, reason: Say, remedy: Say, signs: tuple[str, ...]) -> None:
        super().__init__(item, reason, remedy)
        self.signs = signs


class Conflict(OpenJukiError):
    """The register already says otherwise."""


class NotReady(OpenJukiError):
    """Not now: try again later."""

    exit_code = 75


class Broken(OpenJukiError):
    """A seal, proof or checksum does not hold; never retried silently."""


class Reason(StrEnum):
    """The closed set of refusals that may cross the wire; each has its remedy in `REMEDIES`."""

    OFF_ROUTE = "off-route"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_VERSION = "unknown-version"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    WRONG_REALM = "wrong-realm"
    WRONG_OFFICE = "wrong-office"
    UNTRUSTED = "untrusted"
    DIRECTORY_EXPIRED = "directory-expired"
    LATE = "late"
    BUSY = "busy"
    RECOVERING = "recovering"
    BAD_SEAL = "bad-seal"
    INVALID = "invalid"
    AFFAIR_NOT_LISTED = "affair-not-listed"
    AFFAIR_NOT_YOURS = "affair-not-yours"
    ROUTE_NOT_LAWFUL = "route-not-lawful"
    FIELD_NOT_ALLOWED = "field-not-allowed"
    KEY_NOT_ALLOWED = "key-not-allowed"
    NO_CASE = "no-case"
    NO_OPERATOR = "no-operator"
    TOO_MANY = "too-many"
    OVER_LIMIT = "over-limit"
    TOO_MANY_MISSES = "too-many-misses"
    UNLOGGED = "unlogged"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    FAILED = "failed"


class Refused(OpenJukiError):
    """A typed refusal: its reason is one of a closed set and stands on an article or a section of the protocol."""

    exit_code = 4

    def __init__(self, code: Reason, article: str) -> None:
        super().__init__(code.value, Say(f"refused ({article}).", f"できません（{article}）。"), REMEDIES[code])
        self.code, self.article = code, article


REMEDIES: dict[Reason, Say] = {
    Reason.OFF_ROUTE: Say("Send this only where its route leads.", "この電文は定められた経路でのみ送れます。"),
    Reason.UNKNOWN_TYPE: Say("Update the sender: this office does not speak that message.", "送信側を更新してください。"),
    Reason.UNKNOWN_VERSION: Say("Send a version that this office speaks.", "受信側が扱う版で送り直してください。"),
    Reason.MALFORMED: Say("Correct the message and send it again.", "電文を直して送り直してください。"),
    Reason.TOO_LARGE: Say("Split the message.", "電文を分けて送ってください。"),
    Reason.WRONG_REALM: Say("Use the network of your own realm.", "所属する運用区分の網を使ってください。"),
    Reason.WRONG_OFFICE: Say("Check the directory for the office's address.", "名簿で宛先を確かめてください。"),
    Reason.UNTRUSTED: Say("Enrol the office or renew its certificate.", "登録または証明書の更新が必要です。"),
    Reason.DIRECTORY_EXPIRED: Say("Pull a fresh directory from the centre.", "全国センターから新しい名簿を取得してください。"),
    Reason.LATE: Say("Ask again with a longer deadline.", "期限を延ばして再度照会してください。"),
    Reason.BUSY: Say("Wait and ask again.", "しばらく待って再度照会してください。"),
    Reason.RECOVERING: Say("Wait until the office has recovered.", "復旧が終わるまでお待ちください。"),
    Reason.BAD_SEAL: Say("Have the origin seal and send it again.", "発信元で封印し直して送ってください。"),
    Reason.INVALID: Say("Correct the item named and send it again.", "示された項目を直して送り直してください。"),
    Reason.AFFAIR_NOT_LISTED: Say("Only affairs of the appendices or an ordinance are served.", "別表または条例にある事務に限られます。"),
    Reason.AFFAIR_NOT_YOURS: Say("Ask for an affair that the Act gives to your body.", "貴機関に認められた事務で照会してください。"),
    Reason.ROUTE_NOT_LAWFUL: Say("Ask the office that the Act names for this affair.", "法の定める提供元に照会してください。"),
    Reason.FIELD_NOT_ALLOWED: Say("Ask only for the items of this affair.", "この事務に認められた項目だけを求めてください。"),
    Reason.KEY_NOT_ALLOWED: Say("Ask with a key set of this affair.", "この事務に認められた照会条件を使ってください。"),
    Reason.NO_CASE: Say("Give the case or receipt number.", "受付番号を付けてください。"),
    Reason.NO_OPERATOR: Say("Name an operator whose task this is.", "この事務を担当する操作者を示してください。"),
    Reason.TOO_MANY: Say("Narrow the conditions.", "条件を絞ってください。"),
    Reason.OVER_LIMIT: Say("Wait for the next period or ask for a higher limit.", "次の期間まで待つか上限の変更を申請してください。"),
    Reason.TOO_MANY_MISSES: Say("Check the numbers; ask the office's supervisor.", "番号を確かめ、責任者に連絡してください。"),
    Reason.UNLOGGED: Say("The log cannot be written; call the office asked.", "記録できません。照会先の運用担当に連絡してください。"),
    Reason.NOT_FOUND: Say("Check the conditions.", "条件を確かめてください。"),
    Reason.CONFLICT: Say("Read the present state and decide again.", "現在の状態を確かめてやり直してください。"),
    Reason.FAILED: Say("Call the operator of the office asked.", "照会先の運用担当に連絡してください。"),
}
