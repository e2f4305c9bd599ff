"""Which rules hold on a day: the dated switches of the network since its first services (施行日の暦; mission X11, facts in `SWITCHES`).

Each switch says from which day a rule holds, until which day if history ended it, and where that stands. Two profiles read the table:
"japan" follows the dates; "open" (the default) has every rule on and none ended, so the issue of Juki cards goes on. Routes and affairs
stay those of the Act's text of December 2013 in both.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from openjuki.register.errors import InvalidInput, Say
from openjuki.register.items import BY_KEY


class Profile(StrEnum):
    """How the calendar is read: every rule on, or as history had them."""

    OPEN = "open"
    JAPAN = "japan"


class Rule(StrEnum):
    """A rule that begins, or ends, on a day of the calendar; what it means stands in `SWITCHES`."""

    RESIDENT_CODE = "resident-code"
    CHANGE_NOTICE = "change-notice"
    PROVISION = "provision"
    COPIES_LEFT_OUT = "copies-left-out"
    YEARLY_REPORTS_LEFT_OUT = "yearly-reports-left-out"
    WIDE_AREA_COPY = "wide-area-copy"
    ONE_VISIT_MOVE = "one-visit-move"
    ANNOTATED_MOVING_OUT_FORM = "annotated-moving-out-form"
    JUKI_CARD_ISSUE = "juki-card-issue"
    SIGNATURE_CERTIFICATE = "signature-certificate"
    CERTIFICATE_ON_JUKI_CARD = "certificate-on-juki-card"
    FOREIGN_RESIDENTS = "foreign-residents"
    CARD_CONTINUED_USE = "card-continued-use"
    ANY_MOVING_OUT_FORM = "any-moving-out-form"
    FOREIGN_RESIDENTS_IN_NETWORK = "foreign-residents-in-network"
    INDIVIDUAL_NUMBER = "individual-number"
    INDIVIDUAL_NUMBER_CARD = "individual-number-card"
    PRIVATE_VERIFIERS = "private-verifiers"
    LONG_RETENTION = "long-retention"
    FORMER_SURNAME = "former-surname"
    KANA_READING = "kana-reading"


class Switch(NamedTuple):
    """One row of the calendar; both days are included, `until` is None for a rule that still holds."""

    rule: Rule
    since: date
    until: date | None
    meaning: Say
    source: str
    """Article or statute, and where the day itself is told: "leaflet", "law" (the orders' supplementary provisions) or "reference"."""

    def holds(self, on: date, profile: Profile = Profile.OPEN) -> bool:
        """Whether the rule holds on that day of the register calendar."""
        if profile is Profile.OPEN:
            return True
        return self.since <= on and (self.until is None or on <= self.until)


class Turn(NamedTuple):
    """A rule that begins on `day`, or no longer holds from `day` on."""

    day: date
    rule: Rule
    begins: bool


FIRST_SERVICES, SECOND_SERVICES = date(2002, 8, 5), date(2003, 8, 25)
FIRST_DAY = FIRST_SERVICES
"""No country has an earlier day: before it there was no network."""
_FOREIGNERS, _NUMBERS, _END_OF_2015 = date(2012, 7, 9), date(2015, 10, 5), date(2015, 12, 31)


def _row(rule: Rule, since: date, source: str, english: str, japanese: str, until: date | None = None) -> Switch:
    return Switch(rule, since, until, Say(english, japanese), source)


SWITCHES: tuple[Switch, ...] = (
    _row(
        Rule.RESIDENT_CODE, FIRST_SERVICES, "Act 30-2, 30-3; leaflet",
        "each resident has a resident record code and may change it", "住民票コードの記載・通知・変更請求",
    ),
    _row(
        Rule.CHANGE_NOTICE, FIRST_SERVICES, "Act 30-5, 30-11; leaflet",
        "changes go to prefecture and centre", "本人確認情報の都道府県・全国センターへの通知",
    ),
    _row(
        Rule.PROVISION, FIRST_SERVICES, "Act 30-6 to 30-8, 30-10; leaflet",
        "listed bodies get identity confirmation information", "行政機関への本人確認情報の提供",
    ),
    _row(
        Rule.COPIES_LEFT_OUT, FIRST_SERVICES, "Act 30-7, 30-8; leaflet",
        "an applicant attaches no copy of the resident record where the office may ask the network", "住民票の写しの添付省略",
    ),
    _row(
        Rule.YEARLY_REPORTS_LEFT_OUT, FIRST_SERVICES, "Act 30-7(3), appendix 1; leaflet (each body began on a day of its own)",
        "a pension body that checks its people in the network needs no yearly report", "年金受給者の現況届の省略",
    ),
    _row(
        Rule.WIDE_AREA_COPY, SECOND_SERVICES, "Act 12-4; law",
        "a copy of one's own household at any municipality", "住民票の写しの広域交付",
    ),
    _row(
        Rule.ONE_VISIT_MOVE, SECOND_SERVICES, "Act 24-2; law",
        "whoever has a card moves with one visit", "転入転出手続の簡素化（転入届の特例）",
    ),
    _row(
        Rule.ANNOTATED_MOVING_OUT_FORM, SECOND_SERVICES, "Act 24-2 before Act 77 of 2009; reference",
        "the annotated moving-out form makes the one-visit move", "付記転出届（転入届の特例のための転出届）", date(2012, 7, 8),
    ),
    _row(
        Rule.JUKI_CARD_ISSUE, SECOND_SERVICES, "Act 30-44; leaflet",
        "municipalities issue Juki cards", "住民基本台帳カードの交付", _END_OF_2015,
    ),
    _row(
        Rule.SIGNATURE_CERTIFICATE, date(2004, 1, 29), "JPKI Act 3; reference",
        "residents get a signature certificate", "公的個人認証サービスの電子証明書の発行",
    ),
    _row(
        Rule.CERTIFICATE_ON_JUKI_CARD, date(2004, 1, 29), "JPKI Act 3 of 2002; reference",
        "the certificate is written to a Juki card", "住民基本台帳カードへの電子証明書の格納", _END_OF_2015,
    ),
    _row(
        Rule.FOREIGN_RESIDENTS, _FOREIGNERS, "Act 30-45 to 30-51, Act 77 of 2009; reference",
        "foreign residents fall under the Act, with their alias", "外国人住民への法の適用（通称を含む）",
    ),
    _row(
        Rule.CARD_CONTINUED_USE, _FOREIGNERS, "Act 30-44(5)-(11), Act 77 of 2009; reference",
        "a card goes on being used after a move", "住民基本台帳カードの継続利用",
    ),
    _row(
        Rule.ANY_MOVING_OUT_FORM, _FOREIGNERS, "Act 24-2 after Act 77 of 2009; reference",
        "any moving-out notification of a card holder makes the one-visit move", "カード所持者の転出届一般による転入届の特例",
    ),
    _row(
        Rule.FOREIGN_RESIDENTS_IN_NETWORK, date(2013, 7, 8), "令30-26, the Rules 46; law",
        "foreign residents have codes, cards, and are told to prefecture and centre", "外国人住民への住基ネットの適用",
    ),
    _row(
        Rule.INDIVIDUAL_NUMBER, _NUMBERS, "Act 7(8-2) of 2015, Number Act; reference",
        "the individual number is asked for, recorded, told and searched by", "個人番号の生成・記載・通知",
    ),
    _row(
        Rule.INDIVIDUAL_NUMBER_CARD, date(2016, 1, 1), "Number Act 17; leaflet, reference",
        "the individual-number card is issued and takes the place of the Juki card", "個人番号カードの交付（住基カードは返納）",
    ),
    _row(
        Rule.PRIVATE_VERIFIERS, date(2016, 1, 1), "JPKI Act 17 of 2016; reference",
        "private firms may become signature verifiers", "民間事業者の署名検証者",
    ),
    _row(
        Rule.LONG_RETENTION, date(2019, 6, 20), "令34 of 2019; reference",
        "what was kept for 5 years is kept for 150", "除票等の保存期間150年（従前5年）",
    ),
    _row(
        Rule.FORMER_SURNAME, date(2019, 11, 5), "令30-13 of 2019; reference",
        "a former surname is recorded and told", "旧氏の記載・通知",
    ),
    _row(
        Rule.KANA_READING, date(2025, 5, 26), "Act 7(1-2) of 2025; reference",
        "the reading of the name is an item of the record and of identity", "氏名の振り仮名の記載・通知",
    ),
)  # fmt: skip
"""The calendar, in the order of its days."""

_BY_RULE: Mapping[Rule, Switch] = MappingProxyType({switch.rule: switch for switch in SWITCHES})

RECORDED_SINCE: Mapping[str, Rule] = MappingProxyType(
    {"former_name": Rule.FORMER_SURNAME, "individual_number": Rule.INDIVIDUAL_NUMBER}
    | dict.fromkeys(
        (
            "alias",
            "nationality",
            "became_foreign_resident_on",
            "residence_class",
            "status_of_residence",
            "period_of_stay",
            "stay_until",
            "residence_card_number",
        ),
        Rule.FOREIGN_RESIDENTS,
    )
)
"""Items of the resident record that the law did not know from the beginning, by the keys of `register.items`."""

TOLD_SINCE: Mapping[str, Rule] = MappingProxyType(
    {
        "alias": Rule.FOREIGN_RESIDENTS_IN_NETWORK,
        "individual_number": Rule.INDIVIDUAL_NUMBER,
        "former_name": Rule.FORMER_SURNAME,
        "kana": Rule.KANA_READING,
    }
)
"""Items that became identity confirmation information on a day; also the items to search by."""


def holds(rule: Rule, on: date, profile: Profile = Profile.OPEN) -> bool:
    """Whether a rule holds on that day of the register calendar."""
    return _BY_RULE[rule].holds(on, profile)


def rules_on(on: date, profile: Profile = Profile.OPEN) -> frozenset[Rule]:
    """All rules that hold on that day."""
    return frozenset(switch.rule for switch in SWITCHES if switch.holds(on, profile))


def may_record(item: str, on: date, profile: Profile = Profile.OPEN) -> bool:
    """Whether the resident record may hold the item on that day; `item` is a key of `register.items`."""
    return item not in RECORDED_SINCE or holds(RECORDED_SINCE[item], on, profile)


def may_tell(item: str, on: date, profile: Profile = Profile.OPEN) -> bool:
    """Whether the item is identity confirmation information on that day: told to hubs, answered, searched by."""
    return item not in TOLD_SINCE or holds(TOLD_SINCE[item], on, profile)


@lru_cache(256)
def not_told(on: date, profile: Profile = Profile.OPEN) -> frozenset[str]:
    """Items of identity that are no identity confirmation information yet on that day; no change tells them."""
    return frozenset(item for item in TOLD_SINCE if not may_tell(item, on, profile))


def require_recordable(items: Iterable[str], on: date, profile: Profile = Profile.OPEN) -> None:
    """Raises InvalidInput for the first of these items of the resident record that the law does not know yet on that day."""
    for item in items:
        if not may_record(item, on, profile):
            since = _BY_RULE[RECORDED_SINCE[item]].since
            reason = Say(f"the law knows this item from {since} on only.", f"{since}から記載できる事項です。")
            raise InvalidInput(f"{item} {BY_KEY[item].japanese}", reason, Say("Leave it out.", "この事項は記載しないでください。"))


def require(rules: Iterable[Rule], on: date, profile: Profile = Profile.OPEN) -> None:
    """Raises InvalidInput, with the rule as its item, for the first of these rules that does not hold on that day."""
    for rule in rules:
        switch = _BY_RULE[rule]
        if not switch.holds(on, profile):
            raise InvalidInput(rule, _not_held(switch, on), Say("Choose a day on which it holds.", "施行期間内の日を指定してください。"))


def _not_held(switch: Switch, on: date) -> Say:
    if on < switch.since:
        return Say(f"holds from {switch.since} on only.", f"{switch.since}に施行されます（{switch.meaning.ja}）。")
    return Say(f"ended with {switch.until}.", f"{switch.until}で終了しました（{switch.meaning.ja}）。")


def retention_years(on: date, profile: Profile = Profile.OPEN) -> int:
    """How many years a removed record and what the hubs hold of it are kept, by the rule of that day: 5, or 150 (令34, 30-6, 30-11)."""
    return 150 if holds(Rule.LONG_RETENTION, on, profile) else 5


def turns(since: date, until: date, profile: Profile = Profile.OPEN) -> tuple[Turn, ...]:
    """What begins and ends when the register calendar goes from `since` to `until`, both the days on which it stood; in order of days."""
    if profile is Profile.OPEN:
        return ()
    begun = [Turn(switch.since, switch.rule, begins=True) for switch in SWITCHES]
    ended = [Turn(date.fromordinal(switch.until.toordinal() + 1), switch.rule, begins=False) for switch in SWITCHES if switch.until]
    return tuple(sorted(turn for turn in begun + ended if since < turn.day <= until))


def checked_day(text: str, item: str = "date") -> date:
    """A day of the register calendar from its ISO form. InvalidInput, naming `item`, for another form and days before the network."""
    remedy = Say(f"Give a day from {FIRST_DAY} on, as YYYY-MM-DD.", f"{FIRST_DAY}以後の日をYYYY-MM-DDで指定してください。")
    try:
        day = date.fromisoformat(text) if len(text) == len("2002-08-05") else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(item, Say("this is no day.", "日付ではありません。"), remedy)
    if day < FIRST_DAY:
        raise InvalidInput(item, Say("there was no network on that day.", "住基ネットの稼働前の日です。"), remedy)
    return day
