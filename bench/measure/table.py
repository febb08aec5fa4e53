"""Turns the results into results.md: what, figure, target, ratio, verdict."""

from scenarios import MODES, QUIET_SECONDS, median


HEAD = ["| what | how | figure | target | verdict |", "| --- | --- | --- | --- | --- |"]


def render(results):
    lines = [
        "# Figures of one run of `bench/run`", "", circumstances(results["machine"]),
        "Release build, SQLite (WAL, `synchronous=FULL`), default configuration in dev mode, server and load generator on the same",
        "machine over loopback. Absolute figures drift between machines and runs; the ratios come from turns within one run.", "", *HEAD,
    ]
    lines += [f"| {' | '.join(row)} |" for row in rows(results)]
    lines += ["", *ceiling_table(results), "", *how_it_is_measured(results), ""]
    return "\n".join(lines)


def render_growth(machine, engines):
    found = [f"| {' | '.join(row)} |" for engine, sizes in engines.items() for row in growth_rows(engine, sizes)]
    return "\n".join([
        "# Growth: figures of one run of `BENCH_GROWTH=1 bench/run`", "", circumstances(machine),
        "Every customer has one live session. The databases of one engine stand at once, each with a server of its own, and are asked",
        "in turns: the ratios are of medians of five turns. What is missed and why: [notes.md](notes.md).", "", *HEAD, *found, "",
    ])


def render_mails(mails):
    return [*HEAD, *(f"| {' | '.join(row)} |" for row in mail_rows(mails))]


def render_fairness(fairness):
    return [*HEAD, *(f"| {' | '.join(row)} |" for row in fairness_rows(fairness))]


def circumstances(machine):
    return (f"{machine['date']}, commit {machine['commit']}, {machine['rustc']}. {machine['cores']} cores ({machine['cpu']}), "
            f"{machine['memory']}, {machine['kernel']}.")


def rows(results):
    yield from hashing_rows(results["hashing"])
    yield from check_rows(results["checks"])
    yield from server_rows(results.get("servers", {}))
    yield from storm_rows(results["storm"])
    yield from surplus_rows(results["surplus"])
    yield from fairness_rows(results["fairness"])
    memory = results["memory"]
    yield row("resident memory, idle", "2 s after the start, filled database", f"{memory['idle']:.1f} MiB", "≤ 20 MiB", memory["idle"] <= 20)
    yield row("resident memory, peak, 250 concurrent logins", f"closed loop, {statuses(memory['storm'])}", f"{memory['peak']:.1f} MiB",
              "≤ 96 MiB", memory["peak"] <= 96)
    if "later" in memory:
        yield row(f"… {QUIET_SECONDS} quiet seconds later", "", f"{memory['later']:.1f} MiB", "", None)
    yield from mail_rows(results["mails"])
    yield from parked_rows(results.get("parked"))
    for name, key in (("new database", "fresh"), ("existing database", "again")):
        took = median(results["cold"][key])
        yield row(f"cold start to the first 200 of `/readyz`, {name}", "median of 10", f"{took:.0f} ms", "≤ 100 ms", took <= 100)
    mebibytes = results["size"] / 2**20
    yield row("release binary", "", f"{mebibytes:.1f} MiB", "≤ 25 MiB", mebibytes <= 25)
    if results["kit"] is not None:
        yield row("client kit: sign up and keep the session", "`npm run size`", f"{results['kit']} bytes gzip", "≤ 4736", results["kit"] <= 4736)


def hashing_rows(hashing):
    for name in ("signups", "logins"):
        runs = hashing[name]
        rate = median([run["good_per_second"] for run in runs])
        ratio = rate / hashing["ceiling"]
        middle = median([run["good_ms"]["p50"] for run in runs])
        yield row(f"{name}/s", f"closed loop, 16 connections, {statuses(*runs)}; p50 {middle:.0f} ms; {shares(*runs)}",
                  f"{rate:.1f} = **{ratio:.2f}** × the ceiling {hashing['ceiling']:.0f} ({hashing['best']['name']}), {rate / hashing['other']:.2f} × the best that is not ours, {hashing['other']:.0f}", "≥ 0.95 × ceiling", ratio >= 0.95)


def check_rows(checks):
    floor = median([turn["hello"]["good_per_second"] for turn in checks["rounds"]])
    yield row("floor: bare axum “hello”", f"closed loop, 64 connections; {shares(*[turn['hello'] for turn in checks['rounds']])}",
              f"{floor:,.0f}/s", "", None)
    for mode in MODES:
        runs = [turn[mode] for turn in checks["rounds"]]
        rate, ratio = median([run["good_per_second"] for run in runs]), checks["ratios"][mode]
        cost = median([run["server_cpu_s_per_1000"] for run in runs])
        target = 0.5 if mode == "jwt" else 0.7
        yield row(f"`GET /api/user`, {mode}, live session check",
                  f"closed loop, 64 connections, {statuses(*runs)}; {shares(*runs)}; {cost:.3f} CPU-s per 1000",
                  f"{rate:,.0f}/s = **{ratio:.2f}** × floor", f"≥ {target} × floor", ratio >= target)


