"""A disk that fails to flush (EIO from fsync and fdatasync): nothing is acknowledged that is not on it."""

import asyncio
import os
import random
import shutil
import signal
import tempfile

from after import inspect, verify
from full import in_the_file
from http1 import Connection
from ledger import Ledger
from ops import Client
from server import Server
from shop import Shop
from verify import Verifier

CLIENTS = 8
# The first flush that fails, and the distance to the next ones.
RHYTHMS = ((1, 3), (2, 7), (5, 11), (3, 2))


class FailingFlushes:
    """strace beside the server, which makes its flushes fail until it goes."""

    def __init__(self, server, when="1+"):
        inject = f"inject=fsync,fdatasync:error=EIO:when={when}"
        self.command = ["strace", "-f", "-p", str(server.process.pid), "-e", "trace=fsync,fdatasync", "-e", inject,
                        "-o", os.path.join(server.folder, "strace.log")]

    async def __aenter__(self):
        self.strace = await asyncio.create_subprocess_exec(*self.command, stderr=asyncio.subprocess.PIPE)
        while b"attached" not in (line := await self.strace.stderr.readline()):
            if not line:
                raise RuntimeError("strace could not attach")

    async def __aexit__(self, *_):
        if self.strace.returncode is None:
            self.strace.send_signal(signal.SIGINT)
        await self.strace.wait()


async def run(binary, checks):
    for scenario in (heals_by_itself, killed_in_doubt, every_few_flushes):
        folder = tempfile.mkdtemp(prefix="doorstep-flush-")
        server = Server(binary, folder, f"sqlite:{folder}/shop.db")
        failed_before = checks.failed
        try:
            await server.start()
            await scenario(server, checks)
        finally:
            await server.kill()
        if checks.failed == failed_before:
            shutil.rmtree(folder)
        else:
            print(f"evidence kept in {folder}")


async def opened(server, checks):
    shop = Shop(server.port, checks)
    for _ in range(6):
        await shop.sign_up()
    return shop


async def while_failing(shop, checks):
    """Nothing that must last is acknowledged, everything that only reads is."""
    first = shop.acknowledged[0]
    for _ in range(5):
        checks.that("no sign-up counts without a flush", await shop.sign_up() is None)
        checks.that("no login counts without a flush", await shop.log_in(first) is None)
        checks.that("no logout counts without a flush", not await shop.log_out(first.session))
        checks.that("sessions are read without a flush", await shop.is_alive(first.session))
    checks.that("/healthz is green", await shop.status("/healthz") == 200)
    checks.that("/readyz is red", await shop.status("/readyz") == 503)


async def heals_by_itself(server, checks):
    shop = await opened(server, checks)
    async with FailingFlushes(server):
        await while_failing(shop, checks)

    async def is_ready():
        return await shop.status("/readyz") == 200
    # Nobody writes: whoever asks for readiness makes the writer prove itself.
    ready = await shop.heals_within(10, is_ready)
    checks.that("/readyz turns green by itself", ready is not None)
    checks.that("and then sign-ups count", await shop.sign_up() is not None)
    await server.kill()
    in_the_file(server.url, shop, checks)
    print(f"note: ready {(ready or -1) * 1000:.0f} ms after flushes came through again")


async def killed_in_doubt(server, checks):
    """What was refused may be there after a crash, as its pages were in memory; what was acknowledged must be."""
    shop = await opened(server, checks)
    async with FailingFlushes(server):
        await while_failing(shop, checks)
        await server.kill()
    await server.start()
    shop.connection.close()
    for customer in shop.acknowledged:
        checks.that("who was told yes logs in", await shop.log_in(customer) is not None)
    checks.that("the next sign-up counts", await shop.sign_up() is not None)


async def every_few_flushes(server, checks):
    """Mixed load while some flushes fail, then a kill: the ledger knows what must be there."""
    ledger = Ledger(os.path.join(server.folder, "ledger.jsonl"))
    clients = [Client(n, Connection(server.port), ledger, random.Random(f"flush/{n}")) for n in range(CLIENTS)]
    verifiers = [Verifier(Connection(server.port), ledger) for _ in clients]
    for first, distance in RHYTHMS:
        async with FailingFlushes(server, f"{first}+{distance}"):
            load = [asyncio.create_task(client.run()) for client in clients]
            await asyncio.sleep(2.5)
            await server.kill()
            await asyncio.gather(*load)
        for client in clients:
            client.connection.close()
        await server.start()
        await verify(clients, verifiers, everything=True, chance=random.Random(first))
    await server.kill()
    if not ledger.faults:
        await inspect(server, clients, ledger)
    refused = sum(count for kind, count in ledger.refused.items() if kind.endswith(" 503"))
    checks.that("flushes failed under load", refused > 0)
    checks.that("flushes came through under load", ledger.acknowledged.total() > 0)
    checks.that("the ledger holds", not ledger.faults, ledger.faults[:5])
    print(f"note: {ledger.acknowledged.total()} acknowledged and {refused} refused while some flushes failed, "
          f"{len(RHYTHMS)} kills, {len(ledger.faults)} faults")
