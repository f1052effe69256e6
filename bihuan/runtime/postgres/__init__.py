"""The embedded PostgreSQL: a real server from a wheel, started beside the program that needs it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from bihuan.runtime.environment import variable_folder
from bihuan.runtime.postgres.cluster import Cluster
from bihuan.runtime.postgres.errors import ClusterError

__all__ = ["Cluster", "ClusterError", "database_url", "embedded_cluster", "started_cluster"]


def embedded_cluster() -> Cluster:
    """The server of this installation's variable folder."""
    return Cluster(variable_folder() / "postgres")


@contextmanager
def database_url() -> Iterator[str]:
    """Yield the URL of the database: ``DATABASE_URL`` when set, else the embedded server, started or joined.

    The embedded server's URL is exported as ``DATABASE_URL`` meanwhile, so child processes use the same server.
    The last program to leave stops the server. Raises ClusterError with a sentence for people.
    """
    with started_cluster():
        yield os.environ["DATABASE_URL"]


@contextmanager
def started_cluster() -> Iterator[Cluster | None]:
    """As ``database_url``, but yields the embedded server itself, or None when ``DATABASE_URL`` names another."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    cluster = embedded_cluster()
    cluster.start()
    try:
        cluster.create_database("bihuan")
        os.environ["DATABASE_URL"] = cluster.url("bihuan")
        yield cluster
    finally:
        os.environ.pop("DATABASE_URL", None)
        cluster.leave()