def server_rows(servers):
    for engine, checks in servers.items():
        for mode in MODES:
            runs, ratio = [turn[mode] for turn in checks["rounds"]], checks["ratios"][mode]
            rate = median([run["good_per_second"] for run in runs])
            wanted = ("≥ 0.4 × floor", ratio >= 0.4) if engine == "postgres" else ("stated", None)
            yield row(f"`GET /api/user`, {mode}, database on {engine}", f"as above, its own floor in the same turns, {statuses(*runs)}; {shares(*runs)}; "
                      f"{checks['memory']:.0f} MiB", f"{rate:,.0f}/s = **{ratio:.2f}** × floor", *wanted)
        for what in ("signups", "logins"):
            run = checks[what]
            yield row(f"{what}/s, database on {engine}", f"closed loop, 16 connections, {statuses(run)}; p50 {run['good_ms']['p50']:.0f} ms; {shares(run)}",
                      f"{run['good_per_second']:.0f}", "stated", None)


def mail_rows(mails):
    def at(moment):
        return moment["checks"]["good_ms"]["p99"], moment["logins"]["good_per_second"], moment["memory"]
    checks, logins, memory = at(mails["rest"])
    for name, key in (("wait, the mail server is away", "waiting"), ("are being sent", "sending")):
        p99, rate, mebibytes = at(mails[key])
        runs = [mails[key]["checks"], mails[key]["logins"]]
        yield row(f"while 10,000 mails {name}", f"session checks by the clock, 500/s; logins in a closed loop, {statuses(*runs)}",
                  f"check p99 {p99:.2f} ms ({checks:.2f} at rest), {rate:.0f} logins/s ({logins:.0f} at rest), {mebibytes:.1f} MiB ({memory:.1f})",
                  "logins ≥ 0.9 × rest", rate >= 0.9 * logins)
    yield row("mails sent beside all that", f"to a mail server on this machine; {mails['taken']} taken, {mails['left']} left",
              f"{mails['rate']:.0f}/s, {mails['peak']:.1f} MiB at most", "stated", None)


def storm_rows(storm):
    def at(runs, percentile):
        return median([run["good_ms"][percentile] for run in runs])
    rest, busy = at(storm["rest"], "p99"), at(storm["storm"], "p99")
    yield row("session check at rest", f"open loop, 500/s, 32 connections, {statuses(*storm['rest'])}; {shares(*storm['rest'])}; {late(storm['rest'])}",
              f"p50 {at(storm['rest'], 'p50'):.2f} ms, p99 {rest:.2f} ms", "", None)
    logins = median([run["good_per_second"] for run in storm["logins"]])
    yield row(f"session check while logins are saturated ({logins:.0f} logins/s, 64 connections)",
              f"open loop, 500/s, 32 connections, {statuses(*storm['storm'])}; {shares(*storm['storm'])}; {late(storm['storm'])}",
              f"p50 {at(storm['storm'], 'p50'):.2f} ms, p99 {busy:.2f} ms = **{busy / rest:.1f}** × rest", "p99 ≤ 3 × rest", busy <= 3 * rest)


def parked_rows(parked):
    if parked is None:
        return
    yield row("resident memory, 5,000 requests parked before the end of their bodies", f"60,000 bytes each; {parked['away']} were told 503",
              f"{parked['full']:.1f} MiB (at rest {parked['rest']:.1f})", "≤ 256 MiB", parked["full"] <= 256)
    yield row("… when they have left", "75 quiet seconds later", f"{parked['later']:.1f} MiB", "≤ at rest + 32 MiB",
              parked["later"] <= parked["rest"] + 32)


def surplus_rows(bursts):
    served = [burst["statuses"].get("200", 0) for burst in bursts]
    away = [burst["statuses"].get("503", 0) for burst in bursts]
    told = [burst["busy_with_retry_after"] for burst in bursts]
    others = sum(burst["requests"] for burst in bursts) - sum(served) - sum(away)
    slowest = max((burst["busy_ms"]["max"] for burst in bursts if burst["busy_ms"]), default=0.0)
    p99 = max((burst["busy_ms"]["p99"] for burst in bursts if burst["busy_ms"]), default=0.0)
    good = sum(away) > 0 and slowest <= 100 and told == away and others == 0
    yield row("300 logins in one moment (3 bursts)", f"each on its own connection; {shares(*bursts)}",
              f"200: {listed(served)}; 503: {listed(away)}, with `Retry-After`: {listed(told)}; 503 after p99 {p99:.0f} ms, max {slowest:.0f} ms",
              "surplus 503 + `Retry-After` within 100 ms", good)


