"""Runs the whole bench and writes results.md, or growth.md. See `run`."""

import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

import scenarios
from growth import growth
from mails import mails
from parked import parked
from processes import Bench
from servers import servers
from table import render, render_fairness, render_growth, render_mails

SESSIONS = 64


def main():
    root, doorstep, tools = sys.argv[1:4]
    scale = float(os.environ.get("BENCH_SCALE", "1"))
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        bench = Bench(os.path.abspath(doorstep), os.path.abspath(tools), folder)
        if os.environ.get("BENCH_GROWTH"):
            sizes = step("growth to 10 million customers", growth, bench, root, scale)
            return write("growth.md", render_growth(machine(root), sizes), sizes)
        if os.environ.get("BENCH_FAIRNESS"):
            print("\n".join(render_fairness(step("a flood from 8 networks", scenarios.fairness, bench, scale))))
            return
        if os.environ.get("BENCH_MAILS"):
            print("\n".join(render_mails(step("mails that wait", mails, bench, scale))))
            return
        results = {"scale": scale, "machine": machine(root), "size": os.path.getsize(doorstep), "kit": kit_size(root)}
        results["cold"] = step("cold start", scenarios.cold_start, bench)
        with bench.serve() as server:
            results["hashing"] = step("sign-ups and logins", scenarios.hashing, bench, server, scale)
            accounts = results["hashing"]["accounts"]
            headers = {mode: bench.headers_file(server, mode, SESSIONS, scenarios.ACCOUNTS) for mode in scenarios.MODES}
            results["checks"] = step("session checks", scenarios.session_checks, bench, server, headers, scale)
            results["storm"] = step("checks in a storm", scenarios.checks_in_a_storm, bench, server, headers, accounts, scale)
            results["surplus"] = step("300 logins at once", scenarios.surplus, bench, server)
        results["fairness"] = step("a flood from 8 networks", scenarios.fairness, bench, scale)
        results["memory"] = step("memory", scenarios.memory, bench, accounts, scale)
        results["mails"] = step("mails that wait", mails, bench, scale)
        results["parked"] = step("parked bodies", parked, bench)
        if os.environ.get("BENCH_SERVERS"):
            results["servers"] = step("session checks on database servers", servers, bench, root, SESSIONS, scale)
    return write("results.md", render(results), results)


def write(name, text, raw):
    file = os.environ.get("BENCH_RAW")
    if file:
        with open(file, "w") as lines:
            json.dump(raw, lines, indent=1)
    with open(os.environ.get("BENCH_RESULTS", os.path.join(sys.argv[1], "bench", name)), "w") as lines:
        lines.write(text)
    print(text)


def step(name, function, *arguments):
    print(f"bench: {name}", file=sys.stderr)
    return function(*arguments)


def machine(root):
    def output(*command):
        return subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    with open("/proc/cpuinfo") as cpu, open("/proc/meminfo") as memory:
        model = re.search(r"model name\s*: (.*)", cpu.read())
        mebibytes = int(memory.readline().split()[1]) // 1024
    return {
        "cpu": model[1] if model else "unknown", "cores": os.cpu_count(), "memory": f"{mebibytes} MiB",
        "kernel": f"{os.uname().sysname} {os.uname().release}", "rustc": output("rustc", "--version"),
        "commit": output("git", "rev-parse", "--short", "HEAD"), "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def kit_size(root):
    """What the kit's own size script says; None where its packages are not installed."""
    folder = os.path.join(root, "clients", "typescript")
    if not os.path.isdir(os.path.join(folder, "node_modules")):
        return None
    done = subprocess.run(["npm", "run", "--silent", "size"], cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    found = re.search(r"(\d+) of \d+ bytes", done.stdout)
    return int(found[1]) if found else None


if __name__ == "__main__":
    main()
