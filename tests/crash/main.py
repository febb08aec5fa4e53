"""Kills the server and its database without warning, again and again, and proves that their word holds. See `run`."""

import asyncio
import glob
import os
import random
import shutil
import statistics
import sys
import tempfile
import time

import lives
from after import inspect, verify
from engines import NAMES, Embedded, Hosted
from http1 import Connection
from ledger import Ledger
from mongodb_trio import Trio
from ops import Client
from postgres_pair import Pair
from server import Server
from verify import Verifier

CLIENTS = 8
OWN = {"sqlite": Embedded, "postgres-pair": Pair, "mongodb-trio": Trio}


async def log_is_lost(run):
    """Not a death that a database survives: the newest writes are thrown away."""
    await asyncio.sleep(2.0)
    await run.kill_doorstep()
    os.remove(run.engine.url.removeprefix("sqlite:") + "-wal")
    await run.server.start()


async def campaign(binary, folder, engine, deaths, rounds, seed, quiet=False):
    """One death after the other, everybody asked after each. Returns how many passed, and the ledger."""
    chance = random.Random(seed)
    ledger = Ledger(os.path.join(folder, "ledger.jsonl"))
    server = Server(binary, folder, engine.url)
    await server.start()
    clients = [Client(n, Connection(server.port), ledger, random.Random(f"{seed}/{n}")) for n in range(CLIENTS)]
    verifiers = [Verifier(Connection(server.port), ledger) for _ in clients]
    run = lives.Run(server, engine, clients, ledger, chance)
    begin = time.monotonic()
    done = 0
    try:
        for done in range(1, rounds + 1):
            await run.live(deaths[(done - 1) % len(deaths)])
            await verify(clients, verifiers, everything=done == rounds, chance=chance)
            if ledger.faults:
                break
    finally:
        await server.kill()
    if not ledger.faults:
        await inspect(server, clients, ledger)
    if not quiet:
        report(run, verifiers, done, seed, time.monotonic() - begin)
    return done - bool(ledger.faults), ledger


def report(run, verifiers, done, seed, seconds):
    ledger, server = run.ledger, run.server
    acknowledged = ", ".join(f"{kind} {count}" for kind, count in sorted(ledger.acknowledged.items()))
    unanswered = ", ".join(f"{kind} {count}" for kind, count in sorted(ledger.unanswered.items()))
    refused = ", ".join(f"{kind}: {count}" for kind, count in sorted(ledger.refused.items())) or "none"
    restarts = server.ready_ms[1:] or server.ready_ms
    kills = ", ".join(f"{count} kills of {what}" for what, count in run.kills.items())
    name = NAMES[run.engine.name]
    print(f"crash: {name}, {done} rounds in {seconds:.0f} s, seed {seed}, {CLIENTS} clients: {kills}")
    print(f"  acknowledged {ledger.acknowledged.total()} ({acknowledged})")
    print(f"  unanswered {ledger.unanswered.total()} ({unanswered}); refused {refused}")
    print(f"  {sum(verifier.checks for verifier in verifiers)} questions asked afterwards")
    print(f"  restart to ready: median {statistics.median(restarts):.0f} ms, most {max(restarts):.0f} ms")
    if run.outages:
        median, most = statistics.median(run.outages), max(run.outages)
        print(f"note: {name}: ready on the next primary after {median:.1f} s (median), {most:.1f} s (most)")
    if run.recoveries:
        median, most = statistics.median(run.recoveries), max(run.recoveries)
        print(f"  ready again after the database answered: median {median:.2f} s, most {most:.2f} s; "
              f"longest answer {max(client.longest for client in run.clients):.1f} s")
    counts = ", ".join(f"{what} {ledger.count(what)}" for what in ("lost", "doubled", "revived", "torn", "broken"))
    print(f"note: {name}: {kills}, {ledger.acknowledged.total()} acknowledged, {counts} (seed {seed})")
    for what, email, detail in ledger.faults[:20]:
        print(f"  {what}: {email}: {detail}")


async def on(engine, binary, folder, *arguments, **options):
    await engine.start(folder)
    try:
        return await campaign(binary, folder, engine, *arguments, **options)
    finally:
        await engine.stop()


def main():
    binary, name, rounds, seed = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    engine = OWN[name]() if name in OWN else Hosted(name)
    deaths = lives.DEATHS.get(name, lives.HOSTED)
    folder = tempfile.mkdtemp(prefix="doorstep-crash-")
    passed, good = 0, False
    try:
        passed, ledger = asyncio.run(on(engine, binary, folder, deaths, rounds, seed))
        good = not ledger.faults
    finally:
        if good:
            shutil.rmtree(folder)
        else:
            kept = ", ".join(os.path.basename(path) for path in glob.glob(f"{folder}/*"))
            print(f"crash: evidence kept in {folder}: {kept}", file=sys.stderr)
    noticed = not good or name not in SABOTAGES or sabotage_is_noticed(binary, name, seed)
    print(f"{passed + (good and noticed)} passed, {(not good) + (not noticed)} failed")
    sys.exit(0 if good and noticed else 1)


# The tests of the test: databases that break their word must not pass.
SABOTAGES = {
    "sqlite": (Embedded, log_is_lost, "the write-ahead log was thrown away at the kill"),
    "postgres-pair": (lambda: Pair(confirms=False), lives.standby_dies_then_primary, "the standby confirmed nothing"),
}


def sabotage_is_noticed(binary, name, seed):
    make, death, what = SABOTAGES[name]
    with tempfile.TemporaryDirectory(prefix="doorstep-crash-") as folder:
        _, ledger = asyncio.run(on(make(), binary, folder, (death,), 1, seed, quiet=True))
    found = len(ledger.faults)
    print(f"note: {found} faults found where {what} (there must be some)")
    return found > 0


if __name__ == "__main__":
    main()
