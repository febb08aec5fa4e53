"""What the contract was: the versions of a file since the baseline, and the losses that were decided."""
import re
import subprocess
from pathlib import Path

NOTES = "docs/decisions/contract-changes.md"


class Unknown(Exception):
    """The history that is asked for is not there."""


def git(root: Path, *command: str) -> str:
    try:
        done = subprocess.run(["git", *command], cwd=root, check=True, capture_output=True, text=True)
    except FileNotFoundError as problem:
        raise Unknown("there is no git") from problem
    except subprocess.CalledProcessError as problem:
        raise Unknown(f"git {' '.join(command)}: {problem.stderr.strip()}") from problem
    return done.stdout


def baseline(root: Path) -> str:
    """The commit of the contract that others have."""
    found = re.search(r"^Baseline: `([0-9a-f]{40})`", (root / NOTES).read_text(encoding="utf-8"), re.M)
    if not found:
        raise Unknown(f"{NOTES} names no baseline")
    commit = found.group(1)
    try:
        git(root, "merge-base", "--is-ancestor", commit, "HEAD")
    except Unknown as problem:
        raise Unknown(f"the baseline {commit[:10]} is not in this history; fetch all of it (git fetch --unshallow)") from problem
    return commit


def versions(root: Path, first: str, name: str) -> list[tuple[str, str]]:
    """(commit, text) of each content that the file had, from `first` to HEAD. Whoever pushed two commits has published both."""
    commits = [first, *git(root, "log", "--full-history", "--format=%H", f"{first}..HEAD", "--", name).split()]
    texts: dict[str, tuple[str, str]] = {}
    for commit in commits:
        if git(root, "ls-tree", commit, "--", name):
            text = git(root, "show", f"{commit}:{name}")
            texts.setdefault(text, (commit, text))
    return list(texts.values())


def known_losses(root: Path) -> dict[str, str]:
    """Lines of the notes: - `what is lost`: why"""
    return dict(re.findall(r"^- `(.+)`: (\S.+)$", (root / NOTES).read_text(encoding="utf-8"), re.M))


if __name__ == "__main__":
    try:
        print(baseline(Path(__file__).resolve().parent.parent.parent))
    except Unknown as unknown:
        raise SystemExit(f"note: {unknown}") from unknown
