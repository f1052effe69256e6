"""Starting, sharing, surviving: the embedded server as programs meet it."""

import os
import signal
import subprocess
import threading
from pathlib import Path

import psutil
import psycopg
import pytest

from bihuan.runtime.postgres import Cluster, ClusterError, database_url
from bihuan.runtime.postgres.processes import is_postmaster_of
from bihuan.runtime.postgres.settings import throwaway_settings
from bihuan.runtime.tests.conftest import NewCluster
from bihuan.runtime.tests.guest import Guest


def note(cluster: Cluster, text: str) -> None:
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (body text UNIQUE)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def notes(cluster: Cluster) -> list[str]:
    with psycopg.connect(cluster.url()) as connection:
        return [body for (body,) in connection.execute("SELECT body FROM note ORDER BY body")]


def server_pid(cluster: Cluster) -> int:
    server = cluster.postmaster()
    assert server
    return server.pid


def kill_server(cluster: Cluster) -> int:
    pid = server_pid(cluster)
    os.kill(pid, signal.SIGKILL)
    return pid


def test_two_starters_at_once_share_one_server_and_the_last_one_stops_it(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    first, second = Guest(cluster.folder), Guest(cluster.folder)
    assert first.joined() == second.joined()
    first.leave()
    assert cluster.is_ready()
    second.leave()
    assert cluster.postmaster() is None


def test_a_second_run_keeps_the_data(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    cluster.start(throwaway_settings())
    note(cluster, "包裹丢失")
    cluster.leave()
    assert not cluster.is_ready()
    again = new_cluster()
    again.start(throwaway_settings())
    assert notes(again) == ["包裹丢失"]


def test_a_server_killed_with_its_clients_connected_comes_back_with_every_commit(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    cluster.start()
    note(cluster, "acknowledged")
    connection = psycopg.connect(cluster.url())
    connection.execute("INSERT INTO note VALUES ('not committed')")
    killed = kill_server(cluster)
    cluster.start()
    connection.close()
    assert server_pid(cluster) != killed
    assert notes(cluster) == ["acknowledged"]


def test_a_start_waits_for_the_last_process_of_a_killed_server_to_let_go_of_its_memory(
    new_cluster: NewCluster,
) -> None:
    cluster = new_cluster()
    cluster.start()
    note(cluster, "acknowledged")
    connection = psycopg.connect(cluster.url())
    os.kill(connection.info.backend_pid, signal.SIGSTOP)
    kill_server(cluster)
    lingering = threading.Timer(0.5, os.kill, (connection.info.backend_pid, signal.SIGCONT))
    lingering.start()
    cluster.start()
    assert lingering.finished.is_set()
    assert notes(cluster) == ["acknowledged"]
    connection.close()


def test_a_server_whose_starter_was_killed_is_found_and_later_stopped_by_the_next_user(
    new_cluster: NewCluster,
) -> None:
    cluster = new_cluster()
    guest = Guest(cluster.folder)
    leaked = guest.joined()["pid"]
    guest.kill()
    assert cluster.is_ready()
    cluster.start(throwaway_settings())
    assert server_pid(cluster) == leaked
    cluster.leave()
    assert cluster.postmaster() is None


def test_a_pid_file_that_names_a_foreign_process_does_not_stop_the_start(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    cluster.start(throwaway_settings())
    note(cluster, "kept")
    pid_file = cluster.data / "postmaster.pid"
    content = pid_file.read_text().splitlines()
    kill_server(cluster)
    account = cluster.account
    identity = {"user": account.uid, "group": account.gid} if account.switch else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **identity) as foreign:
        pid_file.write_text("\n".join([str(foreign.pid), *content[1:]]))
        assert cluster.postmaster() is None
        cluster.start(throwaway_settings())
        foreign.kill()
    assert notes(cluster) == ["kept"]


def test_a_cut_off_pid_file_does_not_stop_the_start(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    (cluster.data / "postmaster.pid").write_text("")
    cluster.start(throwaway_settings())
    assert cluster.is_ready()


def test_a_zombie_is_no_server(tmp_path: Path) -> None:
    program = tmp_path / "postgres"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as process:
        assert is_postmaster_of(process.pid, Path("60"))
        process.kill()
        psutil.Process(process.pid).status()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not is_postmaster_of(process.pid, Path("60"))


def test_a_data_folder_left_half_made_is_made_anew(reachable_folder: Path) -> None:
    half_made = reachable_folder / "postgres" / "data.unfinished"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18")
    cluster = Cluster(reachable_folder / "postgres")
    cluster.start(throwaway_settings())
    assert cluster.is_ready()
    cluster.stop()


def test_a_server_asked_to_stay_outlives_its_users_until_it_is_stopped(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    cluster.start(throwaway_settings(), stay=True)
    cluster.leave()
    assert cluster.is_ready()
    cluster.stop()
    assert cluster.postmaster() is None


def test_a_server_that_cannot_start_says_why(new_cluster: NewCluster) -> None:
    cluster = new_cluster()
    with pytest.raises(ClusterError, match="no_such_setting"):
        cluster.start({"no_such_setting": "1"})


def test_the_url_of_a_stopped_server_is_refused(new_cluster: NewCluster) -> None:
    with pytest.raises(ClusterError, match="not running"):
        new_cluster().url()


@pytest.mark.usefixtures("without_database_url")
def test_database_url_starts_the_server_of_the_variable_folder_and_exports_its_address(
    new_cluster: NewCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = new_cluster("var/postgres")
    monkeypatch.setenv("BIHUAN_VAR", str(cluster.folder.parent))
    with database_url() as url:
        assert os.environ["DATABASE_URL"] == url == cluster.url()
        with psycopg.connect(url) as connection:
            owner = connection.execute("SELECT current_database(), current_user").fetchone()
    assert owner == ("bihuan", "bihuan")
    assert "DATABASE_URL" not in os.environ
    assert cluster.postmaster() is None


def test_a_given_database_url_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/bihuan")
    with database_url() as url:
        assert url == "postgresql://elsewhere/bihuan"
    assert os.environ["DATABASE_URL"] == url