def fairness_rows(fairness):
    rest = median([run["good_ms"]["p50"] for run in fairness["rest"]])
    yield row("login at rest", f"open loop, 20/s from 200 networks, {statuses(*fairness['rest'])}; {shares(*fairness['rest'])}",
              f"p50 {rest:.1f} ms, p99 {median([run['good_ms']['p99'] for run in fairness['rest']]):.1f} ms", "", None)
    served = sum(run["statuses"].get("200", 0) for run in fairness["flood"]) / sum(run["requests"] for run in fairness["flood"])
    p99 = median([run["good_ms"]["p99"] for run in fairness["flood"]])
    yield row("login beside 200 hostile connections from 8 networks (closed loop, unknown addresses)",
              f"open loop, 20/s from 200 other networks, {statuses(*fairness['flood'])}; hostile: {statuses(*fairness['hostile'])}; {shares(*fairness['flood'])}",
              f"{served:.1%} served, p50 {median([run['good_ms']['p50'] for run in fairness['flood']]):.1f} ms, p99 {p99:.1f} ms = **{p99 / rest:.1f}** × rest",
              "≥ 99 % served, p99 ≤ 4 × rest", served >= 0.99 and p99 <= 4 * rest)


def growth_rows(engine, sizes):
    (small, few), *larger = sizes.items()
    for large, many in larger:
        for what, key, how in (("login", "logins", "closed loop, 2 connections"), ("session check", "checks", "closed loop, 1 connection, 200,000 sessions")):
            before, after = (median([turn["good_ms"]["p50"] for turn in of[key]]) for of in (few, many))
            yield row(f"{engine}: {what} at {large:,} customers", f"{how}, {statuses(*few[key], *many[key])}; database {many['bytes'] / 2**30:.1f} GiB",
                      f"p50 {after:.3f} ms = **{after / before:.2f}** × its time at {small:,}", "≤ 1.2 ×", after <= 1.2 * before)
    # The smallest table does not fill the caches, so the two largest are compared.
    resident = [one["memory"][-1] for one in sizes.values()]
    *_, before, after = resident
    yield row(f"{engine}: resident memory", f"after the last turn, at {', '.join(f'{size:,}' for size in sizes)} customers",
              f"{', '.join(f'{mebibytes:.1f}' for mebibytes in resident)} MiB", "does not grow with the table", after <= 1.1 * before)


def row(what, how, figure, target, reached):
    verdict = "" if reached is None else "reached" if reached else "**missed**"
    return [what, how, figure, target, verdict]


def statuses(*runs):
    """Every status that was seen: a figure made of errors must show."""
    total = {}
    for run in runs:
        for status, amount in run["statuses"].items():
            total[status] = total.get(status, 0) + amount
    return ", ".join(f"{amount:,} × {status}" for status, amount in sorted(total.items()))


def shares(*runs):
    generator = median([run["generator_cores"] for run in runs])
    return f"generator {generator:.2f} cores, server {median([run['server_cores'] for run in runs]):.2f}"


def late(runs):
    """The generator's own oversleeping, which is in no latency."""
    return f"generator woke {median([run['generator_late_ms']['p99'] for run in runs]):.1f} ms late at p99"


def listed(numbers):
    return ", ".join(map(str, numbers))


def ceiling_table(results):
    best = results["hashing"]["best"]
    lines = ["## The raw Argon2id ceiling (m=19456 KiB, t=2, p=1), hashes/s in the same run", "",
             "| implementation | 1 thread | 2 threads |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {rates['1']:.1f} | {rates['2']:.1f} |" for name, rates in best["table"].items()]
    return [*lines, "", f"The ceiling above is the best of them on 2 threads (here: {best['name']}), the mean of a run before and a run after the logins."]


def how_it_is_measured(results):
    return [
        "## How", "",
        "`bench/run` builds and measures everything again. Closed loop: a connection sends its next request when the last one was answered,",
        "so the rate is the capacity. Open loop: requests leave by the clock and a request that waits behind a slow one counts its waiting.",
        "A figure of several turns is their median. Cores: how many cores the process kept busy. Sign-ups and logins use the real password",
        f"parameters and many accounts; session checks use 64 sessions of as many customers. Durations × {results['scale']:g}.",
        "What is missed, by how much and why: [notes.md](notes.md).",
    ]
