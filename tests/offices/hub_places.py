"""Hubs in memory or on a server, for tests of both (試験の保存先)."""

import contextlib
from collections.abc import Callable, Iterator

from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from tests.offices.hub_office import Hub
from tests.offices.postgres_server import cluster, schemas
from tests.offices.store_places import Kept


@contextlib.contextmanager
def hubs(place: str) -> Iterator[Callable[..., Hub]]:
    """Makes one hub after the other, at "sqlite" or "postgresql"."""
    with contextlib.ExitStack() as stack:

        def make(kind: OfficeKind = OfficeKind.CENTRE, profile: Profile = Profile.JAPAN) -> Hub:
            if place == "sqlite":
                return Hub(kind, profile)
            store = cluster().store(next(schemas), TABLES[kind].scripts, Kept())
            stack.callback(store.close)
            return Hub(kind, profile, store=store)

        yield make
