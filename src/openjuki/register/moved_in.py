"""That somebody was entered where they moved to: what the mayor there tells the mayor before (転入通知, Act art. 9(1); 令13(2))."""

import msgspec

from openjuki.register.addresses import Address, check_address
from openjuki.register.codes import resident_code
from openjuki.register.dates import calendar_date
from openjuki.register.errors import InvalidInput, Say


class MovedIn(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Whose residence number `ended` is over since they live at `address` from `since` on, which is their residence number `n`."""

    code: str
    """As it was when they left."""
    ended: int
    n: int
    address: Address
    since: str


def check_moved_in(moved: MovedIn) -> None:
    """InvalidInput for a notice that cannot be true."""
    resident_code(moved.code)
    check_address(moved.address)
    calendar_date(moved.since, "since")
    if not 0 < moved.ended < moved.n:
        reason = Say("does not follow the residence that ended.", "前の住所より後の記載ではありません。")
        raise InvalidInput("n", reason, Say("Tell the sender.", "通知元に確認してください。"))
