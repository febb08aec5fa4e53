"""After a fault: everybody is asked over HTTP, then the database is looked at without the server."""

import asyncio
import sqlite3


async def verify(clients, verifiers, *, everything, chance):
    async def one(client, verifier):
        settled = client.settled if everything else chance.sample(client.settled, min(1, len(client.settled)))
        touched = [account for account in client.accounts if account.touched or account.pending or everything]
        for account in [*touched, *settled]:
            await verifier.verify(account)
        verifier.connection.close()
    await asyncio.gather(*(one(client, verifier) for client, verifier in zip(clients, verifiers)))


def inspect(database, clients, ledger):
    """Looks into the file itself, without the server: sound, one row for each address, its audit row beside it."""
    with sqlite3.connect(database) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        rows = dict(connection.execute("SELECT CAST(email_key AS TEXT), count(*) FROM customers GROUP BY 1"))
        unaudited = connection.execute(
            "SELECT CAST(email_key AS TEXT) FROM customers WHERE 1 <> "
            "(SELECT count(*) FROM audit WHERE audit.customer = customers.id AND kind = 'signed_up')").fetchall()
    if sound != "ok":
        ledger.fault("torn", "", f"integrity: {sound}")
    for email, in unaudited:
        ledger.fault("torn", email, "not exactly one audit row of its sign-up")
    for account in [account for client in clients for account in client.accounts + client.settled]:
        count = rows.pop(account.email, 0)
        if count != (account.state == "live"):
            ledger.fault("doubled" if count else "lost", account.email, f"{count} rows for a {account.state} account")
    for email, count in rows.items():
        ledger.fault("torn", email, f"{count} rows that no ledger knows")
