#!/usr/bin/env bash
# A throw-away PostgreSQL cluster for the tests. It is fast and forgets: never for data that matters.
#
#   tools/postgres.sh run COMMAND...   start, run the command with BARAZA_TEST_DATABASE_URL set, stop and remove
#   tools/postgres.sh measure COMMAND...  the same with what a server comes with: it syncs, and keeps its statistics
#   tools/postgres.sh start            start one; prints its folder and its address, a line each
#   tools/postgres.sh stop FOLDER      stop that one and remove it
#   tools/postgres.sh bin              print the folder of PostgreSQL's programs
set -euo pipefail

# PostgreSQL refuses to run as root.
as() { if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi; }

bin() {
  local folder
  for folder in "$(pg_config --bindir 2>/dev/null || true)" \
    $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) \
    "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
    # pg_config may come from the client's headers, without a server beside it.
    if [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
      echo "$folder"
      return
    fi
  done
  echo "There is no PostgreSQL server on this machine; on Debian, type as root: apt-get install postgresql" >&2
  return 1
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# What makes it forget.
forgetful="-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"

# Sets `folder` and `url`. The caller sees to it that `stop` follows, also when this fails half way.
folder="" url=""
make_cluster() {
  local programs password port
  programs="$(bin)"
  folder="$(as mktemp -d "/tmp/baraza-postgres.XXXXXXXX")"
  # Whoever can connect as the superuser can run programs as its owner, hence a password even here.
  password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  printf '%s\n' "$password" | as tee "$folder/password" >/dev/null
  as "$programs/initdb" -D "$folder/data" -U baraza -A scram-sha-256 --pwfile "$folder/password" \
    -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  for _ in 1 2 3; do
    # Another program may take the port in between; then the next one is tried.
    port="$(free_port)"
    if as "$programs/pg_ctl" -D "$folder/data" -w -s -l "$folder/log" -o "-p $port -c unix_socket_directories= \
      -c listen_addresses=127.0.0.1 $forgetful" start </dev/null >/dev/null 2>&1; then
      url="postgresql://baraza:$password@127.0.0.1:$port/postgres"
      return
    fi
  done
  echo "PostgreSQL did not start:" >&2
  as tail -n 5 "$folder/log" >&2
  return 1
}

start() {
  trap '[ -z "$folder" ] || stop "$folder"' EXIT
  make_cluster
  trap - EXIT
  printf '%s\n%s\n' "$folder" "$url"
}

stop() {
  local made="$1"
  case "$made" in
    /tmp/baraza-postgres.*) ;;
    *)
      echo "$made is not a folder that this script made." >&2
      return 2
      ;;
  esac
  as "$(bin)/pg_ctl" -D "$made/data" -m immediate -s -w stop >/dev/null 2>&1 || true
  as rm -rf "$made"
}

run() {
  local child status=0
  trap '[ -z "$folder" ] || stop "$folder"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  make_cluster
  export BARAZA_TEST_DATABASE_URL="$url"
  # In a process group of its own, so that an interrupt can be passed on and waited for.
  set -m
  "$@" &
  child=$!
  set +m
  trap 'kill -INT -- "-$child"' INT
  trap 'kill -TERM -- "-$child"' TERM HUP
  wait "$child" || status=$?
  while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
  done
  exit "$status"
}

case "${1:-}" in
  bin | start) "$1" ;;
  stop) stop "${2:?which folder}" ;;
  run)
    shift
    run "$@"
    ;;
  measure)
    shift
    forgetful=""
    run "$@"
    ;;
  *)
    echo "usage: tools/postgres.sh run COMMAND... | measure COMMAND... | start | stop FOLDER | bin" >&2
    exit 2
    ;;
esac
