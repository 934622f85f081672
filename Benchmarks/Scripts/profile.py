"""Where the time of a lone durable step goes: the engine's calls of the system, and what lies between them.

See `Benchmarks/profile`.
"""

import argparse
import collections
import json
import pathlib
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
EVENTS = [f"syscalls:sys_{side}_{call}" for call in ("pwrite64", "fdatasync", "futex") for side in ("enter", "exit")]


def record(program, folder, workflows):
    """Runs the benchmark under perf; returns its result and the events as (microseconds, thread, name)."""
    data = f"{folder}/perf.data"
    outcome = subprocess.run(
        ["perf", "record", "-q", "-e", ",".join(EVENTS), "-o", data, program, "sequential", f"{folder}/journal",
         "--workflows", str(workflows)],
        capture_output=True, text=True,
    )  # fmt: skip
    if outcome.returncode != 0:
        raise Failed(f"perf record failed (it needs root): {outcome.stderr.strip()}")
    script = subprocess.run(
        ["perf", "script", "-i", data, "--ns", "-F", "tid,time,event"], capture_output=True, text=True, check=True
    ).stdout
    events = []
    for line in script.splitlines():
        thread, time, event = line.split()[-3:]
        events.append((float(time.rstrip(":")) * 1e6, thread, event.rstrip(":").rpartition("sys_")[2]))
    return json.loads(outcome.stdout), events


def analyse(events):
    """Durations by name. A pause is what lies between the end of a sync and the next write of the engine's thread; those
    in which that thread wakes another one, or goes to sleep, are told apart."""
    counts = collections.Counter(thread for _, thread, name in events if name == "enter_fdatasync")
    engine = counts.most_common(1)[0][0]
    found = collections.defaultdict(list)
    begin, end, wakes = {}, None, 0
    for time, thread, name in events:
        if thread != engine:
            continue
        side, _, call = name.partition("_")
        if call == "futex":
            wakes += side == "enter"
        elif side == "enter":
            begin[call] = time
            if call == "pwrite64" and end is not None:
                found["pause with a wake-up" if wakes else "pause without a wake-up"].append(time - end)
        elif call in begin:
            found[call].append(time - begin[call])
            if call == "fdatasync":
                end, wakes = time, 0
            else:
                end = None
    return found


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def text(found, result, described):
    lines = ["| part | how often | p10 | p50 | p90 |", "|---|---|---|---|---|"]
    titles = {
        "pwrite64": "`pwrite` of 4 KiB",
        "fdatasync": "`fdatasync`",
        "pause without a wake-up": "from there to the next `pwrite`, nobody woken: from step to step",
        "pause with a wake-up": "the same, with a thread woken: a run's first step; from its end to the next start",
    }
    for name, title in titles.items():
        values = found[name]
        shown = " | ".join(f"{number(percentile(values, share), 0)} µs" for share in (0.1, 0.5, 0.9)) if values else "– | – | –"
        lines.append(f"| {title} | {len(values):,} | {shown} |")
    return "\n".join(lines) + f"""

{result["steps"]:,} pauses between steps of a run; with tracing, a step took {number(result["p50Microseconds"], 0)} µs (p50).
{machine.sentence(described)}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="Benchmarks/profile")
    parser.add_argument("--workflows", type=int, default=600, help="of five steps, one after the other")
    parser.add_argument("--binaries", help="folder of built programs; by default they are built")
    arguments = parser.parse_args()
    programs = arguments.binaries or build(PACKAGE, ["EngineBenchmarks"])
    folder = tempfile.mkdtemp(prefix="profile-")
    try:
        described = machine.describe(PACKAGE, folder)
        result, events = record(f"{programs}/EngineBenchmarks", folder, arguments.workflows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    shown = text(analyse(events), result, described)
    print(shown)
    documentation.replace("profile", shown)


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
