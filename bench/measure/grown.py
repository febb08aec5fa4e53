"""What both ways of filling a database share: the server makes one customer with a session, and copies of the two rows fill the tables."""

import hashlib

# What tells the ids of one table from those of the other.
CUSTOMERS, SESSIONS = 0, 1


def model(bench, database):
    """The tables, and the rows that are copied."""
    with bench.serve(database) as server:
        bench.load("closed", server, what="signup", prefix="model", requests=1, connections=1)


def secret(number):
    return hashlib.sha256(b"bench %d" % number).digest()
