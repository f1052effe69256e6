"""Who may change a calendar: the system administrator and the commands of the machine."""

from bihuan.calendar.errors import CalendarUnknown
from bihuan.calendar.models import Calendar, CalendarEdition
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed

# The role's code as organization.roles stores it; that module lies above this one.
KEEPERS = frozenset({"SYSTEM_ADMIN"})


def access_calendar(actor: Actor, code: str) -> tuple[Calendar, CalendarEdition]:
    """The calendar, locked for a new edition, and the edition in force. Raises NotAllowed, CalendarUnknown."""
    if not (actor.is_system or actor.units(KEEPERS)):
        raise NotAllowed()
    calendar = Calendar.objects.select_for_update().filter(code=code).first()
    if calendar is None or calendar.edition_id is None:
        raise CalendarUnknown(calendar=code)
    return calendar, CalendarEdition.objects.get(pk=calendar.edition_id)
