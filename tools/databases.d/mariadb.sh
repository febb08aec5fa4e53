# shellcheck shell=bash
# MariaDB, as tools/databases starts it. What MySQL shares with it is here too.

# Debian's server programs are in sbin, which a person's PATH may not have.
mariadb_server() { PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mariadbd; }

mariadb_install() {
  { mariadb_server && command -v mariadb-install-db mariadb; } >/dev/null || install_debian mariadb-server mariadb-client ||
    unavailable "no MariaDB here (on Debian: apt-get install mariadb-server)"
}

mariadb_create() {
  local home
  home=$(kept home)
  quietly mariadb-create "${as_server[@]}" mariadb-install-db --no-defaults --datadir="$home/data" \
    --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve
}

mariadb_command() {
  mysql_options
  server=("${as_server[@]}" "$(mariadb_server)" "${options[@]}")
  ! is_fast || server+=(--innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=2 --innodb-doublewrite=0)
}

# Sets options: those that both servers know. The administrator comes by the socket, in a folder of the server's user.
mysql_options() {
  options=(--no-defaults --datadir="$home/data" --socket="$home/sock" --pid-file="$home/server.pid" --port="$port"
    --bind-address=127.0.0.1 --skip-name-resolve --skip-log-bin --max-connections=500 --innodb-buffer-pool-size=128M
    --performance-schema=OFF)
}

mariadb_admin() {
  "${as_server[@]}" mariadb --no-defaults --connect-timeout=5 --socket="$(kept home)/sock" --user=root --execute="$1"
}

mariadb_answers() { mariadb_admin 'SELECT 1'; }

mariadb_prepare() {
  mariadb_admin "CREATE USER doorstep@'127.0.0.1' IDENTIFIED BY '$(kept password)';
    GRANT ALL ON *.* TO doorstep@'127.0.0.1' WITH GRANT OPTION"
  keep url "$(mysql_url mariadb '')"
}

# mysql_url SCHEME DATABASE
mysql_url() { printf '%s://doorstep:%s@127.0.0.1:%s/%s\n' "$1" "$(kept password)" "$(kept port)" "$2"; }

mariadb_fresh() {
  mariadb_admin "CREATE DATABASE $1"
  mysql_url mariadb "$1"
}
