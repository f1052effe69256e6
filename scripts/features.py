"""``make features``: rows of docs/features.csv, the tests that prove them, and how these ended last time.

``--all`` lists rows without a test too; otherwise they are only counted.
"""

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checks.features import RESULTS, Proof, proofs, rows

SIGNS = {"passed": "✓", "failed": "✗", "skipped": "–", "not run": "?"}


def main(words: list[str]) -> int:
    results: dict[str, str] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    by_row = proofs()
    tally: Counter[str] = Counter()
    for row in rows():
        marked = by_row.get(row.number, [])
        outcomes = {proof: outcome_of(proof, results) for proof in marked}
        state = state_of(list(outcomes.values()))
        tally[state] += 1
        if marked or "--all" in words:
            print(f"{SIGNS.get(state, ' ')} {row.number:6} {row.priority:8} {row.feature}")
        for proof, outcome in outcomes.items():
            print(f"      {SIGNS[outcome]} {proof.test}")
    print(f"\n{sum(tally.values())} rows: " + ", ".join(f"{count} {state}" for state, count in sorted(tally.items())))
    if not results:
        print("No results yet: run make test.")
    return 0


def outcome_of(proof: Proof, results: dict[str, str]) -> str:
    return results.get(proof.test, "not run")


def state_of(outcomes: list[str]) -> str:
    """A row is proved when every marked test passed; the worst outcome speaks for it."""
    if not outcomes:
        return "without a test"
    return next((worst for worst in ("failed", "not run", "skipped") if worst in outcomes), "passed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
