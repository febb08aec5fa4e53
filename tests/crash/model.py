"""What the client knows: the accounts and sessions that every acknowledged answer adds up to."""

import dataclasses
import time

MODES = ("jwt", "cookie", "token")
GRACE_SECONDS = 30  # [tokens] refresh_grace, left at its default


@dataclasses.dataclass(eq=False)
class Session:
    mode: str
    bearer: str | None = None
    cookie: str | None = None
    refresh: str | None = None
    # Refresh tokens that were rotated away, with the moment of the answer.
    rotated: list = dataclasses.field(default_factory=list)

    @classmethod
    def opened(cls, mode, response):
        body = response.json()
        return cls(mode, body.get("token"), response.cookie() if mode == "cookie" else None, body.get("refreshToken"))

    def headers(self):
        return {"Cookie": self.cookie} if self.mode == "cookie" else {"Authorization": f"Bearer {self.bearer}"}

    def rotate(self, body):
        self.rotated.append((self.refresh, time.monotonic()))
        self.bearer, self.refresh = body["token"], body["refreshToken"]


@dataclasses.dataclass(eq=False)
class Account:
    email: str
    name: str
    password: str
    phone: str | None = None
    state: str = "absent"  # absent, live, deleted
    old_passwords: list = dataclasses.field(default_factory=list)
    sessions: list = dataclasses.field(default_factory=list)
    ended: list = dataclasses.field(default_factory=list)
    # Sessions that an unanswered login may have opened; their secrets are lost with the answer.
    orphans: int = 0
    # The operation that was never answered: (kind, what it would have changed).
    pending: tuple | None = None
    touched: bool = False

    def end(self, sessions):
        self.ended += sessions
        self.sessions = [session for session in self.sessions if session not in sessions]

    def changed_password(self, new, after=None):
        """`after` is the session that goes on; without an answer its secrets are lost."""
        self.old_passwords.append(self.password)
        self.password = new
        self.end(list(self.sessions))
        if after:
            self.sessions.append(after)
        self.orphans = 0 if after else 1

    def deleted(self):
        self.state = "deleted"
        self.end(list(self.sessions))
        self.orphans = 0
