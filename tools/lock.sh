#!/usr/bin/env bash
# Writes requirements.lock from the ranges in setup.cfg: run time, tests, and what builds the package.
# The tool that does it lives in an environment of its own, since it is no part of what is locked.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=.test-tools/lock
python="$(tools/need.sh python)"
[ -x "$tool/bin/uv" ] || { "$python" -m venv "$tool" && "$tool/bin/python" -m pip install --quiet uv; }

new="$(mktemp)"
trap 'rm -f "$new"' EXIT
echo 'setuptools>=77' |
  "$tool/bin/uv" pip compile setup.py - --quiet --extra test --universal --python-version 3.11 --generate-hashes \
    --upgrade --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file "$new"
{
  echo "# Every package for running, testing and building Baraza, with hashes; Python 3.11 or newer."
  echo "# Made by \`make lock\` from the ranges in setup.cfg; not written by hand."
  cat "$new"
} >requirements.lock
