"""A few customers of a shop, who say what happened to them."""

import secrets
import time

from http1 import Connection
from model import Session


class Checks:
    """Counts what holds and what does not, and says the latter."""

    def __init__(self):
        self.passed = self.failed = 0

    def that(self, what, holds, detail=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED  {what}: {detail}")


class Customer:
    def __init__(self, email, password, session):
        self.email = email
        self.password = password
        self.session = session


class Shop:
    def __init__(self, port, checks):
        self.connection = Connection(port)
        self.checks = checks
        self.acknowledged = []
        self.refused = []

    async def ask(self, method, path, body=None, headers=None):
        """Every refusal of a disk in trouble must be one that a client can act on."""
        response = await self.connection.request(method, path, body, headers)
        if response.status >= 500:
            honest = response.status == 503 and "retry-after" in response.headers
            self.checks.that("a failure is 503 with Retry-After", honest, f"{method} {path}: {response.status} {response.headers}")
        return response

    async def sign_up(self):
        """The new customer, or None when it was refused."""
        email, password = f"{secrets.token_hex(6)}@example.com", f"pass-{secrets.token_hex(9)}"
        body = {"name": "Ann", "email": email, "password": password, "session": "token"}
        response = await self.ask("POST", "/api/signup", body)
        if response.status != 201:
            self.refused.append(email)
            return None
        customer = Customer(email, password, Session.opened("token", response))
        self.acknowledged.append(customer)
        return customer

    async def log_in(self, customer):
        """Another session of the customer, or None."""
        body = {"email": customer.email, "password": customer.password, "session": "token"}
        response = await self.ask("POST", "/api/login", body)
        return Session.opened("token", response) if response.status == 200 else None

    async def log_out(self, session):
        return (await self.ask("POST", "/api/logout", None, session.headers())).status == 204

    async def is_alive(self, session):
        return (await self.ask("GET", "/api/user", None, session.headers())).status == 200

    async def status(self, path):
        return (await self.connection.request("GET", path)).status

    async def heals_within(self, seconds, attempt):
        """How long it took until the attempt succeeded, or None."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            if await attempt():
                return time.monotonic() - begin
        return None
