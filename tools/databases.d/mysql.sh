# shellcheck shell=bash
# MySQL, as tools/databases starts it: the machine's own, or Debian sid's in a root of its own (Debian itself has none).
# Users, options and URLs are written in mariadb.sh.

mysql_server() { PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mysqld; }

# MariaDB calls itself mysqld too.
is_mysql() { mysql_server >/dev/null && ! "$(mysql_server)" --version | grep -qi mariadb; }

mysql_install() {
  is_mysql && return 0
  tools/sid-root install mysql-server >/dev/null || unavailable "no MySQL here, and no Debian sid root to have one in"
}

# Sets mysql: what stands before a program of MySQL.
mysql_where() {
  mysql=("${as_server[@]}")
  is_mysql || mysql=("$ROOT/tools/sid-root" run "${as_server[@]}")
}

mysql_create() {
  local home mysql
  home=$(kept home)
  mysql_where
  (cd "$home" && quietly mysql-create "${mysql[@]}" mysqld --no-defaults --initialize-insecure --datadir="$home/data")
}

mysql_command() {
  local mysql
  mysql_where
  mysql_options
  server=("${mysql[@]}" mysqld "${options[@]}" --mysqlx=OFF)
  ! is_fast || server+=(--innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=2 --innodb-doublewrite=OFF)
}

mysql_admin() {
  local home mysql
  home=$(kept home)
  mysql_where
  (cd "$home" && "${mysql[@]}" mysql --no-defaults --connect-timeout=5 --socket="$home/sock" --user=root --execute="$1")
}

mysql_answers() { mysql_admin 'SELECT 1'; }

mysql_prepare() {
  mysql_admin "CREATE USER doorstep@'127.0.0.1' IDENTIFIED BY '$(kept password)';
    GRANT ALL ON *.* TO doorstep@'127.0.0.1' WITH GRANT OPTION"
  keep url "$(mysql_url mysql '')"
}

mysql_fresh() {
  mysql_admin "CREATE DATABASE $1"
  mysql_url mysql "$1"
}
