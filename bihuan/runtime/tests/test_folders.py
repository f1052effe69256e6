"""Where the server lives and as whom: paths of any length and alphabet, root and plain user, nothing opened up."""

import multiprocessing
import os
import pwd
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from bihuan.runtime.postgres import Cluster, ClusterError
from bihuan.runtime.postgres.account import Account
from bihuan.runtime.postgres.binaries import installed_programs
from bihuan.runtime.postgres.settings import throwaway_settings
from bihuan.runtime.tests.conftest import NewCluster, as_root


@pytest.fixture
def nobody() -> pwd.struct_passwd:
    """A plain user who may read this Python environment, as one who runs the product must."""
    user = pwd.getpwnam("nobody")
    account = Account(name=user.pw_name, uid=user.pw_uid, gid=user.pw_gid, switch=True)
    if account.first_closed_folder(installed_programs()):
        pytest.skip("this Python environment is closed to other users")
    return user


def home_of(user: pwd.struct_passwd, parent: Path) -> Path:
    home = parent / "home"
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    return home


def answer(cluster: Cluster) -> object:
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute("SELECT 6 * 7").fetchone()
    return row and row[0]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def socket_folder(cluster: Cluster) -> Path:
    server = cluster.postmaster()
    assert server
    return Path(server.socket_folder)


@pytest.mark.parametrize("place", ["long" * 40, "a,b"])
def test_a_path_that_cannot_hold_a_socket_gets_its_socket_below_the_temp_folder(
    new_cluster: NewCluster, place: str
) -> None:
    cluster = new_cluster(f"{place}/postgres")
    cluster.start(throwaway_settings())
    assert answer(cluster) == 42
    sockets = socket_folder(cluster)
    assert cluster.folder not in sockets.parents
    assert mode(sockets) == 0o700
    cluster.stop()
    shutil.rmtree(sockets)


def test_a_path_with_spaces_quotes_and_chinese_works(new_cluster: NewCluster) -> None:
    cluster = new_cluster("""服务 o'hara "x" $HOME/postgres""")
    cluster.start(throwaway_settings())
    assert socket_folder(cluster) == cluster.folder / "socket"
    assert answer(cluster) == 42


def test_data_log_and_socket_are_closed_to_others(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    cluster.start(throwaway_settings())
    for folder in (cluster.folder, cluster.data, cluster.folder / "log", socket_folder(cluster)):
        assert mode(folder) == 0o700


@as_root
def test_root_runs_the_server_as_another_user(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    cluster.start(throwaway_settings())
    server = cluster.postmaster()
    assert server
    assert Path(f"/proc/{server.pid}").stat().st_uid == cluster.data.stat().st_uid != 0
    assert answer(cluster) == 42


@as_root
def test_a_folder_the_server_user_may_not_enter_is_refused_and_left_as_it_is(reachable_folder: Path) -> None:
    closed = reachable_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ClusterError, match=f"may not enter {closed}.*BIHUAN_VAR"):
        Cluster(closed / "var" / "postgres").start(throwaway_settings())
    assert mode(closed) == 0o700
    assert list(closed.iterdir()) == []


@as_root
def test_programs_the_server_user_may_not_enter_are_copied_beside_the_data(
    new_cluster: NewCluster, reachable_folder: Path
) -> None:
    closed = reachable_folder / "closed"
    closed.mkdir(mode=0o700)
    for part in ("bin", "lib", "share"):
        shutil.copytree(installed_programs() / part, closed / part, symlinks=True)
    cluster = Cluster(new_cluster().folder, programs=closed)
    for _ in range(2):
        cluster.start(throwaway_settings())
        assert answer(cluster) == 42
        cluster.leave()
    assert len(list(cluster.folder.glob("programs-*"))) == 1


@as_root
def test_a_plain_user_runs_the_server_as_himself(reachable_folder: Path, nobody: pwd.struct_passwd) -> None:
    home = home_of(nobody, reachable_folder)
    assert run_as(nobody, start_and_ask, home / "var" / "postgres") == (42, nobody.pw_uid)


@as_root
def test_a_plain_user_cannot_use_the_folder_of_another(new_cluster: NewCluster, nobody: pwd.struct_passwd) -> None:
    cluster = new_cluster()
    assert "belongs to another user" in str(run_as(nobody, start_and_ask, cluster.folder))


@as_root
def test_root_continues_the_database_of_a_plain_user_without_taking_it_over(
    reachable_folder: Path, nobody: pwd.struct_passwd
) -> None:
    home = home_of(nobody, reachable_folder)
    cluster = Cluster(home / "postgres")
    run_as(nobody, start_and_ask, cluster.folder)
    cluster.start(throwaway_settings())
    assert answer(cluster) == 42
    cluster.leave()
    assert run_as(nobody, start_and_ask, cluster.folder) == (42, nobody.pw_uid)


def test_a_cluster_folder_that_is_a_link_is_refused(reachable_folder: Path) -> None:
    (reachable_folder / "elsewhere").mkdir()
    (reachable_folder / "log").symlink_to(reachable_folder / "elsewhere")
    with pytest.raises(ClusterError, match="is no folder"):
        Cluster(reachable_folder).start(throwaway_settings())


def start_and_ask(folder: Path) -> object:
    """Start a cluster and ask it something; the answer and who owns its data, or the refusal."""
    cluster = Cluster(folder)
    try:
        cluster.start(throwaway_settings())
    except ClusterError as error:
        return str(error)
    cluster.create_database("bihuan")
    found = answer(cluster)
    cluster.leave()
    return found, cluster.data.stat().st_uid


def run_as(user: pwd.struct_passwd, ask: Callable[[Path], object], folder: Path) -> object:
    """Call ``ask`` in a forked process of a plain user (who may not be allowed to start this Python himself)."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)

    def become_and_ask() -> None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        os.chdir("/")
        sending.send(ask(folder))

    process = context.Process(target=become_and_ask)
    process.start()
    sending.close()
    try:
        return receiving.recv()
    finally:
        process.join()
        receiving.close()
