"""Allotting codes: a municipality gets unused codes from the centre (住民票コードの指定, Act art. 30-7(1), 30-10(1)).

municipality                               centre
  1 request   -- CodePoolRequest -->
                                           2 allot    random codes never given before, kept as given
              <-- CodePool ---------
  3 stock     (encrypted to this request's own key on the way)
"""

from collections.abc import Callable
from typing import Any

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import municipality
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.store import Transaction
from openjuki.register.codes import random_resident_code
from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message, Priority

POOL_MAX = 20_000
"""Codes in one answer; a municipality that needs more asks again."""
PER_DAY_MAX = 500_000
"""Codes that one municipality may get in a day; the largest city's first stock takes a week, a runaway one is stopped."""
DAY_MS = 24 * 3600 * 1000
ALLOT_DEADLINE_MS = 60_000
SCRIPT = """
CREATE TABLE code_given (code TEXT PRIMARY KEY, office TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE codes_of_day (office TEXT PRIMARY KEY, day INTEGER NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER code_given_no_update BEFORE UPDATE ON code_given BEGIN SELECT RAISE(ABORT, 'code_given is append-only'); END;
CREATE TRIGGER code_given_no_delete BEFORE DELETE ON code_given BEGIN SELECT RAISE(ABORT, 'code_given is append-only'); END"""

_INFO = b"openjuki/codes/v1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
_listed = msgspec.json.Encoder().encode
_RAW = serialization.Encoding.Raw
_PROBE = X25519PrivateKey.from_private_bytes(bytes(31) + b"\x40")
"""A key that keeps no secret: to agree on one with it shows whether the other is a point of low order, with which nothing can be
encrypted (RFC 7748 section 6.1)."""


class CodePoolRequest(Message, frozen=True):
    """A mayor who expects to run short asks for a number of codes (Rules art. 14); `public_key` is X25519, made for this request."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.CENTRE)})
    priority = Priority.BULK
    size_max = 256
    wanted: int
    public_key: bytes


class CodePool(Message, frozen=True):
    """The allotted codes, as a MessagePack list of strings, encrypted to the request's key (RFC 9180)."""

    routes = frozenset({Route(OfficeKind.CENTRE, OfficeKind.MUNICIPALITY)})
    priority = Priority.BULK
    size_max = 512 * 1024
    codes: bytes


def request(office: Office, wanted: int, then: Then) -> None:
    """Step 1, municipality: ask for codes; `then` gets how many are free now, or an OpenJukiError."""
    office.require_ready()
    key = X25519PrivateKey.from_private_bytes(office.entropy(32))
    public = key.public_key().public_bytes(_RAW, serialization.PublicFormat.Raw)
    message = CodePoolRequest(min(wanted, POOL_MAX), public)
    office.ask(office.centre, message, CodePool, lambda outcome: stock(office, key, outcome, then), ALLOT_DEADLINE_MS)


def allot(office: Office, asker: Entry, question: Question, message: CodePoolRequest, reply: Callable[[Any], None]) -> None:
    """Step 2, centre: draw codes at random and keep them as given, for ever, before they leave."""
    try:
        key = X25519PublicKey.from_public_bytes(message.public_key)
        _PROBE.exchange(key)
    except ValueError:  # of another length, or of a low order: found out before codes are spent on it
        reply(Refused(Reason.INVALID, "Rules art. 14"))
        return

    def done(outcome: list[str] | OpenJukiError) -> None:
        reply(outcome if isinstance(outcome, OpenJukiError) else CodePool(_SUITE.encrypt(msgspec.msgpack.encode(outcome), key, info=_INFO)))

    office.write(lambda transaction: _draw(transaction, office, asker.code, message.wanted), done)


def _draw(transaction: Transaction, office: Office, to: str, wanted: int) -> list[str]:
    """The codes of one request; an office may have a day's ceiling of them, so that none can use up the numbers of all."""
    day = office.clock.wall_ms() // DAY_MS
    given = transaction.value("SELECT count FROM codes_of_day WHERE office = ? AND day = ?", to, day) or 0
    if not 0 < wanted <= POOL_MAX:
        raise Refused(Reason.INVALID, "Rules art. 14")
    if given + wanted > PER_DAY_MAX:
        raise Refused(Reason.OVER_LIMIT, "Rules art. 14")
    sql = "INSERT INTO codes_of_day VALUES (?, ?, ?) ON CONFLICT (office) DO UPDATE SET day = excluded.day, count = excluded.count"
    transaction.execute(sql, (to, day, given + wanted))
    return draw_codes(transaction, office, to, wanted)


def draw_codes(transaction: Transaction, office: Office, to: str, count: int) -> list[str]:
    """Codes that were never given before; from now on they are given. Those that chance brings a second time are drawn again."""
    sql = "INSERT INTO code_given SELECT value, ?2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING RETURNING code"
    drawn: list[str] = []
    while missing := count - len(drawn):
        probes = dict.fromkeys(random_resident_code(office.draw) for _ in range(missing))
        given = {code for (code,) in transaction.all(sql, _listed(list(probes)).decode(), to)}
        drawn += [code for code in probes if code in given]
    return drawn


def stock(office: Office, key: X25519PrivateKey, outcome: Any, then: Then) -> None:
    """Step 3, municipality: put the codes into the stock."""
    if failed(outcome):
        then(outcome)
        return
    codes = msgspec.msgpack.decode(_SUITE.decrypt(outcome.codes, key, info=_INFO), type=list[str])
    office.write(lambda transaction: municipality.put_codes(transaction, codes), then)
