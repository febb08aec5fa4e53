"""The mail server of one shop: it takes what comes, as slowly and with such refusals as a case wants."""

import asyncio
import collections
import email
import email.policy
import re
import socket
import time

from aiosmtpd.smtp import SMTP
from servers import Inbox, Server

# An answer that is none: the connection ends, with the whole message received.
DROP = "drop"


class Mail:
    """What arrived."""

    def __init__(self, sender, to, raw):
        self.sender, self.to, self.raw, self.at = sender, to, raw, time.monotonic()
        self.read = email.message_from_bytes(raw, policy=email.policy.default)
        self.id = self.read["Message-ID"]
        self.text = self.read.get_body(["plain"]).get_content()

    @property
    def code(self):
        return re.search(r"^(\d{8})\r?$", self.text, re.M)[1]

    @property
    def link(self):
        return re.search(r"^(http\S+/links/\S+)\r?$", self.text, re.M)[1]


class Office(Inbox):
    """`first` has what is answered before anything is taken: {(step, address): [answers]}."""

    def __init__(self, first=None):
        super().__init__()
        self.first, self.mails, self.asked = first or {}, [], collections.Counter()
        # Seconds before each answer, and for deciding on a message (some addresses have their own); `is_shut` decides on none.
        self.pace, self.data_takes, self.own_data_takes, self.is_shut = 0.0, 0.0, {}, False
        # A message that is here is delivered, also when whoever sent it has gone: so most mail servers do.
        self.goes_on_alone = False
        # Messages that are here and have no answer yet, and what is done before one gets its 250, with the number of it.
        self.holding, self.before_250 = 0, None

    def to(self, address):
        return [mail for mail in self.mails if mail.to == [address]]

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked[address] += 1
        return self.refusal("RCPT", address) or await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        refusal = self.refusal("DATA", envelope.rcpt_tos[0])
        if refusal == DROP:
            server.transport.abort()
        if refusal:
            return refusal
        self.holding += 1
        mail = Mail(envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        try:
            await asyncio.sleep(self.own_data_takes.get(mail.to[0], self.data_takes))
            while self.is_shut:
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            if self.goes_on_alone:
                self.mails.append(mail)
            raise
        finally:
            self.holding -= 1
        self.mails.append(mail)
        if self.before_250:
            self.before_250(len(self.mails))
        return "250 OK"

    def refusal(self, step, address):
        answers = self.first.get((step, address))
        return answers.pop(0) if answers else None


class Slow(SMTP):
    async def push(self, status):
        await asyncio.sleep(self.event_handler.pace)
        await super().push(status)


class OfficeServer(Server):
    speaks = Slow


def reserve():
    """A socket that has a port and listens to nobody: nobody else gets the port, and a server may still take it."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved
