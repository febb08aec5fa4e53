"""What is measured. Each function returns a dictionary of figures and the raw results that they come from."""

import json
import os
import statistics
import subprocess
import time

from processes import first_answer_ms

MODES = ("cookie", "token", "jwt")
ACCOUNTS = "bench"
# What the server hashes with, as `ceiling` names it.
OURS = "argon2id (ours)"
# The hashing pool gives its memory back after 60.
QUIET_SECONDS = 75


def median(values):
    return statistics.median(values)


def ceiling(bench):
    """The best hashes a second on two threads, whoever's code it is, and the best of the others."""
    done = subprocess.run([os.path.join(bench.tools, "ceiling")], stdout=subprocess.PIPE, check=True)
    table = json.loads(done.stdout)["hashes_per_second"]
    name, rates = max(table.items(), key=lambda row: row[1]["2"])
    other = max(rates["2"] for row, rates in table.items() if row != OURS)
    return {"best": rates["2"], "name": name, "other": other, "table": table}


def hashing(bench, server, scale):
    """Sign-ups and logins in turns, with the ceiling before and after them: machines drift."""
    before = ceiling(bench)
    signups, logins, made = [], [], 0
    for _ in range(3):
        signups.append(bench.load("closed", server, what="signup", prefix=ACCOUNTS, first=made, connections=16, seconds=6 * scale))
        made += signups[-1]["requests"]
        # Many accounts, because ten logins of one account in ten minutes are the limit.
        logins.append(bench.load("closed", server, what="login", prefix=ACCOUNTS, accounts=made, connections=16, seconds=6 * scale))
    after = ceiling(bench)
    best = max(before, after, key=lambda one: one["best"])
    middle = {kind: (before[kind] + after[kind]) / 2 for kind in ("best", "other")}
    return {"ceiling": middle["best"], "other": middle["other"], "best": best, "accounts": made, "signups": signups, "logins": logins}


def session_checks(bench, server, headers, scale):
    """`GET /api/user` in each mode and the floor, in turns, so that drift meets all of them."""
    rounds = []
    with bench.hello() as hello:
        for _ in range(5):
            turn = {"hello": bench.load("closed", hello, what="get", path="/api/user", connections=64, seconds=2 * scale)}
            for mode in MODES:
                turn[mode] = bench.load("closed", server, what="get", path="/api/user", headers=headers[mode],
                                        connections=64, seconds=2 * scale)
            rounds.append(turn)
    ratios = {mode: median([turn[mode]["good_per_second"] / turn["hello"]["good_per_second"] for turn in rounds]) for mode in MODES}
    return {"rounds": rounds, "ratios": ratios}


def checks_in_a_storm(bench, server, headers, accounts, scale):
    """The same modest stream of session checks (open loop) at rest and beside saturating logins, in turns."""
    def stream():
        return bench.load("paced", server, what="get", path="/api/user", headers=headers["cookie"], connections=32,
                          rate=500, seconds=6 * scale)
    rest, storm, logins = [], [], []
    for _ in range(3):
        rest.append(stream())
        with bench.beside("closed", server, what="login", prefix=ACCOUNTS, accounts=accounts, connections=64,
                          seconds=6 * scale + 2) as running:
            time.sleep(1)
            storm.append(stream())
        logins.append(running[0])
    return {"rest": rest, "storm": storm, "logins": logins}


def surplus(bench, server):
    """300 logins in one moment: who is served, who is sent away, and how fast."""
    bursts = []
    for _ in range(3):
        bursts.append(bench.load("burst", server, what="login", prefix=ACCOUNTS, accounts=300, connections=300))
        time.sleep(1)
    return bursts


def fairness(bench, scale):
    """Logins by the clock from 200 networks, at rest and beside 200 connections from 8 networks that guess as fast as they are
    answered. The limit per network is out of the way: what is measured is the queue alone."""
    accounts = 500
    with bench.serve("fair.db", SERVER_TRUSTED_PROXIES="127.0.0.1/32", LIMITS_LOGIN_PER_NETWORK="1000000 in 1m",
                     LIMITS_SIGNUP_PER_NETWORK="1000000 in 1m") as server:
        bench.load("closed", server, what="signup", prefix=ACCOUNTS, connections=16, requests=accounts)
        def stream():
            return bench.load("paced", server, what="login", prefix=ACCOUNTS, accounts=accounts, connections=32, rate=20,
                              seconds=20 * scale, **{"from": "198.51", "networks": 200})
        rest, flood, hostile = [], [], []
        for _ in range(3):
            rest.append(stream())
            with bench.beside("closed", server, what="login", prefix="nobody", accounts=1_000_000, connections=200,
                              seconds=20 * scale + 2, **{"from": "203.0", "networks": 8}) as running:
                time.sleep(1)
                flood.append(stream())
            hostile.append(running[0])
    return {"rest": rest, "flood": flood, "hostile": hostile}


def memory(bench, accounts, scale):
    """A new process on the filled database: at rest, while 250 log in at once for some seconds, a quiet minute later."""
    with bench.serve() as server:
        time.sleep(2)
        idle = server.memory_mib("VmRSS")
        storm = bench.load("closed", server, what="login", prefix=ACCOUNTS, accounts=accounts, connections=250, seconds=6 * scale)
        peak = server.memory_mib("VmHWM")
        figures = {"idle": idle, "peak": peak, "storm": storm}
        if scale >= 1:
            time.sleep(QUIET_SECONDS)
            figures["later"] = server.memory_mib("VmRSS")
        return figures


def cold_start(bench):
    fresh = [first_answer_ms(bench, f"cold-{number}.db") for number in range(10)]
    again = [first_answer_ms(bench, "cold-0.db") for _ in range(10)]
    return {"fresh": fresh, "again": again}
