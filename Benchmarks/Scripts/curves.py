"""What grows with what: parked runs, the length of a history, workflows at once, the size of payloads.

See `Benchmarks/curves --help`. Results: JSON, one CSV file per curve, and plots for the documentation.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import sys
import time

import documentation
import machine
from engine import Engine, build
from plot import Chart, Series, in_bytes, in_microseconds, in_milliseconds
from processes import Failed
from report import microseconds, milliseconds, number

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = BENCHMARKS.parent

CURVES = {
    "parked": [1_000, 10_000, 100_000, 1_000_000],
    "replay": [12, 120, 1_200, 12_000, 24_000, 60_000, 100_000],
    "concurrent": [1, 3, 10, 30, 100, 300, 1_000],
    "payload": [100, 1_000, 10_000, 60_000, 100_000, 1_000_000, 10_000_000],
}
PARAMETERS = {"replay": "events", "concurrent": "workflows", "payload": "bytes"}


def measure_parked(engine, runs):
    directory = engine.directory()
    try:
        started = engine.measure("park", 400, directory, runs=runs)
        bytes_on_disk = sum(entry.stat().st_size for entry in pathlib.Path(directory).rglob("*") if entry.is_file())
        resumed = engine.measure("parked", 240, directory, runs=runs, seconds=5)
        return {**resumed, "startSeconds": started["seconds"], "bytesOnDisk": bytes_on_disk}
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        shutil.rmtree(f"{directory}-empty", ignore_errors=True)


def measure(engine, curve, size):
    if curve == "parked":
        return measure_parked(engine, size)
    options = {PARAMETERS[curve]: size}
    if curve == "concurrent":
        options["steps"] = max(20, 2_000 // size)
    result = engine.measure(curve, 120, **options)
    if curve == "replay":
        times = sorted(result.pop("replayMilliseconds"))
        result["replayMilliseconds"] = times[len(times) // 2]
    return result


def series(name, points, x, y, scale=1.0):
    return Series(name, [(point[x], max(point[y] * scale, 1e-3)) for point in points])


def charts(results):
    """The plots, by file name."""
    parked, replay, concurrent, payload = (results.get(name, []) for name in CURVES)
    if parked:
        yield "parked-open", Chart(
            "Opening a journal of waiting runs", "runs that wait 30 days", "time to open",
            [series("open", parked, "runs", "openMilliseconds")],
            budget=(5_000, "budget at 1,000,000: 5 s"), y_text=in_milliseconds,
        )  # fmt: skip
        yield "parked-memory", Chart(
            "Memory per waiting run", "runs that wait 30 days", "bytes per run",
            [series("memory", parked, "runs", "bytesPerRun")],
            budget=(1024, "budget: 1 KB"), is_linear_y=True,
        )  # fmt: skip
        yield "parked-resume", Chart(
            "Resuming a waiting run", "runs that wait 30 days", "time",
            [
                series("signal to result, p50", parked, "runs", "signalP50Microseconds"),
                series("p99", parked, "runs", "signalP99Microseconds"),
            ],
            y_text=in_microseconds,
        )  # fmt: skip
    if replay:
        yield "replay", Chart(
            "Replaying one run", "events in its history", "time",
            [series("read and replayed", replay, "events", "replayMilliseconds")], y_text=in_milliseconds,
        )  # fmt: skip
    if concurrent:
        yield "concurrent-throughput", Chart(
            "Durable steps per second", "workflows at once", "steps per second",
            [series("steps per second", concurrent, "workflows", "stepsPerSecond")],
        )  # fmt: skip
        yield "concurrent-latency", Chart(
            "Time per durable step", "workflows at once", "time",
            [
                series("p50", concurrent, "workflows", "stepP50Microseconds"),
                series("p99", concurrent, "workflows", "stepP99Microseconds"),
            ],
            y_text=in_microseconds,
        )  # fmt: skip
    if payload:
        yield "payload", Chart(
            "A durable step by the size of its result", "bytes of result", "time",
            [
                series("step, p50", payload, "bytes", "p50Microseconds"),
                series("bare write and sync of as many bytes", payload, "bytes", "bareP50Microseconds"),
            ],
            x_text=in_bytes, y_text=in_microseconds,
        )  # fmt: skip


def tables(results):
    """The figures of the curves in Markdown, by curve."""
    parked = results.get("parked", [])
    if parked:
        yield "parked", table(
            ["waiting runs", "time to open", "memory per run", "idle, of a core", "signal to result, p50", "p99",
             "timers that fired at once", "until all had ended"],
            [
                [number(p["runs"], 0), milliseconds(p["openMilliseconds"]), f"{number(p['bytesPerRun'], 0)} B",
                 f"{p['idlePercent']:.3f} %", microseconds(p["signalP50Microseconds"]),
                 microseconds(p["signalP99Microseconds"]), number(p["timersFired"], 0),
                 milliseconds(p["timersMilliseconds"])]
                for p in parked
            ],
        )  # fmt: skip
    replay = results.get("replay", [])
    if replay:
        yield "replay", table(
            ["events", "steps", "read and replayed", "per event", "a query of code in memory"],
            [
                [number(p["events"], 0), number(p["events"] // 6, 0), milliseconds(p["replayMilliseconds"]),
                 microseconds(p["replayMilliseconds"] * 1000 / p["events"]), microseconds(p["warmMicroseconds"])]
                for p in replay
            ],
        )  # fmt: skip
    concurrent = results.get("concurrent", [])
    if concurrent:
        yield "concurrent", table(
            ["workflows at once", "steps per second", "per step, p50", "p99", "syncs per step"],
            [
                [number(p["workflows"], 0), number(p["stepsPerSecond"], 0), microseconds(p["stepP50Microseconds"]),
                 microseconds(p["stepP99Microseconds"]), number(p["syncsPerStep"])]
                for p in concurrent
            ],
        )  # fmt: skip
    payload = results.get("payload", [])
    if payload:
        yield "payload", table(
            ["result", "step, p50", "p99", "MB per second", "bare write and sync"],
            [
                [in_bytes(p["bytes"]), microseconds(p["p50Microseconds"]), microseconds(p["p99Microseconds"]),
                 number(p["megabytesPerSecond"]), microseconds(p["bareP50Microseconds"])]
                for p in payload
            ],
        )  # fmt: skip


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def write(results, described, folder, name, seconds):
    folder.mkdir(parents=True, exist_ok=True)
    outcome = {"machine": described, "seconds": round(seconds), "results": results}
    (folder / f"{name}.json").write_text(json.dumps(outcome, indent=1) + "\n")
    for curve, points in results.items():
        if points:
            with open(folder / f"{name}-{curve}.csv", "w", newline="") as file:
                writer = csv.DictWriter(file, fieldnames=sorted(points[0]))
                writer.writeheader()
                writer.writerows(points)


def draw(outcome, images):
    images.mkdir(parents=True, exist_ok=True)
    for name, chart in charts(outcome["results"]):
        (images / f"{name}.svg").write_text(chart.svg())


def document(outcome):
    source = machine.sentence(outcome["machine"]) + f" Taken by `Benchmarks/curves` in {outcome['seconds']} s."
    documentation.replace("machine", source)
    for curve, text in tables(outcome["results"]):
        documentation.replace(curve, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="Benchmarks/curves")
    parser.add_argument("--most", type=int, default=1_000_000, help="the most parked runs")
    parser.add_argument("--small", action="store_true", help="small sizes: does everything run? (about 1 minute)")
    parser.add_argument("--only", help=f"curves, by comma: {', '.join(CURVES)}")
    parser.add_argument("--draw", action="store_true", help="measure nothing; draw Results/curves.json again")
    parser.add_argument("--directory", default=str(PACKAGE), help="where the data lies while it runs (a real disk)")
    parser.add_argument("--results", default=str(BENCHMARKS / "Results"), help="where the results are written")
    parser.add_argument("--binaries", help="folder of built programs; by default they are built")
    arguments = parser.parse_args()
    results_folder = pathlib.Path(arguments.results)
    only = arguments.only.split(",") if arguments.only else list(CURVES)
    if set(only) - set(CURVES):
        parser.error(f"--only takes {', '.join(CURVES)}")
    if arguments.draw:
        outcome = json.loads((results_folder / "curves.json").read_text())
        draw(outcome, documentation.IMAGES)
        return document(outcome)

    binaries = arguments.binaries or build(PACKAGE, ["EngineBenchmarks"])
    folder = f"{arguments.directory}/.build-benchmark-data-{os.getpid()}"
    os.makedirs(folder)
    described = machine.describe(PACKAGE, folder)
    print(machine.sentence(described), flush=True)
    engine = Engine(f"{binaries}/EngineBenchmarks", folder)
    begin = time.monotonic()
    results, failures = {}, []
    for curve in only:
        sizes = [size for size in CURVES[curve] if curve != "parked" or size <= arguments.most]
        for size in sizes[:3] if arguments.small else sizes:
            start = time.monotonic()
            try:
                point = measure(engine, curve, size)
                results.setdefault(curve, []).append(point)
                note = json.dumps(point)
            except Failed as error:
                failures.append(f"{curve} at {size:,}: {error}")
                note = f"FAILED: {error}"
            print(f"  {curve:10} {size:>10,} {time.monotonic() - start:6.1f} s  {note}", flush=True)
    seconds = time.monotonic() - begin
    if not failures:
        shutil.rmtree(folder, ignore_errors=True)
    is_whole = not arguments.small and only == list(CURVES) and not failures
    name = "curves" if is_whole else "curves-partial"
    write(results, described, results_folder, name, seconds)
    outcome = json.loads((results_folder / f"{name}.json").read_text())
    # A partial run shows its plots beside its figures, and leaves the documentation alone.
    draw(outcome, documentation.IMAGES if is_whole else results_folder / "partial")
    if is_whole:
        document(outcome)
    print(f"{round(seconds)} s; figures in {results_folder}/{name}.json")
    if failures:
        print("\n".join(["Failed:", *failures, f"Their logs are in {folder}"]), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
