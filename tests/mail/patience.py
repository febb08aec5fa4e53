"""A mail server that takes its time over messages. RFC 5321 (4.5.3.2.6) gives it ten minutes: whoever leaves sooner and comes again
makes it deliver twice."""

import asyncio
import os

from arrivals import each_once
from checks import until
from shop import Shop


async def one_slow_message_holds_up_no_other(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        slow, other = [await shop.sign_up(f"{name}@customer.example") for name in ("slow", "other")]
        shop.office.own_data_takes = {slow.email: 15.0}
        await shop.recover(slow.email)
        await until("the slow one in its hands", lambda: shop.office.holding, lambda holding: holding > 0)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await shop.recover(other.email)
        await until("the other mail", lambda: len(shop.office.to(other.email)), lambda count: count > 0, 60)
        took = loop.time() - begin
        print(f"{checks.case}: the other mail came after {took:.1f} s")
        checks.holds("the other mail", took < 8, "within 8 s, while the first has 15", f"after {took:.1f} s")
        await shop.all_sent()


async def one_message_takes_35_seconds(binary, folder, checks):
    async with Shop(binary, folder) as shop:
        await shop.open_office()
        shop.office.data_takes, shop.office.goes_on_alone = 35.0, True
        ada = await shop.sign_up("ada@customer.example")
        await shop.recover(ada.email)
        await until("a mail", lambda: len(shop.office.mails), lambda count: count > 0, 60)
        # What it is sent once more comes now.
        await asyncio.sleep(60)
        each_once(checks, shop, [ada])
        checks.equal("messages left", 0, len(shop.outbox()))


async def eight_messages_take_25_seconds_each(binary, folder, checks):
    """More than go through at once."""
    async with Shop(binary, folder) as shop:
        customers = [await shop.sign_up(f"customer{n}@customer.example") for n in range(8)]
        for customer in customers:
            await shop.recover(customer.email)
        await until("eight mails that wait", lambda: [row.topic for row in shop.outbox()], lambda topics: topics == ["mail"] * 8)
        await shop.kill()
        shop.end_waiting()
        shop.office.data_takes, shop.office.goes_on_alone = 25.0, True
        await shop.open_office()
        await shop.server.start()
        await shop.all_sent(240)
        each_once(checks, shop, customers)


CASES = [one_slow_message_holds_up_no_other]
if os.environ.get("TEST_LONG"):
    CASES += [one_message_takes_35_seconds, eight_messages_take_25_seconds_each]
