"""What was asked and what was answered, on disk before it is believed.

The intent is written and fsynced before the request leaves; the answer is appended after it came. A line of intent
without its answer is an operation that may have happened or not, but never by half and never twice.
"""

import collections
import json
import os


class Ledger:
    def __init__(self, path):
        self.file = open(path, "ab", buffering=0)
        self.number = 0
        self.acknowledged = collections.Counter()
        self.refused = collections.Counter()
        self.unanswered = collections.Counter()
        self.faults = []

    def intent(self, kind, email, detail):
        self.number += 1
        self._write({"op": self.number, "intent": kind, "email": email, **detail})
        os.fdatasync(self.file.fileno())
        return self.number

    def answer(self, number, kind, status):
        self._write({"op": number, "status": status})
        (self.acknowledged if status < 400 else self.refused)[kind if status < 400 else f"{kind} {status}"] += 1

    def no_answer(self, number, kind):
        self._write({"op": number, "status": None})
        self.unanswered[kind] += 1

    def fault(self, what, email, detail):
        """`what` is lost, doubled, revived or torn (a part of an operation without the rest), or broken (a 5xx)."""
        self._write({"fault": what, "email": email, "detail": detail})
        self.faults.append((what, email, detail))

    def count(self, what):
        return sum(1 for fault in self.faults if fault[0] == what)

    def _write(self, line):
        self.file.write(json.dumps(line).encode() + b"\n")
