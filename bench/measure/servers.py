"""`GET /api/user` with the database on a server on this machine, beside the floor in the same turns."""

import contextlib
import os
import subprocess

from scenarios import ACCOUNTS, MODES, median

ENGINES = ("postgres", "mariadb", "mysql", "mongodb")


def servers(bench, root, sessions, scale):
    found = {}
    for engine in ENGINES:
        with started(root, engine) as fresh:
            if fresh:
                found[engine] = checks(bench, fresh(), sessions, scale)
    return found


@contextlib.contextmanager
def started(root, engine):
    """A server of its own, with every commit on the disk: what makes URLs of new databases, or None where there is no such server."""
    tool = os.path.join(root, "tools", "databases")

    def fresh():
        return subprocess.run([tool, "fresh", "--label", "bench", engine], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    start = subprocess.run([tool, "start", "--label", "bench", engine], stdout=subprocess.DEVNULL, check=False)
    try:
        yield fresh if start.returncode == 0 else None
    finally:
        subprocess.run([tool, "stop", "--label", "bench", engine], stdout=subprocess.DEVNULL, check=False)


def checks(bench, url, sessions, scale):
    with bench.serve(url) as server, bench.hello() as hello:
        signups = bench.load("closed", server, what="signup", prefix=ACCOUNTS, connections=16, seconds=5)
        logins = bench.load("closed", server, what="login", prefix=ACCOUNTS, accounts=signups["requests"], connections=16, seconds=5)
        headers = {mode: bench.headers_file(server, mode, sessions, ACCOUNTS) for mode in MODES}
        rounds = []
        for _ in range(5):
            turn = {"hello": bench.load("closed", hello, what="get", path="/api/user", connections=64, seconds=2 * scale)}
            for mode in MODES:
                turn[mode] = bench.load("closed", server, what="get", path="/api/user", headers=headers[mode],
                                        connections=64, seconds=2 * scale)
            rounds.append(turn)
        memory = server.memory_mib("VmRSS")
    ratios = {mode: median([turn[mode]["good_per_second"] / turn["hello"]["good_per_second"] for turn in rounds]) for mode in MODES}
    return {"rounds": rounds, "ratios": ratios, "memory": memory, "signups": signups, "logins": logins}
