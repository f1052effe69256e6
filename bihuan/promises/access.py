"""What a change needs at hand: the promise, locked, and the time limits in force.

Rights are asked one layer above, by the owner of the subject: see the README.
"""

from bihuan.foundation.kept import kept_while
from bihuan.promises.errors import PromiseEnded, PromiseNotFound
from bihuan.promises.models import Promise, PromisePolicy


def access_open_promise(promise_id: int) -> Promise:
    """The promise with its policy, locked. Raises PromiseNotFound, PromiseEnded."""
    rows = Promise.objects.select_for_update(of=("self",)).select_related("policy__calendar")
    promise = rows.filter(pk=promise_id).first()
    if promise is None:
        raise PromiseNotFound()
    if not promise.is_open:
        raise PromiseEnded()
    return promise


@kept_while("promises_promisepolicy", "calendar_calendar")
def limits_in_force() -> tuple[PromisePolicy, ...]:
    """The published rows with their calendars."""
    return tuple(PromisePolicy.objects.current().select_related("calendar"))
