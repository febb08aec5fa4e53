"""Whether a stopwatch tells known addresses from unknown ones: the area under the curve, 0.5 when it cannot."""

import tempfile
import time

from server import Server

# The limit per account, less one: a refusal is answered at once and would spoil the comparison.
PER_ADDRESS = 9


def area_under_curve(known, unknown):
    """The chance that a login for a known address takes longer than one for an unknown one."""
    ranked = sorted([(value, 1) for value in known] + [(value, 0) for value in unknown])
    rank_sum = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    return (rank_sum - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))


def measure(binary, samples):
    """(area, median of known in ms, of unknown in ms); both kinds are asked in turns, so that a busy machine slows both."""
    times = {"known": [], "unknown": []}
    with tempfile.TemporaryDirectory(prefix="doorstep-timing-") as folder:
        server = Server(binary, folder, LIMITS_SIGNUP_PER_NETWORK="1000000 in 1m")
        try:
            for number in range(samples):
                address = number // PER_ADDRESS
                if number % PER_ADDRESS == 0:
                    form = {"name": "Ada", "email": f"known{address}@example.com", "password": "a phrase of this very test"}
                    assert server.ask("POST", "/api/signup", form)[0] == 201
                turn = ("known", "unknown") if number % 2 else ("unknown", "known")
                for kind in turn:
                    form = {"email": f"{kind}{address}@example.com", "password": "a phrase that is not the right one"}
                    started = time.perf_counter()
                    status, _, text = server.ask("POST", "/api/login", form)
                    times[kind].append((time.perf_counter() - started) * 1000)
                    assert status == 401, text
        finally:
            server.stop()
    middle = {kind: sorted(values)[len(values) // 2] for kind, values in times.items()}
    return area_under_curve(times["known"], times["unknown"]), middle["known"], middle["unknown"]
