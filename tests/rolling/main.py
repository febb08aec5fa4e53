"""A schema that changes while the shop is open, see `run`."""

import asyncio
import os
import random
import shutil
import sqlite3
import sys
import tempfile

from after import as_file, inspect, verify
from engines import NAMES, Embedded, Hosted
from ledger import Ledger
from nodes import Balanced, Node, Rotation
from ops import Client
from server import plain_environment
from verify import Verifier

CLIENTS = 6
# So long each state of the shop is under load.
MOMENT = 1.5


class Signer(Client):
    """Remembers which node wrote the whole row of an account last."""

    written_by: dict

    async def sign_up(self):
        await super().sign_up()
        for account in self.accounts:
            if account.state == "live":
                self.written_by.setdefault(account.email, self.connection.last.name)

    async def delete(self, account, session):
        await super().delete(account, session)
        if account.state == "deleted":
            self.written_by.pop(account.email, None)


class Shop:
    def __init__(self, older, newer, folder, url, seed):
        self.older, self.newer, self.folder, self.url = older, newer, folder, url
        self.ledger = Ledger(os.path.join(folder, "ledger.jsonl"))
        self.rotation = Rotation()
        self.clients = [self.client(number, random.Random(f"{seed}/{number}")) for number in range(CLIENTS)]

    def client(self, number, chance):
        client = Signer(number, Balanced(self.rotation, chance), self.ledger, chance)
        client.written_by = {}
        return client

    async def node(self, name, binary):
        node = Node(name, binary, self.folder, self.url)
        await node.start()
        return node

    async def restart(self, node):
        await self.rotation.leave(node)
        await node.stop()
        await node.start()
        self.rotation.enter(node)

    async def replace(self, old, new):
        self.rotation.enter(new)
        await self.rotation.leave(old)
        await old.stop()

    async def migrate(self, *flags):
        process = await asyncio.create_subprocess_exec(
            self.newer, "migrate", "--database", self.url, *flags, cwd=self.folder, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=plain_environment())
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"migrate failed: {said.decode()}")
        return said.decode()

    async def change(self):
        """From two older nodes to two newer ones."""
        await asyncio.sleep(MOMENT)
        self.expect("Older nodes may go on" in await self.migrate("--dry-run"), "the plan keeps older nodes out")
        self.expect("1 step taken" in await self.migrate(), "migrate did not take its one step")
        await asyncio.sleep(MOMENT)
        for node in list(self.rotation.nodes):
            await self.restart(node)
        await asyncio.sleep(MOMENT)
        for old, name in zip(list(self.rotation.nodes), ("newer 1", "newer 2")):
            await self.replace(old, await self.node(name, self.newer))
            await asyncio.sleep(MOMENT)

    def expect(self, holds, fault):
        if not holds:
            self.ledger.fault("broken", "", fault)

    async def under_load(self, change):
        load = [asyncio.create_task(client.run()) for client in self.clients]
        try:
            await change
        finally:
            for client in self.clients:
                client.stopping = True
            await asyncio.gather(*load)

    async def look_at_rows(self):
        """What newer nodes wrote stands, whoever changed the row afterwards; older ones wrote the row without it."""
        server = self.rotation.nodes[0]
        with sqlite3.connect(await as_file(server)) as connection:
            rows = dict(connection.execute("SELECT email, next FROM customers"))
        writers = {email: name for client in self.clients for email, name in client.written_by.items()}
        for email, name in writers.items():
            expected = email if name.startswith("newer") else None
            if email in rows and rows[email] != expected:
                self.ledger.fault("torn", email, f"signed up on {name}, and the new column is {rows[email]!r}")
        return {kind: sum(name.startswith(kind) for name in writers.values()) for kind in ("older", "newer")}


async def campaign(older, newer, folder, engine, seed):
    await engine.start(folder)
    shop = None
    try:
        shop = Shop(older, newer, folder, engine.url, seed)
        shop.rotation.enter(*[await shop.node(f"older {number}", older) for number in (1, 2)])
        await shop.under_load(shop.change())
        verifiers = [Verifier(Balanced(shop.rotation, client.chance), shop.ledger) for client in shop.clients]
        await verify(shop.clients, verifiers, everything=True, chance=random.Random(seed))
        for node in shop.rotation.nodes:
            await node.stop()
        await inspect(shop.rotation.nodes[0], shop.clients, shop.ledger)
        written = await shop.look_at_rows()
    finally:
        for node in shop.rotation.nodes if shop else []:
            await node.kill()
        await engine.stop()
    return shop, written


def report(engine, shop, written, seed):
    ledger, answered = shop.ledger, shop.rotation.answered
    failed = ledger.refused.total() + ledger.unanswered.total()
    each = ", ".join(f"{name} {count}" for name, count in sorted(answered.items()))
    print(f"rolling: {NAMES[engine.name]}, seed {seed}: answered by {each}; "
          f"accounts signed up on older nodes {written['older']}, on newer ones {written['newer']}")
    for kind, count in [*ledger.refused.items(), *ledger.unanswered.items()]:
        print(f"  failed: {kind} {count}")
    for what, email, detail in ledger.faults[:20]:
        print(f"  {what}: {email}: {detail}")
    print(f"note: {NAMES[engine.name]}: {ledger.acknowledged.total()} requests acknowledged while the schema changed, "
          f"{failed} failed, {len(ledger.faults)} faults")
    # Each kind of node must have had its share, or nothing was shown.
    return not failed and not ledger.faults and len(answered) == 4 and all(written.values())


def main():
    older, newer = map(os.path.abspath, sys.argv[1:3])
    engine = Embedded() if sys.argv[3] == "sqlite" else Hosted(sys.argv[3], "rolling")
    folder = tempfile.mkdtemp(prefix="doorstep-rolling-")
    good = False
    try:
        good = report(engine, *asyncio.run(campaign(older, newer, folder, engine, int(sys.argv[4]))), sys.argv[4])
    finally:
        if good:
            shutil.rmtree(folder)
        else:
            print(f"rolling: evidence kept in {folder}", file=sys.stderr)
    print(f"{int(good)} passed, {int(not good)} failed")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
