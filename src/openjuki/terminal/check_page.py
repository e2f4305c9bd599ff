"""The page of a third party's desk, such as a bank's: is the card genuine, whose is it (券面事項の確認; both leaflets; promise C2).

    which of the twelve uses, reference number  ->  the face with its photo
    where only the age matters, birth date      ->  whether it does, and nothing else

Needs no network and no office's certificate, only the public key under which the country's cards stand. The code is neither asked for nor
read.
"""

import datetime
import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

from openjuki.card.identity_uses import IDENTITY_USES, IdentityUse, check_identity, is_of_age
from openjuki.card.image import Entropy
from openjuki.card.third_party import CheckedFace
from openjuki.register.addresses import municipality
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.terminal.door import CardDoor, converse
from openjuki.terminal.local_page import LocalPage, Shown, template


@dataclass(frozen=True, slots=True)
class Found:
    """What a check gave: the face, or whether the age is one that matters, or why neither."""

    use: IdentityUse
    checked: CheckedFace | None = None
    photo: str = ""
    """As a data address that any browser shows; "" on a card without one."""
    of_age: bool | None = None
    fault: OpenJukiError | None = None

    @property
    def issuer(self) -> str:
        """Name of the municipality that signed."""
        return municipality(self.checked.office).written if self.checked else ""


class CheckPage:
    """The page, its reader's door, the public key of the country's cards. What was found is shown until the next check or "clear"."""

    def __init__(self, door: CardDoor, trust: bytes, today: Callable[[], datetime.date], entropy: Entropy) -> None:
        self._door, self._trust, self._today, self._entropy = door, trust, today, entropy
        self._found: Found | None = None
        self._fill = template("check.html")
        self.page = LocalPage(lambda: Shown(self._fill(uses=IDENTITY_USES, found=self._found)), self._take)

    def _take(self, items: Mapping[str, str]) -> None:
        use = IDENTITY_USES.get(items.get("use", ""))
        self._found = self._checked(use, "".join(items.get("number", "").split())) if use else None

    def _checked(self, use: IdentityUse, number: str) -> Found:
        try:
            self._door.connect()
            if use.age_only:
                of_age = is_of_age(use, self._trust, number, self._today(), self._entropy)
                return Found(use, of_age=converse(self._door, of_age))
            checked = converse(self._door, check_identity(use, self._trust, number, self._today(), self._entropy))
            return Found(use, checked, _shown(checked.face.photo) if checked.face.photo else "")
        except OpenJukiError as error:
            return Found(use, fault=error)


def _shown(photo: bytes) -> str:
    """JPEG 2000 as PNG, for a browser. Raises InvalidInput if it is no picture."""
    out = io.BytesIO()
    try:
        Image.open(io.BytesIO(photo), formats=("JPEG2000",)).save(out, "PNG")
    except (OSError, ValueError, SyntaxError) as error:
        raise InvalidInput(
            "photo", Say("is no picture.", "画像ではありません。"), Say("Keep the card and call its issuer.", "発行者に連絡してください。")
        ) from error
    return "data:image/png;base64," + b64encode(out.getvalue()).decode("ascii")
