"""Every form of the counter, one for each kind of event that can be entered (異動の様式, standard 4)."""

from openjuki.counter.entry.fields import Form
from openjuki.counter.entry.forms import areas, family, foreigners, households, moves, numbers, records, supplements

FORMS: dict[str, Form] = {
    form.kind: form for room in (moves, family, households, records, numbers, foreigners, areas, supplements) for form in room.FORMS
}
"""By the kind of the event."""
