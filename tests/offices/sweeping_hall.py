"""A town hall in memory that sweeps, its days set by hand (保存期間経過後の消去の試験用の市役所)."""

import datetime

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.retention_batch import start_of
from openjuki.procedures.retention import SweepOrder, sweep

NOON_MS = 12 * 3_600_000


def at(hall, day):
    """It is noon of that day, on wall and calendar."""
    hall.today = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    hall.clock.now_ms = start_of(hall.today) + NOON_MS
    return hall


def swept(hall, on, *, really=True, by="retention-1", sweeps=TABLES[OfficeKind.MUNICIPALITY].sweeps):
    """What went, or would go, by rule: rows."""
    if really:
        at(hall, on)
    order = SweepOrder(datetime.date.fromisoformat(str(on)), by, really)
    heard = []
    sweep(hall.office, order, sweeps, lambda done, total: None, heard.append)
    if not isinstance(heard[0], list):
        raise heard[0]
    counts = {}
    for one in heard[0]:
        counts[one.rule] = counts.get(one.rule, 0) + one.rows
    return counts


def rows(hall, sql, *values):
    return hall.do(lambda t: t.all(sql, *values))
