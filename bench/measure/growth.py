"""Session checks and logins at 10 thousand and at 10 million customers, each with one live session (BENCH_GROWTH=1)."""

import base64
import contextlib
import hashlib
import os
import random
import sqlite3

SIZES = (10_000, 10_000_000)
# Asked for by the session checks: so many that they cannot all lie in the caches that the first requests filled.
ASKED = 200_000
TURNS = 5


def growth(bench, scale):
    """Both databases stand at once and are asked in turns, so that drift meets both. The figures are medians of the turns."""
    found = {}
    with contextlib.ExitStack() as stack:
        for size in SIZES:
            database = f"grown-{size}.db"
            prepare(bench, database, size)
            found[size] = {"headers": headers_file(bench, size), "server": stack.enter_context(bench.serve(database)),
                           "bytes": os.path.getsize(os.path.join(bench.folder, database)), "logins": [], "checks": []}
        for _ in range(TURNS):
            for size, one in found.items():
                server = one["server"]
                one["logins"].append(bench.load("closed", server, what="login", prefix="grown", accounts=size, connections=2, seconds=3 * scale))
                one["checks"].append(bench.load("closed", server, what="get", path="/api/user", headers=one["headers"], connections=1,
                                                seconds=3 * scale))
    return {size: {key: one[key] for key in ("logins", "checks", "bytes")} for size, one in found.items()}


def prepare(bench, database, size):
    """The server makes the tables and one customer; copies of the two rows fill them. Indexes are built at the end."""
    with bench.serve(database) as server:
        bench.load("closed", server, what="signup", prefix="model", requests=1, connections=1)
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
        copy(connection, "customers", size, email="'grown-' || n || '@example.com'", email_key="CAST('grown-' || n || '@example.com' AS BLOB)")
        copy(connection, "sessions", size, customer="identity(n, 0)", secret="secret_of(n)", mode="'token'", refresh="NULL")
        connection.execute("COMMIT")
        for _, sql in indexes:
            connection.execute(sql)


def identity(number, kind):
    """A UUIDv7, one after the other as the server would make them: 7 in the version's place, 10 in the variant's."""
    return (0x0190_0000_0000 + number).to_bytes(6) + (0x7000 + kind).to_bytes(2) + (0x8000_0000_0000_0000 + number).to_bytes(8)


def copy(connection, table, size, **changed):
    """`size` copies of the table's first row, with the columns that must differ made of their number n."""
    changed.setdefault("id", f"identity(n, {int(table == 'sessions')})")
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(column, f"model.{column}") for column in columns)
    connection.execute(f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {size}) "
                       f"INSERT INTO {table} SELECT {values} FROM numbers, (SELECT * FROM {table} LIMIT 1) AS model")


def secret(number):
    return hashlib.sha256(b"bench %d" % number).digest()


def headers_file(bench, size):
    """Sessions in no order, as callers come."""
    path = os.path.join(bench.folder, f"grown-{size}.headers")
    chance = random.Random(size)
    numbers = range(size) if size <= ASKED else chance.sample(range(size), ASKED)
    with open(path, "w") as lines:
        for number in sorted(numbers, key=lambda _: chance.random()):
            text = base64.urlsafe_b64encode(secret(number)).rstrip(b"=").decode()
            lines.write(f"Authorization: Bearer ds_token_{text}\n")
    return path
