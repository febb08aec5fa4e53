# shellcheck shell=bash
# A clean Debian root, as somebody's new server has it: nothing of this machine is in it. Sourced by tools/parts/package.

# The oldest Debian that the package is for. With systemd, so that its service can be started as it will be.
CLEAN_SUITE=bookworm
CLEAN_ROOT=$HOST_CACHE/clean-$CLEAN_SUITE
roots=()

# Made once for all clones of this machine. 77: this machine can have none.
make_clean_root() (
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && unshare --mount --pid --fork --net true 2>/dev/null || return 77
  flock 4
  [ ! -f "$CLEAN_ROOT/.made" ] || return 0
  from=$(debian_mirror)
  [ -n "$from" ] || return 77
  command -v debootstrap >/dev/null || install_debian debootstrap || return
  step "making a clean Debian root in $CLEAN_ROOT (once, about a minute)"
  rm -rf --one-file-system "$CLEAN_ROOT"
  mkdir -p "$CLEAN_ROOT"
  quietly clean-root debootstrap --variant=minbase --include=systemd-sysv $CLEAN_SUITE "$CLEAN_ROOT" "$from"
  rm -f "$CLEAN_ROOT"/var/cache/apt/archives/*.deb
  touch "$CLEAN_ROOT/.made"
) 4>"$CLEAN_ROOT.lock"

# fresh_root NAME: a copy of it that a check may change; sets root.
fresh_root() {
  root=$work/$1
  roots+=("$root")
  rm -rf --one-file-system "$root"
  cp -a --reflink=auto "$CLEAN_ROOT" "$root"
  mkdir -p "$root/test"
  cp tests/package/answers "$root/test/"
}

# inside ROOT COMMAND…: in that root, all of it read-only but the folder WRITABLE and /tmp if that is set, with processes and a network of its own: no port is taken, nobody is met, nothing stays behind.
inside() {
  local at=$1
  shift
  # shellcheck disable=SC2016
  unshare --mount --propagation private --pid --fork --kill-child --net bash -c '
    set -e
    ip link set lo up
    if [ -n "${WRITABLE:-}" ]; then
      mount --bind "$1" "$1"
      mount --bind "$1$WRITABLE" "$1$WRITABLE"
      mount -o remount,bind,ro "$1"
      mount -t tmpfs tmpfs "$1/tmp"
    fi
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    cd "$1"
    shift
    exec chroot . /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 "$@"
  ' inside "$at" "$@"
}
