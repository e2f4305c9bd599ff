"""At what hours a municipality answers other towns' requests for copies (広域交付の取扱時間, promise N14).

The machine answers at every hour until the office has written down hours of its own for this service: those that everybody begins with
(offices/services.py) are an assumption about windows, and keep no other town's resident waiting.
"""

import datetime

import msgspec

from openjuki.offices.office import Office
from openjuki.offices.services import Service, ServiceKind, is_open
from openjuki.offices.store import Transaction

JAPAN = datetime.timezone(datetime.timedelta(hours=9))
_decode = msgspec.msgpack.Decoder(Service).decode


def serves(transaction: Transaction, office: Office) -> bool:
    """Whether the office answers at this moment: the register's day, the machine's time of day in Japan."""
    body = transaction.value("SELECT body FROM service WHERE kind = ?", ServiceKind.WIDE_AREA_COPY.value)
    if body is None:
        return True
    service, today = _decode(body), office.today()
    now = datetime.datetime.fromtimestamp(office.clock.wall_ms() / 1_000, JAPAN)
    offered = service.offered and service.since <= today.isoformat()
    return offered and is_open(service, datetime.datetime.combine(today, now.timetz()))
