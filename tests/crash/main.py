"""Kills the server without warning, again and again, and proves that its word holds. See `run`."""

import asyncio
import glob
import os
import random
import shutil
import statistics
import sys
import tempfile
import time

from after import inspect, verify
from http1 import Connection
from ledger import Ledger
from ops import Client
from server import Server
from verify import Verifier

CLIENTS = 8


async def one_life(server, clients, chance, sabotage):
    """Load until the kill, then a new life on the same files."""
    load = [asyncio.create_task(client.run()) for client in clients]
    await asyncio.sleep(3.0 if sabotage else chance.uniform(0.2, 3.0))
    await server.kill()
    await asyncio.gather(*load)
    for client in clients:
        client.connection.close()
    if sabotage:
        os.remove(server.database + "-wal")
    elif chance.random() < 0.2:
        await server.start_and_kill_midway(chance)
    await server.start()


async def campaign(binary, folder, kills, seed, sabotage=False):
    """Returns how many lives passed, and the ledger. With `sabotage` the newest writes are thrown away: it must notice."""
    chance = random.Random(seed)
    ledger = Ledger(os.path.join(folder, "ledger.jsonl"))
    server = Server(binary, folder)
    await server.start()
    clients = [Client(n, Connection(server.port), ledger, random.Random(f"{seed}/{n}")) for n in range(CLIENTS)]
    verifiers = [Verifier(Connection(server.port), ledger) for _ in clients]
    begin = time.monotonic()
    done = 0
    try:
        for done in range(1, kills + 1):
            await one_life(server, clients, chance, sabotage)
            await verify(clients, verifiers, everything=done == kills, chance=chance)
            if ledger.faults:
                break
    finally:
        await server.kill()
    if not ledger.faults:
        inspect(server.database, clients, ledger)
    if not sabotage:
        report(ledger, server, verifiers, done, seed, time.monotonic() - begin)
    return done - bool(ledger.faults), ledger


def report(ledger, server, verifiers, done, seed, seconds):
    acknowledged = ", ".join(f"{kind} {count}" for kind, count in sorted(ledger.acknowledged.items()))
    unanswered = ", ".join(f"{kind} {count}" for kind, count in sorted(ledger.unanswered.items()))
    refused = ", ".join(f"{kind}: {count}" for kind, count in sorted(ledger.refused.items())) or "none"
    restarts = server.ready_ms[1:] or server.ready_ms
    print(f"crash: {done} kills in {seconds:.0f} s, seed {seed}, {CLIENTS} clients, SQLite")
    print(f"  acknowledged {ledger.acknowledged.total()} ({acknowledged})")
    print(f"  unanswered {ledger.unanswered.total()} ({unanswered}); refused {refused}")
    print(f"  {sum(verifier.checks for verifier in verifiers)} questions asked after restarts")
    print(f"  restart to ready: median {statistics.median(restarts):.0f} ms, most {max(restarts):.0f} ms")
    counts = ", ".join(f"{what} {ledger.count(what)}" for what in ("lost", "doubled", "revived", "torn", "broken"))
    print(f"note: {done} kills, {ledger.acknowledged.total()} acknowledged, {counts} (seed {seed})")
    for what, email, detail in ledger.faults[:20]:
        print(f"  {what}: {email}: {detail}")


def main():
    binary, kills, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder = tempfile.mkdtemp(prefix="doorstep-crash-")
    passed, good = 0, False
    try:
        passed, ledger = asyncio.run(campaign(binary, folder, kills, seed))
        good = not ledger.faults
    finally:
        if good:
            shutil.rmtree(folder)
        else:
            kept = ", ".join(os.path.basename(path) for path in glob.glob(f"{folder}/*"))
            print(f"crash: evidence kept in {folder}: {kept}", file=sys.stderr)
    noticed = not good or sabotage_is_noticed(binary, seed)
    print(f"{passed + (good and noticed)} passed, {(not good) + (not noticed)} failed")
    sys.exit(0 if good and noticed else 1)


def sabotage_is_noticed(binary, seed):
    """The test of the test: a database that loses its write-ahead log at a kill must not pass."""
    with tempfile.TemporaryDirectory(prefix="doorstep-crash-") as folder:
        _, ledger = asyncio.run(campaign(binary, folder, 1, seed, sabotage=True))
    found = len(ledger.faults)
    print(f"note: {found} faults found where the write-ahead log was thrown away at the kill (there must be some)")
    return found > 0


if __name__ == "__main__":
    main()
