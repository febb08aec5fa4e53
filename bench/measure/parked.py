"""Requests whose head and most of whose body was sent, and then nothing: what they cost, and whether it is given back."""

import resource
import socket
import time

CONNECTIONS = 5000
SENT = 60_000
HEAD = (
    b"POST /api/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"
)
# Longer than the server looks for memory to give back (30), and than the hashing pool keeps its own (60).
QUIET_SECONDS = 75


def parked(bench):
    """Resident memory at rest, with all of them parked, and after a quiet while; how many the server turned away."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with bench.serve("parked.db") as server:
        rest = server.memory_mib("VmRSS")
        connections = [park(server.port) for _ in range(CONNECTIONS)]
        time.sleep(2)
        full = server.memory_mib("VmRSS")
        away = sum(is_away(connection) for connection in connections)
        for connection in connections:
            connection.close()
        time.sleep(QUIET_SECONDS)
        return {"rest": rest, "full": full, "later": server.memory_mib("VmRSS"), "away": away}


def park(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(HEAD + b" " * SENT)
    connection.setblocking(False)
    return connection


def is_away(connection):
    try:
        return connection.recv(12) == b"HTTP/1.1 503"
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
