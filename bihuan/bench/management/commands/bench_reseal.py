"""``bihuan bench_reseal``: how many sealed values one core gives a new key per second."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from bihuan.crypto import rotation
from bihuan.foundation.moment import now

BATCHES = 40


class Command(BaseCommand):
    help = "Rotate the key and measure the re-encryption of the first values; prints values per second."

    def handle(self, *args: Any, **options: Any) -> None:
        columns = {column.label: column for column in rotation.encrypted_columns()}
        column = columns["customers.customerphone.value"]
        rotation.rotate(now())
        last_key, resealed, started = None, 0, time.monotonic()
        for _ in range(BATCHES):
            batch = rotation.reencrypt_batch(column, after=last_key)
            if batch is None:
                break
            last_key, resealed = batch.last_key, resealed + batch.resealed
        self.stdout.write(f"{resealed / (time.monotonic() - started):.1f}")
