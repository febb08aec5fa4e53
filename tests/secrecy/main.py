"""Runs both searches and counts them. See `run`."""

import sys

from leaks import leaks
from timing import measure, measure_imported, measure_mails, measure_signups

# Wider than what chance does to 1000 against 1000 samples (one standard deviation is 0.013).
LOWEST, HIGHEST = 0.45, 0.55
# Imported records are slow, so that few are asked: one standard deviation of 60 against 60 is 0.053.
IMPORTED_SAMPLES, IMPORTED_LOWEST, IMPORTED_HIGHEST = 60, 0.3, 0.7


def told_by_time(what, binary, samples, measure=measure):
    """Whether time tells known from unknown addresses."""
    area, known, unknown = measure(binary, samples)
    if not LOWEST <= area <= HIGHEST:
        # A busy machine makes a small sample stray: a larger one decides, by the same bounds.
        samples *= 3
        area, known, unknown = measure(binary, samples)
    print(f"note: time tells known from unknown addresses with an area of {area:.3f} (0.5 is chance), "
          f"medians {known:.1f} and {unknown:.1f} ms, {samples} {what} each")
    is_told = not LOWEST <= area <= HIGHEST
    if is_told:
        print(f"FAILED {what}: the area is outside {LOWEST} to {HIGHEST}")
    return is_told


def main():
    binary, samples = sys.argv[1], int(sys.argv[2])
    failed = 0
    found = leaks(binary)
    for text in found:
        print("FAILED", text)
    failed += bool(found)
    print("secrets were looked for in log (at trace), database, metrics and answers:", "found some" if found else "none found")

    failed += told_by_time("logins", binary, samples)
    failed += told_by_time("mails asked for", binary, samples // 2, measure_mails)
    failed += told_by_time("sign-ups that conceal", binary, samples // 2, measure_signups)
    imported = measure_imported(binary, IMPORTED_SAMPLES)
    told = [kind for kind, (area, _) in imported.items() if not IMPORTED_LOWEST <= area <= IMPORTED_HIGHEST]
    if told:
        imported = measure_imported(binary, 2 * IMPORTED_SAMPLES)
        told = [kind for kind, (area, _) in imported.items() if not IMPORTED_LOWEST <= area <= IMPORTED_HIGHEST]
    for kind, (area, middle) in imported.items():
        print(f"note: imported {kind or '(none: an unknown address)'}: area {area:.3f}, median {middle:.1f} ms")
    if told:
        print(f"FAILED time tells imported records ({', '.join(told)}) from unknown addresses")
        failed += 1
    print(f"{5 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
