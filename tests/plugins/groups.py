"""The journeys share one running product, so all of them go to one worker, and that worker begins with them.

xdist has a marker for this, but its groups are lost with pytest 9.2: the plugin writes them into ids that pytest no
longer reads. ``--dist loadgroup`` groups by folder here instead.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/journeys/"


def group_of(nodeid: str) -> str:
    return TOGETHER if nodeid.startswith(TOGETHER) else nodeid


class FolderScheduling(LoadScopeScheduling):
    """Hands out the tests of one folder together, the largest group first, and all others one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FolderScheduling | None:
    return FolderScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None
