"""C-PG-1 over many rows: time and memory of each function, beside the original's. See `Benchmarks/cpg1`."""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile

import documentation
import machine
from engine import build
from processes import Failed, Session
from report import milliseconds, number

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = BENCHMARKS.parent
RESULT = BENCHMARKS / "Results/cpg1.json"
SMALL, FULL = 100_000, 1_000_000

FUNCTIONS = {
    "categories": "categories of the voucher ledger lines",
    "classification": "bridge classification",
    "groups": "customers with several posting groups",
    "vtc": "VTC adjustment",
}
# Measured once, with the original pandas functions, over 100,000 rows per table.
ORIGINAL_SECONDS = {"categories": 170, "classification": 4.4, "groups": 0.6, "vtc": 0.3}
ORIGINAL_MEGABYTES = {"categories": 634}
# The faster a function, the more a short disturbance of the machine weighs.
ROUNDS = {"categories": 7, "classification": 51, "groups": 51, "vtc": 51}
TIMES_FASTER = 100
SHARE_OF_MEMORY = 1 / 4


def measure(program, folder, function, rows):
    with Session([program, function, "--rows", rows, "--rounds", ROUNDS[function]], f"{folder}/cpg1.log") as session:
        return session.expect(300)


def verdict(is_met):
    return "" if is_met else " **missed**"


def faster(original, seconds, rows):
    """How many times faster; the original is taken to grow with the rows and not faster."""
    times = original * rows / SMALL / seconds
    return f"{number(times, 0)} ×{verdict(times >= TIMES_FASTER)}"


def megabytes(value):
    return f"{number(value, 0)} MB"


def memory(measured):
    return f"{megabytes(measured['peakMegabytes'])} ({megabytes(measured['tablesMegabytes'])})"


def table(measured, rows):
    lines = [
        f"| function | original, {SMALL:,} rows | this, {SMALL:,} rows | faster | this, {rows:,} rows | faster, per row "
        f"| memory (of it tables), {SMALL:,} rows | {rows:,} rows |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for function, title in FUNCTIONS.items():
        original = ORIGINAL_SECONDS[function]
        small, full = measured[function]
        before = f", {ORIGINAL_MEGABYTES[function]} MB" if function in ORIGINAL_MEGABYTES else ""
        lines.append(
            f"| {title} | {original} s{before} "
            f"| {milliseconds(small['seconds'] * 1000)} | {faster(original, small['seconds'], SMALL)} "
            f"| {milliseconds(full['seconds'] * 1000)} | {faster(original, full['seconds'], rows)} "
            f"| {memory(small)} | {memory(full)} |"
        )
    original = sum(ORIGINAL_SECONDS.values())
    small, full = (sum(sizes[index]["seconds"] for sizes in measured.values()) for index in (0, 1))
    lines.append(
        f"| all four | {number(original, 1)} s | {milliseconds(small * 1000)} | {faster(original, small, SMALL)} "
        f"| {milliseconds(full * 1000)} | {faster(original, full, rows)} | | |"
    )
    return "\n".join(lines)


def shares(measured, rows):
    """What part of the original's memory ours is."""
    sentences = []
    for function, original in ORIGINAL_MEGABYTES.items():
        parts = []
        for size, result in zip((SMALL, rows), measured[function]):
            share = result["peakMegabytes"] / (original * size / SMALL)
            parts.append(f"{number(share * 100, 0)} % at {size:,} rows{verdict(share <= SHARE_OF_MEMORY)}")
        sentences.append(
            f"Of the original's {original} MB per {SMALL:,} rows, the {FUNCTIONS[function]} take {' and '.join(parts)}, "
            f"their tables included."
        )
    return "\n".join(sentences)


def first_rounds(measured):
    """How much slower the first round is, whose memory the system still has to give."""
    ratios = [size["firstSeconds"] / size["seconds"] for sizes in measured.values() for size in sizes]
    return f"{number(min(ratios), 1)} to {number(max(ratios), 1)}"


def text(result, rows):
    measured = result["functions"]
    return f"""{table(measured, rows)}

Medians of {ROUNDS["categories"]} rounds for the categories and {ROUNDS["vtc"]} for the others; the first round, before the process has been given its memory, takes {first_rounds(measured)} times as long.
{shares(measured, rows)} Budget: at least {TIMES_FASTER} times faster, at most a quarter of the memory.

{machine.sentence(result["machine"])}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="Benchmarks/cpg1")
    parser.add_argument("--rows", type=int, default=FULL, help="the larger number of rows per table")
    parser.add_argument("--binaries", help="folder of built programs; by default they are built")
    arguments = parser.parse_args()

    programs = arguments.binaries or build(PACKAGE, ["CPG1Benchmarks"])
    folder = tempfile.mkdtemp(prefix="cpg1-")
    try:
        described = machine.describe(PACKAGE, folder)
        measured = {
            function: [measure(f"{programs}/CPG1Benchmarks", folder, function, rows) for rows in (SMALL, arguments.rows)]
            for function in FUNCTIONS
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = {
        "machine": described,
        "functions": measured,
        "original": {"rows": SMALL, "seconds": ORIGINAL_SECONDS, "megabytes": ORIGINAL_MEGABYTES},
    }
    print(text(result, arguments.rows))
    if arguments.rows == FULL:
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
        documentation.replace("cpg1", text(result, arguments.rows))


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
