#!/usr/bin/env bash
# Builds the demonstration if it is not there, and serves it: tools/demo.sh BIN PORT
set -euo pipefail
bin="$1" port="$2"

free() {
  "$bin/python" - "$port" <<'PY'
import socket
import sys

with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(sys.argv[1])))
    except (OSError, OverflowError, ValueError):
        sys.exit(1)
PY
}

# Before the minute that building takes, not after it.
if ! free; then
  echo "Port $port cannot be used here, perhaps another program has it; choose another one: make demo PORT=8001" >&2
  exit 1
fi
export BARAZA_PUBLIC_URL="${BARAZA_PUBLIC_URL:-http://127.0.0.1:$port}"
"$bin/lms" demo
exec "$bin/lms" serve --port "$port"
