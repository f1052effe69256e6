"""What the embedded server is set to, and what it never writes down."""

import psycopg
import pytest

from bihuan.runtime.postgres import Cluster
from bihuan.runtime.tests.conftest import NewCluster


@pytest.fixture
def tuned(new_cluster: NewCluster) -> Cluster:
    cluster = new_cluster()
    cluster.start()
    return cluster


def shown(cluster: Cluster, setting: str) -> str:
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert row
    return str(row[0])


def test_acknowledged_commits_are_on_disk_and_queries_are_not_compiled(tuned: Cluster) -> None:
    kept = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "jit": "off", "listen_addresses": ""}
    assert {name: shown(tuned, name) for name in kept} == kept


def test_chinese_text_sorts_and_folds_the_same_on_every_machine(tuned: Cluster) -> None:
    with psycopg.connect(tuned.url()) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, upper('é') FROM pg_database WHERE datname = 'bihuan'"
        ).fetchone()
    assert row == ("b", "C.UTF-8", "É")


def test_the_application_role_owns_its_database_and_is_no_superuser(tuned: Cluster) -> None:
    assert shown(tuned, "is_superuser") == "off"


def test_the_log_holds_no_statement_parameter_or_row(tuned: Cluster) -> None:
    with psycopg.connect(tuned.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE phone (number text UNIQUE)")
        connection.execute("INSERT INTO phone VALUES ('13800138000')")
        for statement, parameters in (
            ("INSERT INTO phone VALUES ('13800138000')", None),
            ("INSERT INTO phone VALUES (%s)", ["13800138000"]),
            ("SELECT '13800138000' FROM no_such_table", None),
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, parameters)
    logs = [file.read_text() for file in (tuned.folder / "log").iterdir()]
    assert any("duplicate key" in log for log in logs)
    assert not any("13800138000" in log for log in logs)
