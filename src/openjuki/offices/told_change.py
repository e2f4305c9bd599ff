"""What a municipality may tell of a person: judged by every hub before it believes a change (本人確認情報の検査, Act art. 30-5(1))."""

from openjuki.law.kinds import OfficeKind
from openjuki.register.addresses import check_address, office_of
from openjuki.register.change import Change
from openjuki.register.codes import individual_number, municipality_code, resident_code
from openjuki.register.dates import date_text
from openjuki.register.errors import InvalidInput, Reason, Refused, Unrecordable
from openjuki.register.identity import Identity, Status
from openjuki.register.identity import Reason as Why
from openjuki.register.names import NAME_GRAPHEMES_MAX
from openjuki.register.recorded_text import NAMED_MAX, check_text
from openjuki.register.spellings import character_name
from openjuki.wire.directory import Entry

RESIDENCES_MAX = 10_000
"""Of one life; ours, far above any."""
VERSION_MAX = 10**9
"""Of one residence; ours, far below what a store holds."""


def check_change(change: Change, origin: Entry) -> None:
    """Refuse a change that no municipality may send: of another office's residence, or with an item that cannot be recorded."""
    if origin.kind is not OfficeKind.MUNICIPALITY or change.residence.office != origin.code:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 30-5(1)")
    _check_place_in_life(change)
    _check_identity(change.identity)
    date_text(change.date)
    if change.status is Status.RESIDENT and office_of(change.identity.address.municipality) != origin.code:
        raise Refused(Reason.INVALID, "Act art. 7")


def _check_place_in_life(change: Change) -> None:
    """Numbers that a life can have and a store can hold, and a previous state that some municipality can have told."""
    previous = change.previous
    if not (_numbers_hold(change.residence.n, change.version) and 0 <= change.handling <= VERSION_MAX):
        raise Refused(Reason.INVALID, "Rules art. 11")
    if previous is None:
        return
    if not _numbers_hold(previous.n, previous.version) or (previous.office != change.residence.office and previous.n >= change.residence.n):
        raise Refused(Reason.INVALID, "Rules art. 11")
    municipality_code(previous.office)
    if previous.code == change.identity.code:
        return
    resident_code(previous.code)
    if previous.office != change.residence.office and change.reason is not Why.CODE_EX_OFFICIO:
        raise Refused(Reason.INVALID, "Act art. 30-3")  # who changed a code has told of both; nobody else ties the two


def _numbers_hold(n: int, version: int) -> bool:
    return 1 <= n <= RESIDENCES_MAX and 1 <= version <= VERSION_MAX


def _check_identity(told: Identity) -> None:
    resident_code(told.code)
    date_text(told.birth)
    try:
        _check_texts(told)
    except Unrecordable as error:  # set aside with the characters' names: without them nobody would know what to mend
        names = "; ".join(str(character_name(sign)) for sign in error.signs[:NAMED_MAX])
        raise InvalidInput(f"{error.item} ({names})", error.reason, error.remedy) from error
    if told.individual_number:
        individual_number(told.individual_number)


def _check_texts(told: Identity) -> None:
    check_address(told.address)
    check_text("name", told.name, NAME_GRAPHEMES_MAX)
    for item, text in (("kana", told.kana), ("former_name", told.former_name), ("alias", told.alias)):
        if text:
            check_text(item, text, NAME_GRAPHEMES_MAX)
