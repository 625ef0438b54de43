#!/usr/bin/env bash
# Sees to it that what Baraza needs from the system is there.
#
#   tools/need.sh python   print the path of a Python that can make the environment
#   tools/need.sh tests    PostgreSQL's server, Chromium, a font with Arabic, pdftotext, and epubcheck
#
# What is missing is installed when root on a Debian system; otherwise one sentence names it, and the line to type.
set -euo pipefail

provide() { # provide WHAT PACKAGE...
  local what="$1" line
  shift
  line="apt-get install --no-install-recommends $*"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $what: $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2; then
      return
    fi
    echo "This needs $what, and '$line' failed." >&2
  else
    echo "This needs $what; on Debian, type as root: $line" >&2
  fi
  exit 1
}

has_server() { "$(dirname "$0")/postgres.sh" bin >/dev/null 2>&1; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_arabic() { command -v fc-list && [ -n "$(fc-list :lang=ar family)" ]; }

# One start of Java checks all books, by a few lines that Java compiles: that takes its compiler besides.
has_epubcheck() { [ -f /usr/share/java/epubcheck.jar ] && command -v java && command -v javac; }

tests() {
  local what=() packages=()
  has_server || { what+=("a PostgreSQL server"); packages+=(postgresql); }
  has_chromium >/dev/null || { what+=("Chromium"); packages+=(chromium); }
  has_arabic >/dev/null || { what+=("a font with Arabic letters"); packages+=(fontconfig fonts-noto-core); }
  command -v pdftotext >/dev/null || { what+=("pdftotext"); packages+=(poppler-utils); }
  has_epubcheck >/dev/null || { what+=("epubcheck"); packages+=(epubcheck default-jdk-headless); }
  if [ ${#packages[@]} -gt 0 ]; then
    local list
    list="$(printf '%s, ' "${what[@]}")"
    provide "${list%, }" "${packages[@]}"
  fi
}

# A name on the path may be a stub that cannot run, so each candidate is tried.
usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
complete() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# The system's own comes first: it is built for speed (profile-guided, with its library inside), which one that
# somebody compiled, as pyenv does, mostly is not; it made a sixth more attempts a second (docs/performance.md).
python() {
  local name found=""
  if [ -n "${PYTHON:-}" ] && ! { usable "$PYTHON" && complete "$PYTHON"; }; then
    echo "PYTHON=$PYTHON names no Python of 3.11 or newer with its venv module." >&2
    exit 1
  fi
  for name in ${PYTHON:-} /usr/bin/python3 python3 python3.11 python3.12 python3.13 python3.14; do
    if usable "$name"; then
      found="$name"
      if complete "$name"; then
        command -v "$name"
        return
      fi
    fi
  done
  if [ -n "$found" ]; then
    provide "Python's venv module" "python$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
  else
    provide "Python 3.11 or newer" python3 python3-venv
    usable python3 || { echo "This needs Python 3.11 or newer, and this system's packages have an older one." >&2; exit 1; }
    found=python3
  fi
  command -v "$found"
}

case "${1:-}" in
  python | tests) "$1" ;;
  *)
    echo "usage: tools/need.sh python|tests" >&2
    exit 2
    ;;
esac
