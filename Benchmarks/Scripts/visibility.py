"""Visibility over many runs: the latency of each shape of query, and the index's cost. See `Benchmarks/visibility`."""

import argparse
import json
import pathlib
import shutil
import sys
import tempfile

import documentation
import machine
from engine import Engine, build
from processes import Failed
from report import number

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = BENCHMARKS.parent
RESULT = BENCHMARKS / "Results/visibility.json"
FULL = 1_000_000


def table(measured):
    lines = ["| query | runs it matches | list of 100, p50 | p99 | count, p50 |", "|---|---|---|---|---|"]
    for shape in measured["shapes"]:
        query = f"`{shape['query']}`" if shape["query"] else "all runs"
        times = [shape[key] for key in ("listP50Milliseconds", "listP99Milliseconds", "countP50Milliseconds")]
        lines.append(f"| {query} | {shape['matches']:,} | " + " | ".join(f"{number(time)} ms" for time in times) + " |")
    return "\n".join(lines)


def text(result):
    measured, indexing = result["visibility"], result["indexing"]
    return f"""{table(measured)}

{measured["runs"]:,} runs, {measured["open"]:,} of them open. All of them by pages of 1,000: {measured["pages"]:,} pages, each
{number(measured["pageP50Milliseconds"])} ms (p50), {number(measured["pageP99Milliseconds"])} ms (p99). The engine is ready after
{number(measured["openMilliseconds"] / 1000)} s; the index, made beside it, after {number(measured["indexedMilliseconds"] / 1000)} s.
Starts, {indexing["runs"]:,} at a time, by turns: {number(indexing["withoutIndexPerSecond"])} per second
without the index, {number(indexing["withIndexPerSecond"])} with it: {number(indexing["costPercent"])} % (median of {indexing["rounds"]} pairs; budget 5 %).

{machine.sentence(result["machine"])}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="Benchmarks/visibility")
    parser.add_argument("--runs", type=int, default=FULL, help="how many runs; a tenth of them is open")
    parser.add_argument("--binaries", help="folder of built programs; by default they are built")
    arguments = parser.parse_args()

    programs = arguments.binaries or build(PACKAGE, ["EngineBenchmarks"])
    folder = tempfile.mkdtemp(prefix="visibility-")
    try:
        engine = Engine(f"{programs}/EngineBenchmarks", folder)
        described = machine.describe(PACKAGE, folder)
        indexing = engine.measure("indexing", 300, runs=min(20_000, arguments.runs), rounds=5)
        measured = engine.measure("visibility", 900, runs=arguments.runs, open=arguments.runs // 10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = {"machine": described, "visibility": measured, "indexing": indexing}
    print(text(result))
    if arguments.runs == FULL:
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
        documentation.replace("visibility", text(result))


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
