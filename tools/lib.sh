# shellcheck shell=bash
# Shared by ./run, ./test and the scripts of tools/: source it, do not run it.
# Everything is written below .cache/ (ignored by git), so that the tree stays clean.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=$ROOT/.cache
mkdir -p "$CACHE/stamps" "$CACHE/logs"

step() { printf '%s\n' "$*" >&2; }

die() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

# note TEXT: something a reader of the result must know. ./test repeats it below its table.
note() { printf 'note: %s\n' "$*"; }

# need TOOL HOW: stops when a tool is missing, and says how to get it.
need() { command -v "$1" >/dev/null 2>&1 || die "$1 is missing. $2"; }

# quietly NAME COMMAND…: runs it, shows its output only when it fails.
quietly() {
  local log=$CACHE/logs/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null && return 0
  { head -n 20 "$log" && echo "..." && tail -n +21 "$log" | tail -n 40; } >&2
  die "That failed: $*
The whole output is in ${log#"$ROOT"/}"
}

# install_packages FOLDER: npm ci, when the lock file, the manifests or Node changed.
install_packages() {
  local hash name
  name=npm-$(printf '%s' "$1" | tr / -)
  hash=$(cd "$ROOT/$1" && { node --version; cat package-lock.json package.json ./*/package.json 2>/dev/null || true; } | sha256sum)
  is_fresh "$name" "$hash" && [ -d "$ROOT/$1/node_modules" ] && return 0
  step "$1: installing packages"
  quietly "$name" npm ci --no-audit --no-fund --loglevel=error --prefix "$ROOT/$1"
  keep_stamp "$name" "$hash"
}

# fingerprint PATH…: one hash over the contents of files, without what a build makes.
fingerprint() {
  (cd "$ROOT" && find "$@" \( -name node_modules -o -name dist -o -name .vite \) -prune -o -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

# is_fresh NAME HASH / keep_stamp NAME HASH: whether this very input was built before.
is_fresh() { [ "$(cat "$CACHE/stamps/$1" 2>/dev/null)" = "$2" ]; }
keep_stamp() { printf '%s\n' "$2" >"$CACHE/stamps/$1"; }

# The folder that cargo builds into, absolute.
target_dir() {
  local dir=${CARGO_TARGET_DIR:-target}
  case $dir in /*) printf '%s' "$dir" ;; *) printf '%s' "$ROOT/$dir" ;; esac
}

# check NAME COMMAND…: one check of a part; finish_checks closes the part.
checks_passed=0 checks_failed=0
check() {
  local name=$1 started=$SECONDS
  shift
  if "$@"; then
    checks_passed=$((checks_passed + 1))
    printf 'ok      %s (%ss)\n' "$name" $((SECONDS - started))
  else
    checks_failed=$((checks_failed + 1))
    printf 'FAILED  %s (%ss)\n' "$name" $((SECONDS - started))
  fi
}

finish_checks() {
  printf '%s passed, %s failed\n' "$checks_passed" "$checks_failed"
  [ "$checks_failed" -eq 0 ]
}
