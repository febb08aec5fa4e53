# shellcheck shell=bash
# PostgreSQL, as tools/databases starts it.

postgres_programs() {
  local folder
  # Debian keeps the servers of all versions out of PATH.
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v initdb 2>/dev/null)")"; do
    [ -x "$folder/initdb" ] && [ -x "$folder/psql" ] && printf '%s' "$folder" && return 0
  done
  return 1
}

postgres_install() {
  postgres_programs >/dev/null || install_debian postgresql postgresql-client ||
    unavailable "no PostgreSQL here (on Debian: apt-get install postgresql)"
}

postgres_create() {
  local home
  home=$(kept home)
  quietly postgres-initdb "${as_server[@]}" "$(postgres_programs)/initdb" --pgdata="$home/data" --username=admin --encoding=UTF8 \
    --locale=C --auth-local=trust --auth-host=scram-sha-256 $(is_fast && echo --no-sync)
}

postgres_command() {
  server=("${as_server[@]}" "$(postgres_programs)/postgres" -D "$home/data" -p "$port" -k "$home"
    -c listen_addresses=127.0.0.1 -c external_pid_file="$home/server.pid" -c max_connections=500
    -c shared_buffers=128MB -c max_prepared_transactions=0)
  ! is_fast || server+=(-c fsync=off -c full_page_writes=off)
}

# The administrator comes by the socket, which nobody but the server's user and root can reach.
postgres_admin() {
  "${as_server[@]}" env PGCONNECT_TIMEOUT=5 "$(postgres_programs)/psql" --no-psqlrc --quiet --tuples-only --set=ON_ERROR_STOP=1 \
    --host="$(kept home)" --port="$(kept port)" --username=admin --dbname=postgres --command="$1"
}

postgres_answers() { postgres_admin 'SELECT 1'; }

# The owner of the tests' databases is nobody special: it may make databases and roles, and that is all.
postgres_prepare() {
  postgres_admin "CREATE ROLE doorstep LOGIN CREATEDB CREATEROLE PASSWORD '$(kept password)'"
  keep url "$(postgres_url postgres)"
}

postgres_url() { printf 'postgres://doorstep:%s@127.0.0.1:%s/%s\n' "$(kept password)" "$(kept port)" "$1"; }

postgres_fresh() {
  postgres_admin "CREATE DATABASE $1 OWNER doorstep"
  postgres_url "$1"
}
