"""The twelve uses of the card as an identity document (公的な身分証明書としての利用, both leaflets; promise C2).

A use asks for the face, or for the age alone: where only the age is asked, nothing else is read. The resident record code is never told.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from openjuki.card.dialogue import Dialogue
from openjuki.card.image import Entropy
from openjuki.card.third_party import CheckedFace, check_age, check_face
from openjuki.register.errors import Reason, Refused, Say


@dataclass(frozen=True, slots=True)
class IdentityUse:
    """One use: its name, and from which age and below which it matters where only the age is asked."""

    what: Say
    age_only: bool = False
    below: int = 0
    from_age: int = 0


IDENTITY_USES: Mapping[str, IdentityUse] = {
    "bank-account": IdentityUse(Say("opening a bank account", "銀行口座の新規開設")),
    "passport": IdentityUse(Say("issue of a passport", "パスポートの発行")),
    "registered-mail": IdentityUse(Say("receiving registered mail", "書留郵便の受取り")),
    "disclosure": IdentityUse(Say("a request for disclosure of personal information", "行政機関の個人情報開示請求")),
    "family-register": IdentityUse(Say("a family-register filing", "戸籍の届出")),
    "golf-tax": IdentityUse(Say("exemption from the golf-course tax", "ゴルフ場利用税の非課税"), age_only=True, below=18, from_age=70),
    "interest": IdentityUse(Say("receipt of interest, dividends, redemption", "利子・配当・償還金の受取り")),
    "special-account": IdentityUse(Say("notification of a special account", "特定口座開設届出書の提出")),
    "foreign-remittance": IdentityUse(Say("payments abroad and exchange dealings", "外国送金・特定為替取引")),
    "small-savings": IdentityUse(Say("small-savings interest exemption of the disabled", "少額預金利子所得の非課税申請")),
    "credit-card": IdentityUse(Say("application for a credit card", "クレジットカードの申込み")),
    "mobile-phone": IdentityUse(Say("contract for a mobile phone", "携帯電話の契約")),
}
"""By name. The ages of the golf-course tax are those of the Local Tax Act art. 75-2 as of 2013: below 18, and 70 or more."""


def check_identity(use: IdentityUse, trust: bytes, number: str, day: datetime.date, entropy: Entropy) -> Dialogue[CheckedFace]:
    """The face for a use that asks for it. Raises Refused for one that asks the age only, else as `check_face`."""
    if use.age_only:
        raise Refused(Reason.FIELD_NOT_ALLOWED, "the age alone, promise C2")
    return (yield from check_face(trust, number, day, entropy))


def is_of_age(use: IdentityUse, trust: bytes, era_birth: str, day: datetime.date, entropy: Entropy) -> Dialogue[bool]:
    """Whether the holder's age gives what the use is about; the birth date itself is not told. Raises Refused for other uses."""
    if not use.age_only:
        raise Refused(Reason.FIELD_NOT_ALLOWED, "the face, promise C2")
    age = yield from check_age(trust, era_birth, day, entropy)
    return age < use.below or age >= use.from_age
