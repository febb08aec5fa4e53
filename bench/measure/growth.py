"""Session checks, look-ups and logins at 10 thousand, 1 million and 10 million customers, each with one live session (BENCH_GROWTH=1)."""

import base64
import contextlib
import os
import random

import grown_postgres
import grown_sqlite
from grown import secret
from servers import started

SIZES = (10_000, 1_000_000, 10_000_000)
# Asked for by the session checks: so many that they cannot all lie in the caches that the first requests filled.
ASKED = 200_000
TURNS = 5


def growth(bench, root, scale):
    """By engine; PostgreSQL only where there is one."""
    sizes = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "").split()) or SIZES
    found = {"SQLite": on(bench, grown_sqlite, lambda size: f"grown-{size}.db", sizes, scale)}
    with started(root, "postgres") as fresh:
        if fresh:
            found["PostgreSQL"] = on(bench, grown_postgres, lambda _: fresh(), sizes, scale)
    return found


def on(bench, engine, database_for, sizes, scale):
    """All databases stand at once and are asked in turns, so that drift meets each. The figures are medians of the turns."""
    found = {}
    with contextlib.ExitStack() as stack:
        for size in sizes:
            database = database_for(size)
            engine.prepare(bench, database, size)
            found[size] = {"headers": headers_file(bench, size), "server": stack.enter_context(bench.serve(database)),
                           "bytes": engine.size_in_bytes(bench, database), "logins": [], "checks": [], "memory": []}
        for _ in range(TURNS):
            for size, one in found.items():
                server = one["server"]
                one["logins"].append(bench.load("closed", server, what="login", prefix="grown", accounts=size, connections=2, seconds=3 * scale))
                one["checks"].append(bench.load("closed", server, what="get", path="/api/user", headers=one["headers"], connections=1,
                                                seconds=3 * scale))
                one["memory"].append(server.memory_mib("VmRSS"))
    return {size: {key: one[key] for key in ("logins", "checks", "bytes", "memory")} for size, one in found.items()}


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
