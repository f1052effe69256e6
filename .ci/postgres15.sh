#!/usr/bin/env bash
# Runs a command on Debian's own PostgreSQL 15 (or the newest one installed, when 15 is not to be had):
#     .ci/postgres15.sh .venv/bin/python -m pytest -m smoke
# The cluster lives in a temporary folder, is reached by DATABASE_URL, and is gone when the command ends.
# As root the server is installed if it is missing, and runs as the user postgres.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

programs() {
    local newest
    newest=$(find /usr/lib/postgresql -maxdepth 1 -mindepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -n 1)
    for version in 15 "$newest"; do
        if [ "${version:-0}" -ge 15 ] && [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then
            echo "/usr/lib/postgresql/$version/bin"
            return
        fi
    done
    return 1
}

install_server() {
    [ "$(id -u)" = 0 ] || { say "PostgreSQL 15 is not installed: apt-get install postgresql-15"; exit 2; }
    export DEBIAN_FRONTEND=noninteractive
    say "Installing PostgreSQL 15"
    apt-get -qq update >&2
    # The package must not start a server of its own.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get -qq install -y postgresql-15 >&2 || apt-get -qq install -y postgresql >&2
}

as_server_user() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

[ $# -gt 0 ] || { say "Usage: $0 COMMAND..."; exit 2; }
programs >/dev/null || install_server
bin=$(programs)
folder=$(mktemp -d -p /tmp bihuan-pg15.XXXXXX)
[ "$(id -u)" != 0 ] || chown postgres "$folder"

finish() {
    (cd "$folder" && as_server_user "$bin/pg_ctl" stop -D "$folder/data" -m immediate -w >/dev/null 2>&1) || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

(
    cd "$folder"
    as_server_user "$bin/initdb" -D "$folder/data" -U bihuan -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    as_server_user "$bin/pg_ctl" start -D "$folder/data" -w -t 120 -l "$folder/server.log" \
        -o "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c max_connections=200" >/dev/null
    as_server_user "$bin/createdb" -h "$folder" -U bihuan bihuan
)
export DATABASE_URL="postgresql://bihuan@/bihuan?host=${folder//\//%2F}"
say "DATABASE_URL=$DATABASE_URL ($("$bin/postgres" --version))"
"$@"
