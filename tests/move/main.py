"""A shop that goes around: every hop ends with the same checksum, whatever is killed on the way."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import shop

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# These hops are killed once each, at about half of the way.
KILLED = {1, 3}


def databases(verb, name):
    command = ["tools/databases", verb, name, "--label", "route"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().rpartition("\n")[2]


class Hop:
    """One `doorstep move`, and what it needed."""

    def __init__(self, binary, folder, source, target):
        self.command = [binary, "move", "--from", source, "--to", target]
        self.folder = folder
        self.kills = 0
        self.peak = 0

    def go(self, kill_after=None):
        """Returns what it said, or None when it was killed."""
        begin = time.monotonic()
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=shop.plain_environment())
        while self.process.poll() is None:
            self.watch_memory()
            if kill_after is not None and time.monotonic() - begin > kill_after:
                self.process.kill()
                self.process.communicate()
                self.kills += 1
                return None
            time.sleep(0.02)
        out, err = self.process.communicate()
        if self.process.returncode:
            raise SystemExit(f"{' '.join(self.command)} failed:\n{err}")
        return out + err

    def watch_memory(self):
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                found = re.search(r"VmHWM:\s+(\d+) kB", status.read())
        except FileNotFoundError:
            found = None
        if found:
            self.peak = max(self.peak, int(found[1]))


def hop(binary, folder, ends, kill_after):
    """Moves between two ends; returns the checksum that both sides have."""
    (source_name, source), (target_name, target) = ends
    hop = Hop(binary, folder, source, target)
    begin = time.monotonic()
    said = hop.go(kill_after)
    if said is None:
        said = hop.go()
    took = time.monotonic() - begin
    checksum = re.search(r"Checksum of both: (\w+)", said)[1]
    phases = re.findall(r"^(copying|comparing): ([\d,]+) records, [\d.]+ s, ([\d,]+) records/s", said, re.M)
    rates = ", ".join(f"{phase} {rate}/s" for phase, _, rate in phases)
    total = phases[-1][1]
    print(f"{source_name} → {target_name}: {total} records in {took:.1f} s with {hop.kills} kills; {rates}; "
          f"at most {hop.peak / 1024:.0f} MiB; checksum {checksum[:16]}…", flush=True)
    return checksum, hop.kills


def main():
    binary, fill, customers, route = (*sys.argv[1:4], sys.argv[4].split())
    folder = tempfile.mkdtemp(prefix="doorstep-move-")
    try:
        for name in route:
            databases("start", name)
        first = f"sqlite:{folder}/first.db"
        held = shop.open_account(binary, folder, first)
        begin = time.monotonic()
        subprocess.run([fill, first, customers], check=True)
        print(f"{customers} customers made in {time.monotonic() - begin:.0f} s", flush=True)
        ends = [("SQLite", first), *((name, databases("fresh", name)) for name in route),
                ("SQLite", f"sqlite:{folder}/last.db")]
        # The fastest pair that was measured copies 70,000 records a second and compares 235,000.
        half = max(0.2, 4.3 * int(customers) / 120_000)
        sums, kills = [], 0
        for number in range(len(ends) - 1):
            checksum, killed = hop(binary, folder, ends[number:number + 2], half if number in KILLED else None)
            sums.append(checksum)
            kills += killed
        for number, (name, url) in enumerate(ends[1:], 1):
            if number < len(ends) - 1:
                subprocess.run([binary, "move", "--release", "--from", url], cwd=folder, check=True,
                               stdout=subprocess.DEVNULL, env=shop.plain_environment())
            shop.look(binary, folder, url, held)
            print(f"{name}: the old sessions are live, the refresh token and the password work", flush=True)
        if len(set(sums)) != 1:
            raise SystemExit(f"the checksums differ: {sums}")
        print(f"{len(sums)} moves, {kills} kills, every checksum the same")
    finally:
        for name in route:
            databases("stop", name)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
