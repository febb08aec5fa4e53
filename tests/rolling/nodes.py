"""Several nodes behind what a balancer does: each request goes to one that is in the rotation."""

import asyncio
import signal

from http1 import Connection
from server import Server

DRAINED_WITHIN = 15.0


class Node(Server):
    """Named, because what it wrote is asked for by who wrote it. All have the shop's one address, by which the
    cookie is called and which issues tokens."""

    def __init__(self, name, binary, folder, url):
        super().__init__(binary, folder, url, settings={"DOORSTEP_SERVER_PUBLIC_URL": "http://shop.test"})
        self.name = name

    async def stop(self):
        """As a deployment does: SIGTERM, and it finishes what it has begun."""
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), DRAINED_WITHIN)
        if code:
            raise RuntimeError(f"{self.name} ended with {code}, see server.log")


class Rotation:
    """Which nodes get requests. Each node that leaves has answered its last request before."""

    def __init__(self):
        self.nodes = []
        self.under_way = {}
        self.answered = {}

    def enter(self, *nodes):
        self.nodes += nodes

    async def leave(self, node):
        self.nodes.remove(node)
        while self.under_way.get(node):
            await asyncio.sleep(0.01)


class Balanced:
    """A client's connection to whichever node is next. Keeps one open to each."""

    def __init__(self, rotation, chance):
        self.rotation = rotation
        self.chance = chance
        self.connections = {}
        self.last = None

    async def request(self, method, path, body=None, headers=None):
        node = self.last = self.chance.choice(self.rotation.nodes)
        self.drop_gone()
        connection = self.connections.setdefault(node.process, Connection(node.port))
        under_way = self.rotation.under_way
        under_way[node] = under_way.get(node, 0) + 1
        try:
            response = await connection.request(method, path, body, headers)
        finally:
            under_way[node] -= 1
        self.rotation.answered[node.name] = self.rotation.answered.get(node.name, 0) + 1
        return response

    def drop_gone(self):
        """Those to a process that has ended: also of a node that was restarted while this client waited for another."""
        there = [node.process for node in self.rotation.nodes]
        for process in [process for process in self.connections if process not in there]:
            self.connections.pop(process).close()

    def close(self):
        for connection in self.connections.values():
            connection.close()
        self.connections = {}
