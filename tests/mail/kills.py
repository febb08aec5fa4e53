"""kill -9 of the server with mails on their way: what was promised arrives, and twice only what the mail server had taken already."""

import asyncio
import os
import random
import signal
from collections import Counter

from arrivals import change_password, each_once
from checks import until
from shop import LEASE_SECONDS, Shop

# A node that dies keeps its messages until the lease is over. The long form waits for that, where one kill is enough; otherwise the lease
# is moved back.
IS_LONG = bool(os.environ.get("TEST_LONG"))
# So many mails may be under way to the mail server at the same moment: crates/mail/src/smtp/connection.rs.
CONNECTIONS = 4


async def killed_while_the_mail_server_is_away(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        customers = await sign_up(shop, 6)
        await ask(shop, checks, customers[:5])
        checks.equal("the answer to a new password", 200, (await change_password(shop, customers[5]))[0].status)
        await shop.kill()
        checks.equal("messages after the kill", 6, len(shop.outbox()))
        await shop.open_office()
        await live_again(shop, checks, is_waited_for=IS_LONG)
        each_once(checks, shop, customers)


async def killed_while_a_message_has_no_answer(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        customers = await sign_up(shop, 3)
        shop.office.is_shut = True
        await ask(shop, checks, customers)
        await until("a message in its hands", lambda: shop.office.holding, lambda holding: holding > 0)
        await shop.kill()
        await until("nothing in its hands", lambda: shop.office.holding, lambda holding: holding == 0)
        shop.office.is_shut = False
        dead = await live_again(shop, checks, is_waited_for=IS_LONG)
        checks.holds("messages that were leased at the kill", dead > 0, "some", dead)
        each_once(checks, shop, customers)


async def killed_before_the_250(binary, folder, checks):
    """The mail server has taken it, and nobody here knows: it is sent once more, under the same id."""
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        customers = await sign_up(shop, 4)
        pid = shop.server.process.pid
        await killed(shop, checks, customers, lambda count: count == 2 and os.kill(pid, signal.SIGKILL))
        second = shop.office.mails[1].id
        doubled = await after_the_kill(shop, checks, customers, is_waited_for=IS_LONG)
        checks.holds("mails that arrived twice", second in doubled, f"the one that had no answer, {second}", doubled)


async def killed_around_the_250(binary, folder, checks):
    """At any moment from just before the answer until the message is gone from the outbox."""
    chance, rounds, twice = random.Random(), 20 if IS_LONG else 3, 0
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        for number in range(rounds):
            customers = await sign_up(shop, 2, f"round{number}.")
            shop.office.mails.clear()
            kill = [os.kill, shop.server.process.pid, signal.SIGKILL]
            delay = chance.uniform(0, 0.004)
            soon = lambda count: count == 1 and asyncio.get_running_loop().call_later(delay, *kill)
            await killed(shop, checks, customers, soon)
            twice += len(await after_the_kill(shop, checks, customers, is_waited_for=False))
    print(f"{checks.case}: {rounds} kills, {twice} mails arrived twice")


async def sign_up(shop, count, prefix="customer"):
    return [await shop.sign_up(f"{prefix}{number}@customer.example") for number in range(count)]


async def ask(shop, checks, customers):
    for customer in customers:
        checks.equal("the answer to a recovery", 202, (await shop.recover(customer.email))[0].status)


async def killed(shop, checks, customers, before_250):
    """Everybody has an answer before the first mail is taken."""
    shop.office.is_shut = True
    await ask(shop, checks, customers)
    shop.office.before_250 = before_250
    shop.office.is_shut = False
    await asyncio.wait_for(shop.server.process.wait(), 30)
    await shop.kill()
    # What was between the two sockets comes in.
    await asyncio.sleep(0.3)
    shop.office.before_250 = None


async def after_the_kill(shop, checks, customers, is_waited_for):
    """Everything arrives. Returns what did so twice: what was taken, and still stood in the outbox."""
    taken, standing = {mail.id for mail in shop.office.mails}, {row.mail_id for row in shop.outbox()}
    await live_again(shop, checks, is_waited_for)
    checks.equal("who got a mail", {customer.email for customer in customers}, {mail.to[0] for mail in shop.office.mails})
    arrived = Counter(mail.id for mail in shop.office.mails)
    checks.equal("how often each arrived", {id: 1 + (id in taken & standing) for id in arrived}, dict(arrived))
    checks.equal("mails by ids", len(customers), len(arrived))
    checks.holds("mails that arrived twice", len(taken & standing) <= CONNECTIONS, f"at most {CONNECTIONS}", taken & standing)
    return taken & standing


async def live_again(shop, checks, is_waited_for):
    """The next life sends everything. Returns how many messages the kill had left leased."""
    leased = [row for row in shop.outbox() if row.lease]
    await shop.server.start()
    # In which it looks into the outbox more than once.
    await asyncio.sleep(3)
    still = {row.mail_id: row.due_in for row in shop.outbox() if row.lease in {dead.lease for dead in leased}}
    checks.equal("messages that the next life leaves to the dead one", {row.mail_id for row in leased}, set(still))
    checks.holds("when they are due", all(0 < due_in < LEASE_SECONDS for due_in in still.values()), f"within {LEASE_SECONDS} s", still)
    if not is_waited_for:
        shop.end_leases(leased)
    await shop.all_sent(LEASE_SECONDS + 30)
    return len(leased)


CASES = [killed_while_the_mail_server_is_away, killed_while_a_message_has_no_answer, killed_before_the_250, killed_around_the_250]
