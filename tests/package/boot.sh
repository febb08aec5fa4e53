# shellcheck shell=bash
# Debian's own systemd as the first process of a clean root, so that the hardened service runs as it will. Sourced by tools/parts/package.

# boot ROOT: starts it in namespaces of its own; sets booted to its first process. 1: this machine allows no such thing.
boot() {
  local parent
  # shellcheck disable=SC2016
  unshare --mount --propagation private --pid --fork --kill-child --net --uts --ipc --cgroup bash -c '
    set -e
    mount --bind "$0" "$0"
    cd "$0"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs -o mode=755 tmpfs dev
    for device in null zero full random urandom tty; do touch dev/$device && mount --bind /dev/$device dev/$device; done
    mkdir dev/shm dev/pts
    mount -t tmpfs tmpfs dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    pivot_root . mnt
    umount --lazy /mnt
    exec /usr/bin/env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init --log-target=journal
  ' "$1" >"$work/boot.log" 2>&1 </dev/null &
  parent=$!
  for _ in {1..100}; do
    booted=$(pgrep --parent $parent | head -n 1)
    [ -n "$booted" ] && in_boot test -S /run/systemd/private 2>/dev/null && return
    kill -0 $parent 2>/dev/null || return
    sleep 0.1
  done
  return 1
}

in_boot() { nsenter --target "$booted" --mount --pid --net --ipc --uts --root --wd "$@"; }

end_boot() { [ -z "${booted:-}" ] || kill -KILL "$booted" 2>/dev/null || true; }

# state PROPERTY: what systemd says of the service.
state() { in_boot systemctl show --property="$1" --value doorstep.service; }

# wait_until WORDS COMMAND…: until it succeeds, within ten seconds.
wait_until() {
  local what=$1
  shift
  for _ in {1..100}; do
    "$@" && return
    sleep 0.1
  done
  echo "not within ten seconds: $what" && return 1
}
