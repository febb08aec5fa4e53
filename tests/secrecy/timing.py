"""Whether a stopwatch tells known addresses from unknown ones: the area under the curve, 0.5 when it cannot."""

import base64
import json
import os
import tempfile
import time

from server import Server

# The limit per account, less one: a refusal is answered at once and would spoil the comparison.
PER_ADDRESS = 9
# As many mails as one address gets: beyond it there is less to do, for both.
MAILS_PER_ADDRESS = 5
UNTIL_MADE = 0.04


def area_under_curve(known, unknown):
    """The chance that a login for a known address takes longer than one for an unknown one."""
    ranked = sorted([(value, 1) for value in known] + [(value, 0) for value in unknown])
    rank_sum = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    return (rank_sum - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))


def refused_after(server, email):
    """How long a login with a wrong password takes, in ms."""
    form = {"email": email, "password": "a phrase that is not the right one"}
    started = time.perf_counter()
    status, _, text = server.ask("POST", "/api/login", form)
    assert status == 401, text
    return (time.perf_counter() - started) * 1000


def mail_asked_after(server, email):
    """How long it takes to ask for a mail to somebody who has forgotten the password, in ms. At rest: the mail of the one before was made."""
    time.sleep(UNTIL_MADE)
    started = time.perf_counter()
    status, _, text = server.ask("POST", "/api/recovery", {"email": email})
    assert status == 202, text
    return (time.perf_counter() - started) * 1000


def signed_up_after(server, email):
    """How long a sign-up takes that conceals whether the address is registered, in ms. At rest, as above."""
    time.sleep(UNTIL_MADE)
    started = time.perf_counter()
    status, _, text = server.ask("POST", "/api/signup", {"name": "Ada", "email": email, "password": "a phrase of this very test"})
    assert status == 202, text
    return (time.perf_counter() - started) * 1000


def measure_mails(binary, samples):
    return measure(binary, samples, mail_asked_after, MAILS_PER_ADDRESS)


def measure_signups(binary, samples):
    """The same for sign-ups. Each address is used once: the second time every one is known."""
    return measure(binary, samples, signed_up_after, 1, SIGNUP_VERIFICATION="before")


def measure(binary, samples, ask=refused_after, per_address=PER_ADDRESS, **settings):
    """(area, median of known in ms, of unknown in ms); both kinds are asked in turns, so that a busy machine slows both."""
    times = {"known": [], "unknown": []}
    with tempfile.TemporaryDirectory(prefix="doorstep-timing-") as folder:
        server = Server(binary, folder, LIMITS_SIGNUP_PER_NETWORK="1000000 in 1m", LIMITS_MAIL_TOTAL="1000000 in 1m", **settings)
        try:
            for number in range(samples):
                address = number // per_address
                if number % per_address == 0:
                    form = {"name": "Ada", "email": f"known{address}@example.com", "password": "a phrase of this very test"}
                    assert server.ask("POST", "/api/signup", form)[0] in (201, 202)
                turn = ("known", "unknown") if number % 2 else ("unknown", "known")
                for kind in turn:
                    times[kind].append(ask(server, f"{kind}{address}@example.com"))
        finally:
            server.stop()
    middle = {kind: sorted(values)[len(values) // 2] for kind, values in times.items()}
    return area_under_curve(times["known"], times["unknown"]), middle["known"], middle["unknown"]


def phc(memory_kib, passes):
    """A record that no password opens, which nobody knows without the work."""
    salt, made = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${made}"


# Slower than what the server makes itself, and quicker.
IMPORTED = {
    "bcrypt": "$2b$10$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    "slow": phc(65536, 2),
    "quick": phc(1024, 1),
}
# A busy moment of the machine is in no kind's favour: the first checks of each kind teach the server what they cost.
UNTIMED = 3


def measure_imported(binary, samples):
    """For each kind of imported record (area against unknown addresses, median in ms); `None` stands for unknown ones."""
    times = {kind: [] for kind in (*IMPORTED, None)}
    with tempfile.TemporaryDirectory(prefix="doorstep-imported-") as folder:
        server = Server(binary, folder)
        try:
            lines = [{"email": f"{kind}{number}@example.com", "passwordHash": record}
                     for kind, record in IMPORTED.items() for number in range(samples // PER_ADDRESS + 1)]
            server.command("users", "import", write_lines(folder, lines))
            for number in range(samples):
                kinds = list(times)
                for kind in kinds[number % len(kinds):] + kinds[:number % len(kinds)]:
                    times[kind].append(refused_after(server, f"{kind or 'unknown'}{number // PER_ADDRESS}@example.com"))
        finally:
            server.stop()
    timed = {kind: values[UNTIMED:] for kind, values in times.items()}
    return {kind: (area_under_curve(values, timed[None]), sorted(values)[len(values) // 2]) for kind, values in timed.items()}


def write_lines(folder, lines):
    path = os.path.join(folder, "import.jsonl")
    with open(path, "w") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return path
