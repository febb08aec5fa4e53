"""`GET /api/user` with the database on a server on this machine, beside the floor in the same turns."""

import os
import subprocess

from scenarios import ACCOUNTS, MODES, median

ENGINES = ("postgres", "mariadb", "mysql", "mongodb")


def servers(bench, root, sessions, scale):
    tool = os.path.join(root, "tools", "databases")
    found = {}
    for engine in ENGINES:
        # A server of its own, with every commit on the disk.
        started = subprocess.run([tool, "start", "--label", "bench", engine], stdout=subprocess.DEVNULL, check=False)
        if started.returncode != 0:
            continue
        try:
            fresh = subprocess.run([tool, "fresh", "--label", "bench", engine], stdout=subprocess.PIPE, text=True, check=True)
            found[engine] = checks(bench, fresh.stdout.strip(), sessions, scale)
        finally:
            subprocess.run([tool, "stop", "--label", "bench", engine], stdout=subprocess.DEVNULL, check=False)
    return found


def checks(bench, url, sessions, scale):
    with bench.serve(url) as server, bench.hello() as hello:
        made = 0
        while made < sessions:
            made += bench.load("closed", server, what="signup", prefix=ACCOUNTS, first=made, connections=8, seconds=1)["requests"]
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
    return {"rounds": rounds, "ratios": ratios, "memory": memory}
