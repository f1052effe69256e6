"""Fetching promises for a change. Rights are asked one layer above, by the owner of the subject: see the README."""

from bihuan.promises.errors import PromiseEnded, PromiseNotFound
from bihuan.promises.models import Promise


def access_open_promise(promise_id: int) -> Promise:
    """The promise with its policy, locked. Raises PromiseNotFound, PromiseEnded."""
    rows = Promise.objects.select_for_update(of=("self",)).select_related("policy__calendar")
    promise = rows.filter(pk=promise_id).first()
    if promise is None:
        raise PromiseNotFound()
    if not promise.is_open:
        raise PromiseEnded()
    return promise
