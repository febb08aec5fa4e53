"""What SpamAssassin thinks of each kind of mail, by its local rules."""

import email
import os
import re
import shutil
import subprocess

from messages import KINDS

MOST = 2.0


def scores(sender, folder, check):
    """Returns how many checks could not be made."""
    if not shutil.which("spamassassin"):
        print(f"note: SpamAssassin could not be had here: {len(KINDS)} scores were not asked for")
        return len(KINDS)
    box = os.path.join(folder, "box")
    with open(box, "wb") as file:
        for kind in KINDS:
            raw = sender.make(kind, "en")["raw"].replace(b"\r\n", b"\n")
            file.write(b"From shop@shop.example.com Sun Nov 29 14:02:00 2026\n" + raw + b"\n")
    home = {**os.environ, "HOME": folder}
    out = subprocess.run(["spamassassin", "-L", "--nocreate-prefs", "--mbox", box], capture_output=True, check=True, env=home).stdout
    found = {}
    # They come back in an order of its own: the id says which is which.
    for mail in re.split(rb"^From shop@.*\n", out, flags=re.M)[1:]:
        read = email.message_from_bytes(mail)
        score, tests = re.search(r"score=(-?[\d.]+) .*?tests=(.*?)\s+autolearn", read["X-Spam-Status"], re.S).groups()
        found[read["Message-ID"].strip("<").split(".")[0]] = (float(score), re.sub(r"\s", "", tests))
    check("a score for each mail", sorted(found) == sorted(KINDS), list(found))
    for kind, (score, tests) in sorted(found.items()):
        print(f"note: SpamAssassin {kind}: {score} {tests}")
        check(f"SpamAssassin: {kind} stays below {MOST}", score < MOST, f"{score} {tests}")
    return 0
