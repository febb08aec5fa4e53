"""A PostgreSQL database with as many customers as asked for, filled by SQL. Indexes are built at the end."""

from grown import CUSTOMERS, SESSIONS, model


def prepare(bench, database, size):
    model(bench, database)
    indexes = [line.split("|", 1) for line in bench.psql(database, "SELECT indexname, indexdef FROM pg_indexes "
               "WHERE tablename IN ('customers', 'sessions') AND indexname NOT LIKE '%_pkey'")]
    email = "'grown-' || n || '@example.com'"
    steps = [f"DROP INDEX {name}" for name, _ in indexes]
    steps.append(copy(bench, database, "customers", size, id=identity(CUSTOMERS), email=email, email_key=f"convert_to({email}, 'UTF8')"))
    steps.append(copy(bench, database, "sessions", size, id=identity(SESSIONS), customer=identity(CUSTOMERS), mode="'token'", refresh="NULL",
                      secret="sha256(sha256(convert_to('bench ' || n, 'UTF8')))"))
    steps += [definition for _, definition in indexes]
    # What autovacuum would do by itself some minutes later.
    steps += ["VACUUM ANALYZE customers", "VACUUM ANALYZE sessions"]
    for step in steps:
        bench.psql(database, step)


def size_in_bytes(bench, database):
    return int(bench.psql(database, "SELECT pg_database_size(current_database())")[0])


def identity(kind):
    """A UUIDv7 made of n, as in grown_sqlite."""
    return (f"decode(lpad(to_hex({0x0190_0000_0000} + n), 12, '0') || '{0x7000 + kind:04x}' || '8' || lpad(to_hex(n), 15, '0'), 'hex')")


def copy(bench, database, table, size, **changed):
    """`size` copies of the table's first row, with the columns that must differ made of their number n."""
    columns = bench.psql(database, "SELECT column_name FROM information_schema.columns "
                         f"WHERE table_name = '{table}' ORDER BY ordinal_position")
    values = ", ".join(changed.get(column, f"model.{column}") for column in columns)
    return (f"INSERT INTO {table} SELECT {values} FROM generate_series(0::bigint, {size - 1}) AS numbers(n), "
            f"(SELECT * FROM {table} LIMIT 1) AS model")
