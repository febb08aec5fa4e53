"""With real repositories of a few commits."""
import subprocess
import tempfile
import unittest
from pathlib import Path

from history import NOTES, Unknown, baseline, known_losses, versions


class History(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "whole"
        (self.root / NOTES).parent.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        for text in ("one", "two", "three", "three"):
            (self.root / "api").write_text(text, encoding="utf-8")
            self.git("add", ".")
            self.git("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false",
                     "commit", "--quiet", "--allow-empty", "--message", text)
        self.commits = self.git("log", "--reverse", "--format=%H").split()

    def git(self, *command: str, root: Path | None = None) -> str:
        return subprocess.run(["git", *command], cwd=root or self.root, check=True, capture_output=True, text=True).stdout

    def note(self, text: str, root: Path | None = None) -> None:
        path = (root or self.root) / NOTES
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def test_every_version_since_the_baseline_counts_once(self):
        self.note(f"Baseline: `{self.commits[1]}`\n")
        first = baseline(self.root)
        self.assertEqual({text for _, text in versions(self.root, first, "api")}, {"two", "three"})
        self.assertEqual(versions(self.root, first, "missing"), [])

    def test_a_missing_history_is_no_empty_one(self):
        self.note("no baseline\n")
        with self.assertRaises(Unknown):
            baseline(self.root)
        shallow = self.root.parent / "shallow"
        self.git("clone", "--quiet", "--depth=1", f"file://{self.root}", str(shallow))
        self.note(f"Baseline: `{self.commits[1]}`\n", shallow)
        with self.assertRaises(Unknown):
            baseline(shallow)

    def test_a_loss_needs_its_reason(self):
        self.note("- `POST /a: the route is gone`: it never worked\n- `GET /a: the route is gone`:\n    - `an example`: no\n")
        self.assertEqual(known_losses(self.root), {"POST /a: the route is gone": "it never worked"})


if __name__ == "__main__":
    unittest.main()
