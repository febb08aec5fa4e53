"""A SQLite file with as many customers as asked for. Indexes are built at the end."""

import hashlib
import os
import sqlite3

from grown import CUSTOMERS, SESSIONS, model, secret


def prepare(bench, database, size):
    model(bench, database)
    with sqlite3.connect(os.path.join(bench.folder, database), isolation_level=None) as connection:
        connection.create_function("secret_of", 1, lambda number: hashlib.sha256(secret(number)).digest())
        connection.create_function("identity", 2, identity)
        for pragma in ("journal_mode = DELETE", "synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL "
                                     "AND tbl_name IN ('customers', 'sessions')").fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")
        copy(connection, "customers", size, id=f"identity(n, {CUSTOMERS})", email="'grown-' || n || '@example.com'",
             email_key="CAST('grown-' || n || '@example.com' AS BLOB)")
        copy(connection, "sessions", size, id=f"identity(n, {SESSIONS})", customer=f"identity(n, {CUSTOMERS})", secret="secret_of(n)",
             mode="'token'", refresh="NULL")
        connection.execute("COMMIT")
        for _, sql in indexes:
            connection.execute(sql)


def size_in_bytes(bench, database):
    return os.path.getsize(os.path.join(bench.folder, database))


def identity(number, kind):
    """A UUIDv7, one after the other as the server would make them: 7 in the version's place, 10 in the variant's."""
    return (0x0190_0000_0000 + number).to_bytes(6) + (0x7000 + kind).to_bytes(2) + (0x8000_0000_0000_0000 + number).to_bytes(8)


def copy(connection, table, size, **changed):
    """`size` copies of the table's first row, with the columns that must differ made of their number n."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(column, f"model.{column}") for column in columns)
    connection.execute(f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {size}) "
                       f"INSERT INTO {table} SELECT {values} FROM numbers, (SELECT * FROM {table} LIMIT 1) AS model")
