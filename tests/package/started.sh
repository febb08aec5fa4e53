# shellcheck shell=bash disable=SC2154
# The artefacts, installed and started in clean roots. Sourced by tools/parts/package.

archive_starts() {
  fresh_root archive
  tar --extract --gzip --file "$folder.tar.gz" --directory "$root/opt" || return
  mkdir -p "$root/var/lib/doorstep"
  chown 10001:10001 "$root/var/lib/doorstep"
  local at=/opt/${folder##*/} health
  # What stands in the Dockerfile, as the shell of the image gets it.
  health=$(sed -n 's/^    CMD \(\[.*\]\)$/\1/p' packaging/Dockerfile | python3 -c 'import json, sys; print(json.load(sys.stdin)[2])') || return
  WRITABLE=/var/lib/doorstep inside "$root" \
    setpriv --reuid 10001 --regid 10001 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs \
    env -C /var/lib/doorstep PAGES=1 HEALTH="$health" DOORSTEP_SERVER_PLATFORM=true HOST=0.0.0.0 PORT=5000 DOORSTEP_METRICS_LISTEN=127.0.0.1:9100 \
    DATABASE_URL=sqlite:/var/lib/doorstep/doorstep.db DOORSTEP_SERVER_STATIC_DIR="$at/storefront" \
    /test/answers 5000 "$at/doorstep" serve || return
  [ -s "$root/var/lib/doorstep/doorstep.db" ]
}

# expect WHAT WANTED SAID
expect() { [ "$2" = "$3" ] || { printf '%s: wanted %s, found %s\n' "$1" "$2" "$3" && return 1; }; }

debian_package_installs() {
  local path good=0
  fresh_root deb
  service_root=$root
  cp "$deb" "$root/test/"
  inside "$root" dpkg --install "/test/${deb##*/}" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log" && return 1; }
  expect "user" "doorstep:/var/lib/doorstep:/usr/sbin/nologin" "$(inside "$root" getent passwd doorstep | cut -d: -f1,6,7)" || good=1
  while read -r path wanted; do
    expect "$path" "$wanted" "$(inside "$root" stat --format '%a:%U:%G' "$path")" || good=1
  done <<'RIGHTS'
/etc/doorstep 750:root:doorstep
/etc/doorstep/doorstep.toml 640:root:doorstep
/etc/doorstep/key 640:root:doorstep
/var/lib/doorstep 700:doorstep:doorstep
/usr/bin/doorstep 755:root:root
/usr/share/doc/doorstep/copyright 644:root:root
RIGHTS
  expect "length of the key" 32 "$(base64 --decode "$root/etc/doorstep/key" | wc -c)" || good=1
  [ ! -e "$root/etc/systemd/system/multi-user.target.wants/doorstep.service" ] || { echo "it starts before anybody has set it up" && good=1; }
  return $good
}

service_asks_for_its_address() {
  local said
  root=$service_root
  said=$(as_service doorstep check-config --config /etc/doorstep/doorstep.toml 2>&1) && echo "it starts without an address" && return 1
  [[ $said == *"1 thing is wrong"*"[server] public_url"* ]] || { echo "$said" && return 1; }
  sed -i 's|^public_url = ""|public_url = "https://shop.example"|; s|^static_dir = ""|static_dir = "/usr/share/doorstep/storefront"|' "$root/etc/doorstep/doorstep.toml"
  as_service doorstep check-config --config /etc/doorstep/doorstep.toml >/dev/null || return
  # Its start line, as its user: also where no systemd can be booted.
  as_service env -C /var/lib/doorstep PAGES=1 bash -c 'mkdir -p /tmp && exec /test/answers 5000 $(sed -n "s/^ExecStart=//p" /usr/lib/systemd/system/doorstep.service)'
}

as_service() { inside "$service_root" setpriv --reuid doorstep --regid doorstep --init-groups "$@"; }

service_is_hardened() {
  command -v systemd-analyze >/dev/null || install_debian systemd || return
  local said
  said=$(systemd-analyze verify --root="$service_root" doorstep.service 2>&1) && [ -z "$said" ] || { echo "$said" && return 1; }
  # 1.4 of 10 when it was written: it must see the network, and raise its own limits.
  said=$(systemd-analyze security --offline=true --threshold=20 --root="$service_root" doorstep.service 2>&1) || { tail -n 3 <<<"$said" && return 1; }
  # A service without any of it would not pass.
  sed -i.kept '/^[A-Z][A-Za-z]*=\(yes\|strict\|\|closed\|invisible\)$/d; /^SystemCall/d' "$service_root/usr/lib/systemd/system/doorstep.service"
  ! systemd-analyze security --offline=true --threshold=20 --root="$service_root" doorstep.service >/dev/null 2>&1
  local noticed=$?
  mv "$service_root/usr/lib/systemd/system/doorstep.service.kept" "$service_root/usr/lib/systemd/system/doorstep.service"
  return $noticed
}

# What the kernel holds of the running service.
service_is_confined() {
  local status
  status=$(in_boot cat "/proc/$(state MainPID)/status") || return
  grep -qE '^Seccomp:\s+2$' <<<"$status" && grep -qE '^NoNewPrivs:\s+1$' <<<"$status" && grep -qE '^CapBnd:\s+0+$' <<<"$status" ||
    { echo "$status" | grep -E '^(Seccomp|NoNewPrivs|CapBnd)' && return 1; }
}

answers_well() { in_boot bash -c 'exec 3<>/dev/tcp/127.0.0.1/5000 && printf "GET /readyz HTTP/1.0\r\n\r\n" >&3 && read -r line <&3 && [[ $line == *" 200 "* ]]' 2>/dev/null; }

service_runs() {
  local good=0 first
  in_boot systemctl enable --now doorstep.service >/dev/null 2>&1 || good=1
  wait_until "the service answers" answers_well || { in_boot journalctl --no-pager --unit doorstep | tail -n 20; return 1; }
  service_is_confined || good=1
  first=$(state MainPID)
  in_boot bash -c 'kill -KILL "$1"' - "$first"
  is_another() { [ "$(state MainPID)" != "$first" ] && answers_well; }
  wait_until "it is started again after its end" is_another || good=1
  [ -s "$service_root/var/lib/doorstep/doorstep.db" ] || { echo "no database" && good=1; }
  ! in_boot journalctl --no-pager --unit doorstep | grep -qE '"level":"(ERROR|WARN)"' || { in_boot journalctl --no-pager --unit doorstep | grep -E 'ERROR|WARN'; good=1; }
  in_boot systemctl stop doorstep.service || good=1
  expect "result of a stop" success "$(state Result)" || good=1
  return $good
}

update_and_purge() {
  local good=0 key settings
  root=$service_root
  key=$(cat "$root/etc/doorstep/key") settings=$(cat "$root/etc/doorstep/doorstep.toml")
  inside "$root" dpkg --install "/test/${deb##*/}" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log" && good=1; }
  expect "key" "$key" "$(cat "$root/etc/doorstep/key")" || good=1
  expect "settings" "$settings" "$(cat "$root/etc/doorstep/doorstep.toml")" || good=1
  inside "$root" dpkg --purge doorstep >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log" && good=1; }
  expect "key" "$key" "$(cat "$root/etc/doorstep/key")" || good=1
  [ -s "$root/var/lib/doorstep/doorstep.db" ] || { echo "the purge took the customers" && good=1; }
  grep -q 'Kept: /var/lib/doorstep' "$work/dpkg.log" || { echo "the purge says nothing of what it kept" && good=1; }
  return $good
}

npm_package_starts() {
  local node npm
  node=$(readlink -f "$(command -v node)") npm=$(readlink -f "$(command -v npm)")
  npm=${npm%/bin/npm-cli.js}
  fresh_root npm
  cp "$tgz" "$root/test/"
  cp "$node" "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -r "$npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  # shellcheck disable=SC2016
  inside "$root" bash -c '
    set -e
    mkdir /srv/shop && cd /srv/shop && echo "{}" >package.json
    npm install --offline --no-audit --no-fund --loglevel=error "/test/$1" >/tmp/npm.log 2>&1 || { cat /tmp/npm.log; exit 1; }
    npx --no-install @doorstep/cli --version
    # npx itself waits for what it started and passes no signal on; what it starts is the launcher.
    PAGES=1 /test/answers 5000 node_modules/.bin/doorstep
    test -s doorstep.db
  ' - "${tgz##*/}"
}

# Where no registry answers, the clean root is the base. buildah comes from the sid root; it wants a root that is a mount of its own.
image_runs() {
  local code sid base=$work/image good=0 config
  tools/sid-root install buildah netavark >/dev/null
  code=$?
  [ $code -ne 77 ] || { note "no buildah can be had here: the image was not built" && return 0; }
  [ $code -eq 0 ] || return
  sid=$HOST_CACHE/sid
  mkdir -p "$base/context"
  cp -r "$folder/." "$base/context/"
  cp tests/package/image "$base/"
  tar --create --directory="$CLEAN_ROOT" --exclude='./dev/*' --file="$base/base.tar" .
  # shellcheck disable=SC2016
  unshare --mount --propagation private bash -c '
    set -e
    mount --bind "$0" "$0"
    cd "$0"
    mount -t proc proc proc
    mount --rbind /dev dev
    mount --rbind /sys sys
    mount -t tmpfs tmpfs run
    mkdir -p "$0/mnt" "$0$1"
    mount --bind "$1" "$0$1"
    pivot_root . mnt
    umount --lazy /mnt
    cd /
    exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp bash "$1/image" "$1"
  ' "$sid" "$base" >"$base/log" 2>&1 || { tail -n 20 "$base/log" && return 1; }
  rmdir "$sid$base" 2>/dev/null
  config=$base/config.json
  python3 - "$config" <<'PYTHON' || good=1
import json, sys
config = json.load(open(sys.argv[1]))
wanted = {"User": "10001:10001", "Entrypoint": ["doorstep"], "Cmd": ["serve"], "WorkingDir": "/var/lib/doorstep"}
wrong = [f"{name} is {config.get(name)}" for name, value in wanted.items() if config.get(name) != value]
wrong += [] if config["Healthcheck"]["Test"][:3] == ["CMD", "bash", "-c"] else ["no health check"]
wrong += [f"{variable} stands in the image" for variable in config["Env"] if "SECRET" in variable or "DATABASE" in variable]
print(*wrong, sep="\n", end="\n" if wrong else "")
sys.exit(bool(wrong))
PYTHON
  root=$base/root
  mkdir -p "$root/test" && cp tests/package/answers "$root/test/"
  runs() {
    local variables
    mapfile -t variables < <(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["Env"], sep="\n")' "$config")
    WRITABLE=/var/lib/doorstep inside "$root" setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --no-new-privs \
      env -C /var/lib/doorstep "${variables[@]}" DOORSTEP_SERVER_PUBLIC_URL=https://shop.example \
      DOORSTEP_SECRETS_KEY="$(head -c 32 /dev/urandom | base64)" "$@"
  }
  runs doorstep serve >"$base/refused" 2>&1 && echo "it starts without a word on where customers are kept" && good=1
  grep -q '\[database\] url: production needs to be told' "$base/refused" || { cat "$base/refused" && good=1; }
  runs HEALTH="$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["Healthcheck"]["Test"][3])' "$config")" \
    DATABASE_URL=sqlite:/var/lib/doorstep/doorstep.db /test/answers 5000 doorstep serve || good=1
  return $good
}
