# shellcheck shell=bash
# What the servers of tools/databases share. Each engine's file has ENGINE_install, _create (the data folder),
# _command (the server's command line, in the array `server`), _answers (does it?), _prepare (users, the URL) and _fresh.
#
# The state of a server stands in .cache/databases/[LABEL-]ENGINE: home, port, password, url. Its data is elsewhere:
# the user that it runs as may not be able to read the tree.

# use ENGINE: what the functions below are about.
use() {
  engine=$1 state=$CACHE/databases/${label:+$label-}$1
  mkdir -p "$CACHE/databases"
}

keep() { printf '%s\n' "$2" >"$state/$1"; }
kept() { cat "$state/$1"; }

is_root() { [ "$(id -u)" -eq 0 ]; }

# Stands before a command: no server needs to be root, and some refuse it.
as_server=(env)
! is_root || as_server=(setpriv --reuid=nobody --regid=nogroup --clear-groups)

random_word() { od -An -N8 -tx8 /dev/urandom | tr -d ' \n'; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# unavailable REASON: not here, and that is nobody's mistake.
unavailable() {
  step "$engine: skipped: $1"
  return 77
}

make_home() {
  local home
  # Not below /tmp, which is memory on some machines: what a crash leaves must have been on a disk. Where no plug is pulled memory
  # is what it should be: MongoDB flushes some forty files for each database that a test makes.
  home=$(mktemp -d "$({ [ -n "$fast" ] && has_room_in_memory && echo /dev/shm; } || echo "${TMPDIR:-/var/tmp}")/doorstep-$engine.XXXXXX")
  ! is_root || chown nobody:nogroup "$home"
  mkdir "$state"
  keep home "$home"
  keep port "$(free_port)"
  keep password "$(random_word)"
  [ -z "$fast" ] || keep fast yes
}

# Servers run from there, and some gigabytes of what they keep must not push the tests out.
has_room_in_memory() {
  [ -w /dev/shm ] && ! findmnt --noheadings --output OPTIONS /dev/shm | grep -q noexec &&
    [ "$(df --output=avail /dev/shm | tail -1)" -ge 8000000 ]
}

is_fast() { [ -f "$state/fast" ]; }

# The process, when it lives. Every server writes its own pid file; one that is left over may name somebody else's process.
server_pid() {
  local home pid
  home=$(kept home) && read -r pid 2>/dev/null <"$home/server.pid" && [ -n "$pid" ] || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null | grep -qF "${home##*/}" && echo "$pid"
}

is_up() { [ -f "$state/url" ] && server_pid >/dev/null && "${engine}_answers" >/dev/null 2>&1; }

need_up() {
  use "$1"
  is_up || die "No $1 of this tree is running: tools/databases start $1"
}

# Starts the server on its folder and waits until it answers.
serve() {
  local home port server=() log tries child=
  home=$(kept home) port=$(kept port) log=$CACHE/logs/${state##*/}.log
  "${engine}_command"
  for tries in {0..299}; do
    # After a kill the first try may meet what the dead server still holds, and give up: then there is another one.
    [ -n "$child" ] && kill -0 "$child" 2>/dev/null || launch
    server_pid >/dev/null && "${engine}_answers" >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  tail -n 20 "$log" >&2
  die "$engine does not answer after a minute. Its log: ${log#"$ROOT"/}"
}

# In a session of its own: it must not end by the Ctrl-C of whoever started it, nor keep that one's pipes open.
launch() {
  rm -f "$home/server.pid"
  cd "$home"
  setsid "${server[@]}" >>"$log" 2>&1 </dev/null 9>&- &
  child=$!
  cd "$ROOT"
  disown
}

slay() { kill -9 "$(server_pid)" && gone; }

# Waits until the process has ended, for 20 seconds at most. One that nobody has reaped yet has ended too.
gone() {
  local tries
  for tries in {1..400}; do
    server_pid >/dev/null || return 0
    sleep 0.05
  done
  return 1
}

# Ends the server and deletes all that it had.
forget() {
  [ -d "$state" ] || return 0
  local pid home
  home=$(kept home 2>/dev/null) || home=
  if [ -n "$home" ] && pid=$(server_pid); then
    kill -TERM "$pid"
    gone || kill -9 "$pid" || true
  fi
  case $home in */doorstep-"$engine".*) rm -rf "$home" ;; esac
  rm -rf "$state"
}
