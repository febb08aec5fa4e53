# shellcheck shell=bash
# Shared by ./run, ./test and the scripts of tools/: source it, do not run it.
# Everything is written below .cache/ (ignored by git), so that the tree stays clean.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=$ROOT/.cache
# What all clones on this machine share: each thing there is named by its version, or by the hash of what it was made from.
HOST_CACHE=${XDG_CACHE_HOME:-${HOME:-}/.cache}/doorstep
mkdir -p "$CACHE/stamps" "$CACHE/logs"

# Everything is compiled in one way, so that no part of ./test compiles what another has. (`cargo build --package …` alone resolves
# the same features; `cargo test` does not.)
WORKSPACE=(--workspace --locked --features doorstep-testkit/servers)

# What macOS has under another name, or not at all.
if command -v sha256sum >/dev/null; then SHA256=(sha256sum); else SHA256=(shasum -a 256); fi

# lock FD: waits until nobody else holds the file that is open there. It is free again when the file is closed, however that happens.
lock() {
  if command -v flock >/dev/null; then
    flock "$1"
  else
    python3 -c 'import fcntl, sys; fcntl.flock(int(sys.argv[1]), fcntl.LOCK_EX)' "$1"
  fi
}

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

# install_debian PACKAGE…: from the machine's own sources, without starting what a package brings. 1: this machine is no Debian, or
# the caller not root.
install_debian() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
  step "installing $*"
  mkdir -p "$HOST_CACHE"
  # apt does not wait for another apt that fetches lists: parts and clones run side by side.
  (flock 6 && quietly "apt-$1" apt_install "$@") 6>"$HOST_CACHE/apt.lock" || exit
}

# The lists may be missing or old; fetching them each time would be slow.
apt_install() {
  local install=(apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends "$@")
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  with_services_off "${install[@]}" || { apt-get update && with_services_off "${install[@]}"; }
}

# Debian asks this file whether a package may start its service, and 101 is no.
with_services_off() {
  local policy=/usr/sbin/policy-rc.d own='' code=0
  if [ ! -e $policy ]; then
    own=1
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
  fi
  "$@" || code=$?
  [ -z "$own" ] || rm -f $policy
  return $code
}

# debian_mirror: the mirror that this machine's own apt uses; none is written down here. Nothing, where apt knows none.
debian_mirror() {
  [ -n "${DEBIAN_MIRROR:-}" ] && printf '%s' "$DEBIAN_MIRROR" && return
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 !~ /security|updates|backports/ { print $3; exit }'
}

# install_packages FOLDER: npm ci, when the lock file, the manifests or Node changed. Two parts may ask for one folder at once.
install_packages() {
  local name
  name=npm-$(printf '%s' "$1" | tr / -)
  (lock 5 && npm_ci "$1" "$name") 5>"$CACHE/$name.lock"
}

npm_ci() {
  local hash name=$2
  hash=$(cd "$ROOT/$1" && { node --version; cat package-lock.json package.json ./*/package.json 2>/dev/null || true; } | "${SHA256[@]}")
  is_fresh "$name" "$hash" && [ -d "$ROOT/$1/node_modules" ] && return 0
  step "$1: installing packages"
  quietly "$name" npm ci --no-audit --no-fund --loglevel=error --prefix "$ROOT/$1"
  keep_stamp "$name" "$hash"
}

# python_packages NAME LIST: a folder with what the file LIST names, once for each list and each Python; prints its path.
python_packages() (
  set -e
  mkdir -p "$HOST_CACHE"
  venv=$HOST_CACHE/$1-$({ cat "$2" && python3 -VV; } | "${SHA256[@]}" | cut -c1-16)
  exec 4>"$venv.lock"
  lock 4
  if [ ! -f "$venv/.installed" ]; then
    python3 -c 'import venv, ensurepip' 2>/dev/null || install_debian python3-venv ||
      die "Python's venv is missing (on Debian: apt-get install python3-venv)."
    step "installing what $2 names into $venv"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$2" >&2
    touch "$venv/.installed"
  fi
  printf '%s' "$venv"
)

# fingerprint PATH…: one hash over the contents of files, without what a build makes.
fingerprint() {
  (cd "$ROOT" && find "$@" \( -name node_modules -o -name dist -o -name .vite \) -prune -o -type f -print0 |
    sort -z | xargs -0 "${SHA256[@]}" | "${SHA256[@]}" | cut -d' ' -f1)
}

# is_fresh NAME HASH / keep_stamp NAME HASH: whether this very input was built before.
is_fresh() { [ "$(cat "$CACHE/stamps/$1" 2>/dev/null)" = "$2" ]; }
keep_stamp() { printf '%s\n' "$2" >"$CACHE/stamps/$1"; }

# The folder that cargo builds into, absolute.
target_dir() {
  local dir=${CARGO_TARGET_DIR:-target}
  case $dir in /*) printf '%s' "$dir" ;; *) printf '%s' "$ROOT/$dir" ;; esac
}

# begin_servers LABEL ENGINE…: starts database servers beside whatever the part does next; serve waits for each of them, and says
# what was wrong. SQLite needs none, and DOORSTEP_TEST_POSTGRES=URL and the like name servers that run already.
begin_servers() {
  local label=$1 engine
  shift
  for engine in "$@"; do
    ! needs_server "$engine" || tools/databases start "$engine" --label "$label" --fast >/dev/null 2>&1 &
  done
}

# serve LABEL ENGINE: its variable is set when this succeeds. Nothing pulls a plug on such a server: that is the part "crash".
serve() {
  local line
  ! needs_server "$2" || { line=$(tools/databases start "$2" --label "$1" --fast) && export "${line?}"; }
}

needs_server() {
  local variable=DOORSTEP_TEST_${1^^}
  [ "$1" != sqlite ] && [ -z "${!variable:-}" ]
}

# end_servers LABEL: for the trap of a part's end.
end_servers() {
  wait
  tools/databases stop --label "$1"
}

# lap NAME: what a part did since its last lap, or since it began, was NAME. ./test shows where the time went.
lap_began=0
lap() {
  printf 'lap     %s (%ss)\n' "$1" $((SECONDS - lap_began))
  lap_began=$SECONDS
}

# compile_server: target/debug/doorstep, for parts that look at it from outside.
compile_server() {
  cargo build --quiet --locked --package doorstep-server --bin doorstep || return
  lap build
}

# check NAME COMMAND…: one check of a part, and a lap; finish_checks closes the part.
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
  lap_began=$SECONDS
}

finish_checks() {
  printf '%s passed, %s failed\n' "$checks_passed" "$checks_failed"
  [ "$checks_failed" -eq 0 ]
}
