"""A town hall whose days are set by hand, and that sweeps (保存期間経過後の消去の試験)."""

import datetime

from openjuki.keys.door import SEAL, key_id
from openjuki.keys.software import SoftwareKeys, key_from_seed, public_der
from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.retention_batch import start_of
from openjuki.procedures.retention import SweepOrder, sweep
from tests.nodes.register_link.linked_town import LinkedTown

PUBLIC = public_der(key_from_seed(b"town"))
FIRST, ONE_DAY = datetime.date(2014, 4, 1), datetime.timedelta(1)
NOON_MS = 12 * 3_600_000


class SweptTown(LinkedTown):
    """A town hall whose days are set by hand, and that sweeps."""

    def at(self, day):
        self.today = day
        self.clock.now_ms = start_of(day) + NOON_MS
        return self

    def swept(self, on, *, really=True):
        """What went by rule: rows."""
        self.at(on)
        order = SweepOrder(on, "retention-1", really)
        found = self._hand_over(lambda then: sweep(self.office, order, TABLES[OfficeKind.MUNICIPALITY].sweeps, lambda *at: None, then))
        counts = {}
        for one in found:
            counts[one.rule] = counts.get(one.rule, 0) + one.rows
        return counts

    def rows(self, sql):
        return self.do(lambda t: t.all(sql))


def opened() -> SweptTown:
    """One under the rules of Japan, on the first day."""
    made = SweptTown()
    made.office.profile = Profile.JAPAN
    keys = SoftwareKeys({SEAL: key_from_seed(b"town")}, deterministic=True)
    made.office.seal_key, made.office.sign = key_id(PUBLIC), lambda message: keys.sign(SEAL, message)
    return made.at(FIRST)
