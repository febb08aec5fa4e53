"""The stable address of a database that moves: connections are carried to whoever is the primary now."""

import asyncio


class Switch:
    def __init__(self):
        self.target = None
        self.carried = set()

    async def start(self):
        self.listener = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self.listener.sockets[0].getsockname()[1]

    def point_to(self, port):
        """New connections go there; the ones that are open are cut."""
        self.target = port
        for task in list(self.carried):
            task.cancel()

    async def stop(self):
        self.point_to(None)
        self.listener.close()

    async def _carry(self, reader, writer):
        if self.target is None:
            return writer.transport.abort()
        self.carried.add(task := asyncio.current_task())
        there = None
        try:
            there = await asyncio.open_connection("127.0.0.1", self.target)
            pumps = {asyncio.ensure_future(pump(reader, there[1])), asyncio.ensure_future(pump(there[0], writer))}
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for running in pumps:
                    running.cancel()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.carried.discard(task)
            for end in filter(None, (writer, there and there[1])):
                end.transport.abort()


async def pump(reader, writer):
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
