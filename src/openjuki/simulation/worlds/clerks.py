"""The clerks of a world: what the office before has lost they compare with the papers, and confirm (職権による確認)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from openjuki.offices.office import failed
from openjuki.procedures import confirmation
from openjuki.procedures.confirmation import ConfirmationOrder
from openjuki.register.errors import Conflict
from openjuki.simulation.worlds import cast

if TYPE_CHECKING:
    from openjuki.simulation.worlds.world import World

_LOST = """SELECT w.id, w.code FROM work_item w JOIN code_used c ON c.code = w.code
    WHERE w.kind = 'record-error' AND w.what LIKE 'previous:%' ORDER BY w.id"""


class Clerks:
    """Who looks at the work lists, and what they have done."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done: set[tuple[str, int]] = set()

    def look(self) -> None:
        """Confirm every entry of one's own whose predecessor is lost."""
        for office in cast.MUNICIPALITIES:
            for number, code in self._world.disks[office].rows(_LOST):
                if (office, number) not in self._done:
                    self._confirm(office, number, code)

    def _confirm(self, office: str, number: int, code: str) -> None:
        def told(outcome: Any) -> None:
            if isinstance(outcome, Conflict):  # annulled since: nothing is to be confirmed any more
                self._done.add((office, number))
            elif not failed(outcome):
                self._done.add((office, number))
                self._world.watch.happened(office, "world:clerk:confirmed", "")

        order = ConfirmationOrder(code, self._world.script.today())
        self._world.step(office, partial(_begin, order), told, lambda: None)


def _begin(order: ConfirmationOrder, office: Any, then: Any) -> None:
    confirmation.confirm(office, "clerk", order, then)
