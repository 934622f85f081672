"""The engine's parts one by one: time, allocations and instructions per unit of work, beside stored thresholds.

Allocations are counted in the process, whose allocation functions are replaced by counting ones. Instructions are
those of user space under valgrind's cachegrind, the difference between n and 2 n units, so that starting up does not
count: the same on a busy machine and on an idle one. See `Benchmarks/micro --help`.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import documentation
import machine
from engine import build
from processes import Failed
from report import number

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = BENCHMARKS.parent
THRESHOLDS = BENCHMARKS / "Thresholds/micro.json"
# What a count may exceed its threshold by: a share of it, and for counts near zero a little.
TOLERANCE = 0.05
SLACK = {"allocations": 0.05, "instructions": 20}


def timed(program, only, environment):
    command = [program, "run"] + (["--only", only] if only else [])
    made = subprocess.run(command, capture_output=True, text=True, env=environment)
    if made.returncode != 0:
        raise Failed(made.stderr.strip())
    return [json.loads(line) for line in made.stdout.splitlines()]


def instructions(program, name, units, environment):
    """Of the whole process that does so many units."""
    made = subprocess.run(
        [
            "valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
            program, "once", name, "--units", str(units),
        ],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip
    found = re.search(r"I\s+refs:\s+([\d,]+)", made.stderr)
    if made.returncode != 0 or not found:
        raise Failed(f"valgrind on {name}: {made.stderr.strip()[-400:]}")
    return int(found[1].replace(",", ""))


def instructions_per_unit(program, result, environment):
    units = result["countedUnits"]
    once = instructions(program, result["name"], units, environment)
    twice = instructions(program, result["name"], 2 * units, environment)
    return (twice - once) / units


def count_instructions(program, results, environment):
    counted = [result for result in results if result["countedUnits"]]
    with tempfile.TemporaryDirectory() as folder:
        # Older valgrinds do not read the compiler's debug information, and do not start with it.
        stripped = f"{folder}/{pathlib.Path(program).name}"
        subprocess.run(["strip", "--strip-debug", "-o", stripped, program], check=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = pool.map(lambda result: instructions_per_unit(stripped, result, environment), counted)
            for result, count in zip(counted, counts):
                result["instructions"] = round(count, 1)


def excess(results, thresholds):
    """What is above its threshold, in sentences."""
    for result in results:
        stored = thresholds.get(result["name"])
        if stored is None:
            yield f"{result['name']} has no threshold; record one with Benchmarks/micro --record"
            continue
        for kind, slack in SLACK.items():
            value, limit = result.get(kind), stored.get(kind)
            if value is None or limit is None:
                continue
            if value > limit * (1 + TOLERANCE) + slack:
                yield (
                    f"{result['name']}: {number(value)} {kind} per {result['unit']}, threshold {number(limit)} "
                    f"(+{(value / limit - 1) * 100 if limit else 100:.1f} %)"
                )


def table(results):
    lines = ["| part | one unit | time | allocations | instructions |", "|---|---|---|---|---|"]
    for result in results:
        nanoseconds = result["nanoseconds"]
        time = f"{number(nanoseconds)} ns" if nanoseconds < 10_000 else f"{number(nanoseconds / 1000)} µs"
        counts = [result.get(kind) for kind in SLACK]
        cells = [f"`{result['name']}`", result["unit"], time]
        cells += ["–" if count is None else number(count, 0 if count >= 10 else 1) for count in counts]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="Benchmarks/micro")
    parser.add_argument("--check", action="store_true", help="fail if a count exceeds its threshold by more than 5 %%")
    parser.add_argument("--record", action="store_true", help="make the counts the thresholds, and document the table")
    parser.add_argument("--only", help="one benchmark")
    parser.add_argument("--binaries", help="folder of built programs; by default they are built")
    arguments = parser.parse_args()

    program = f"{arguments.binaries or build(PACKAGE, ['MicroBenchmarks'])}/MicroBenchmarks"
    environment = {**os.environ, "BENCHMARK_DIRECTORY": str(PACKAGE)}
    described = machine.describe(PACKAGE, PACKAGE)
    results = timed(program, arguments.only, environment)
    if shutil.which("valgrind"):
        count_instructions(program, results, environment)
    else:
        print("valgrind is not installed: instructions are not counted", file=sys.stderr)
    text = f"{table(results)}\n\n{machine.sentence(described)} {described['swift']}."
    print(text)

    if arguments.record:
        stored = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {"thresholds": {}}
        stored["recorded"] = {key: described[key] for key in ("date", "commit", "swift", "processor")}
        if not arguments.only:
            stored["thresholds"] = {}
        for result in results:
            kept = {kind: result[kind] for kind in SLACK if result.get(kind) is not None}
            stored["thresholds"][result["name"]] = kept
        THRESHOLDS.parent.mkdir(exist_ok=True)
        THRESHOLDS.write_text(json.dumps(stored, indent=1) + "\n")
        if not arguments.only:
            documentation.replace("micro", text)
    if arguments.check:
        stored = json.loads(THRESHOLDS.read_text())
        if stored["recorded"]["swift"] != described["swift"]:
            print(f"The thresholds were recorded with {stored['recorded']['swift']}.", file=sys.stderr)
        problems = list(excess(results, stored["thresholds"]))
        if problems:
            print("\n".join(["Above the thresholds:", *problems]), file=sys.stderr)
            sys.exit(1)
        print(f"All {len(results)} within their thresholds.")


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
