"""The watch over hubs: many parcels that stand still at one place are an incident, reported or not."""

from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.incidents.watching import watch_hubs


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="incidents.watch_hubs")
def watch(timestamp: int) -> None:
    """Open an incident for each jammed hub that has none."""
    watch_hubs(at=now())
