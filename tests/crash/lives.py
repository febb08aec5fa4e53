"""What happens to the server and its database while the load goes on: each function is one kind of death and return."""

import asyncio
import collections
import time

RECOVERED_WITHIN = 10.0


class Run:
    def __init__(self, server, engine, clients, ledger, chance):
        self.server = server
        self.engine = engine
        self.clients = clients
        self.ledger = ledger
        self.chance = chance
        self.kills = collections.Counter()
        # From the moment at which the database answers to the one at which Doorstep is ready, in seconds.
        self.recoveries = []
        # From the death of a primary to the moment at which Doorstep is ready on the next one.
        self.outages = []

    async def live(self, death):
        """Load until the end of one kind of death, and the last requests answered."""
        for client in self.clients:
            client.stopping = False
        load = [asyncio.create_task(client.run()) for client in self.clients]
        await asyncio.sleep(self.chance.uniform(0.2, 3.0))
        await death(self)
        for client in self.clients:
            client.stopping = True
        await asyncio.gather(*load)
        for client in self.clients:
            client.connection.close()

    async def kill_doorstep(self):
        self.kills["Doorstep"] += 1
        await self.server.kill()

    async def kill_database(self):
        self.kills["database"] += 1
        await self.engine.kill()

    async def status(self, path):
        return (await self.server.ask("GET", path)).status

    async def expect(self, path, status):
        seen = await self.status(path)
        if seen != status:
            self.ledger.fault("broken", "", f"{path} answers {seen} while the database is gone")

    async def recover(self):
        begin = time.monotonic()
        while await self.status("/readyz") != 200:
            if time.monotonic() - begin > RECOVERED_WITHIN:
                self.ledger.fault("broken", "", f"not ready {RECOVERED_WITHIN:.0f} s after the database was back")
                return
            await asyncio.sleep(0.02)
        self.recoveries.append(time.monotonic() - begin)


async def doorstep_dies(run):
    await run.kill_doorstep()
    if run.chance.random() < 0.2:
        run.kills["Doorstep"] += 1
        await run.server.start_and_kill_midway(run.chance)
    await run.server.start()


async def database_dies(run):
    """Doorstep stays, says what is wrong, and finds the way back by itself."""
    await run.kill_database()
    await asyncio.sleep(run.chance.uniform(0.0, 1.5))
    await run.expect("/healthz", 200)
    await run.expect("/readyz", 503)
    await run.engine.restart()
    await run.recover()
    # The load goes on over the new connections.
    await asyncio.sleep(0.5)


async def database_dies_then_doorstep(run):
    await run.kill_database()
    await asyncio.sleep(run.chance.uniform(0.0, 0.5))
    await run.kill_doorstep()
    await run.engine.restart()
    await run.server.start()


async def doorstep_dies_then_database(run):
    await run.kill_doorstep()
    await run.kill_database()
    if not await run.server.refuses_to_start():
        run.ledger.fault("broken", "", "a start without a database did not end")
    await run.engine.restart()
    await run.server.start()


HOSTED = (doorstep_dies, database_dies, database_dies_then_doorstep, doorstep_dies_then_database)


async def primary_dies(run):
    """The primary of several is gone for good, and another one takes over."""
    begin = time.monotonic()
    run.kills["primary"] += 1
    await run.engine.kill_primary()
    await run.expect("/healthz", 200)
    await run.engine.fail_over()
    await run.recover()
    run.outages.append(time.monotonic() - begin)
    await asyncio.sleep(0.5)
    await run.engine.mend()


async def standby_dies_then_primary(run):
    """What the primary wrote alone must not have been acknowledged, because it is lost."""
    run.kills["standby"] += 1
    await run.engine.lose_standby()
    await asyncio.sleep(1.0)
    await primary_dies(run)


async def primary_freezes(run):
    """It is alive and says nothing, and wakes when another one has taken over."""
    begin = time.monotonic()
    run.kills["frozen primary"] += 1
    await run.engine.freeze_primary()
    await run.engine.fail_over()
    await run.recover()
    run.outages.append(time.monotonic() - begin)
    await asyncio.sleep(0.5)
    await run.engine.mend()


DEATHS = {
    "sqlite": (doorstep_dies,),
    "postgres-pair": (primary_dies, standby_dies_then_primary),
    "mongodb-trio": (primary_dies, primary_freezes),
}
