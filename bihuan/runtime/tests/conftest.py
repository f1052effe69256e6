"""Real servers for the tests of the runtime: one data folder is made per test process, each cluster is a copy of it"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bihuan.runtime.postgres import Cluster
from bihuan.runtime.postgres.settings import throwaway_settings

NewCluster = Callable[..., Cluster]


@pytest.fixture(scope="session")
def cluster_template() -> Iterator[Path]:
    """The folder of a stopped cluster with the database ``bihuan``."""
    with open_folder() as folder:
        cluster = Cluster(folder / "postgres")
        cluster.start(throwaway_settings())
        cluster.create_database("bihuan")
        cluster.leave()
        yield cluster.folder


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """A temporary folder that every user may enter (pytest's own belong to one user alone)."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def new_cluster(cluster_template: Path, reachable_folder: Path) -> Iterator[NewCluster]:
    """Clusters on copies of the template, in a sub-folder of choice; all are stopped at the end."""
    made: list[Cluster] = []

    def make(place: str = "postgres") -> Cluster:
        folder = reachable_folder / place
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", cluster_template, folder], check=True)
        made.append(Cluster(folder))
        return made[-1]

    yield make
    for cluster in made:
        cluster.stop()


class open_folder:
    """A temporary folder with mode 0755, removed at the end."""

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix="bihuan-runtime-"))
        self.path.chmod(0o755)
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path)


@pytest.fixture
def without_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's process has no database of its own yet."""
    monkeypatch.delenv("DATABASE_URL")


is_root = os.geteuid() == 0
as_root = pytest.mark.skipif(not is_root, reason="only root can lend the server another user")
