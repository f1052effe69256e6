"""The job that tells the customers a breach hits."""

from procrastinate import RetryStrategy

from bihuan.breaches.actions import tell_batch
from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now


@app.task(retry=RetryStrategy(max_attempts=5, wait=15))
def tell_customers(breach_id: int) -> None:
    """Tell batch after batch; started again it goes on with who was not told."""
    while tell_batch(breach_id=breach_id, at=now()):
        continue
