"""All budgets in one table, each with the command that took its figure. See `Benchmarks/budgets`."""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import documentation
import machine
from cpg1 import FULL, ORIGINAL_MEGABYTES, ORIGINAL_SECONDS, SHARE_OF_MEMORY, SMALL, TIMES_FASTER
from report import median, number

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = BENCHMARKS.parent
RESULTS = BENCHMARKS / "Results"


class Budget:
    """A figure, what it may be, and where it comes from. `value` is `None` when it was not measured."""

    def __init__(self, what, limit, value, show, is_met, command, taken):
        self.what, self.limit, self.value, self.command, self.taken = what, limit, value, command, taken
        self.shown = "not measured" if value is None else show(value)
        self.is_met = value is not None and is_met(value)

    @property
    def row(self):
        verdict = "met" if self.is_met else "–" if self.value is None else "**missed**"
        return f"| {self.what} | {self.limit} | {self.shown} | {verdict} | `{self.command}` | {self.taken} |"


def read(name):
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def taken(results):
    described = results.get("machine")
    return f"{described['date'].split()[0]}, {described['commit']}" if described else "–"


def dig(value, *keys):
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def at(points, key, size):
    """The point of a curve at a size, or nothing."""
    return next((point for point in points or [] if point[key] == size), {})


def c_pg_1(results):
    """How many times faster than the original each function is, and what part of its memory the one that has some."""
    ratios, share = [], None
    for function, seconds in ORIGINAL_SECONDS.items():
        measured = at(dig(results, "functions", function), "rows", FULL)
        if not measured:
            continue
        ratios.append(seconds * FULL / SMALL / measured["seconds"])
        if function in ORIGINAL_MEGABYTES:
            share = measured["peakMegabytes"] / (ORIGINAL_MEGABYTES[function] * FULL / SMALL)
    return ratios, share


def budgets():
    compare, curves, cpg1, build = (read(name) for name in ("compare", "curves", "cpg1", "build"))
    engine = dig(compare, "results", "engine") or {}
    bare, step = dig(engine, "steps", "bareP50Microseconds"), dig(engine, "steps", "sequential", "p50Microseconds")
    parked = at(dig(curves, "results", "parked"), "runs", 1_000_000)
    replay = at(dig(curves, "results", "replay"), "events", 24_000)
    yield Budget(
        "sequential durable step, p50", "≤ 1.3 × bare disk", step / bare if bare and step else None,
        lambda value: f"{number(value, 2)} × ({number(step, 0)} µs; bare {number(bare, 0)} µs)", lambda value: value <= 1.3,
        "Benchmarks/compare", taken(compare),
    )  # fmt: skip
    yield Budget(
        "durable steps per second, 500 workflows at once", "≥ 50,000",
        median(dig(engine, "steps", "concurrentStepsPerSecond") or []), number, lambda value: value >= 50_000,
        "Benchmarks/compare", taken(compare),
    )  # fmt: skip
    yield Budget(
        "syncs per durable step, alone", "≤ 1, and one per start (1.2 with five steps)",
        dig(engine, "syncs sequential", "syncs_per_step"), number, lambda value: value <= 1.21,
        "Benchmarks/compare", taken(compare),
    )  # fmt: skip
    yield Budget(
        "syncs per durable step, many at once", "≤ 0.05", dig(engine, "syncs concurrent", "syncs_per_step"), number,
        lambda value: value <= 0.05, "Benchmarks/compare", taken(compare),
    )  # fmt: skip
    yield Budget(
        "500 open runs after SIGKILL, until all have ended", "≤ 50 ms",
        median(dig(engine, "recovery", "completeMilliseconds") or []), lambda value: f"{number(value)} ms",
        lambda value: value <= 50, "Benchmarks/compare", taken(compare),
    )  # fmt: skip
    yield Budget(
        "open 1,000,000 waiting runs", "≤ 5 s", parked.get("openMilliseconds"),
        lambda value: f"{number(value / 1000)} s", lambda value: value <= 5_000, "Benchmarks/curves", taken(curves),
    )  # fmt: skip
    yield Budget(
        "memory of each of them", "≤ 1 KB", parked.get("bytesPerRun"), lambda value: f"{number(value, 0)} bytes",
        lambda value: value <= 1024, "Benchmarks/curves", taken(curves),
    )  # fmt: skip
    yield Budget(
        "replay a run of 4,000 steps", "≤ 20 ms", replay.get("replayMilliseconds"),
        lambda value: f"{number(value)} ms", lambda value: value <= 20, "Benchmarks/curves", taken(curves),
    )  # fmt: skip
    yield Budget(
        "processor while 100,000 runs wait", "< 0.1 %", dig(engine, "parked", "idlePercent"),
        lambda value: f"{number(value, 2)} %", lambda value: value < 0.1, "Benchmarks/compare", taken(compare),
    )  # fmt: skip
    ratios, share = c_pg_1(cpg1)
    yield Budget(
        "C-PG-1 over 1,000,000 rows per table: the slowest of four functions", "≥ 100 × the original, per row",
        min(ratios, default=None), lambda value: f"{number(value, 0)} × (fastest: {number(max(ratios), 0)} ×)",
        lambda value: value >= TIMES_FASTER, "Benchmarks/cpg1", taken(cpg1),
    )  # fmt: skip
    yield Budget(
        "its memory", "≤ ¼ of the original's, per row", share, lambda value: f"{number(value * 100, 0)} %",
        lambda value: value <= SHARE_OF_MEMORY, "Benchmarks/cpg1", taken(cpg1),
    )  # fmt: skip
    yield Budget(
        "clean debug build of the engine's product", "≤ 150 s", build.get("seconds"),
        lambda value: f"{number(value, 0)} s", lambda value: value <= 150, "Benchmarks/budgets --build", taken(build),
    )  # fmt: skip


def measure_build():
    """The engine alone, with its macros, from nothing but the downloaded sources of what it depends on."""
    described = machine.describe(PACKAGE, str(PACKAGE))
    scratch = tempfile.mkdtemp(prefix="build-")
    try:
        place = ["--package-path", str(PACKAGE), "--scratch-path", scratch]
        subprocess.run(["swift", "package", *place, "resolve"], check=True, stdout=subprocess.DEVNULL)
        begin = time.monotonic()
        subprocess.run(["swift", "build", *place, "--target", "DurableWorkflows"], check=True, stdout=subprocess.DEVNULL)
        seconds = round(time.monotonic() - begin, 1)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    (RESULTS / "build.json").write_text(json.dumps({"machine": described, "seconds": seconds}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="Benchmarks/budgets")
    parser.add_argument("--build", action="store_true", help="measures the clean debug build first (3 minutes)")
    arguments = parser.parse_args()
    if arguments.build:
        measure_build()
    found = list(budgets())
    lines = ["| what | budget | measured | | command | taken |", "|---|---|---|---|---|---|", *(budget.row for budget in found)]
    print("\n".join(lines))
    documentation.replace("budgets", "\n".join(lines))
    if any(not budget.is_met for budget in found):
        sys.exit("not every budget is met")


if __name__ == "__main__":
    main()
