"""The same work on this engine, on the bare disk, on DBOS and on Temporal, in one run.

See `Benchmarks/compare --help`. Results: a table in Markdown and everything in JSON.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import traceback

import documentation
import machine
import report
from engine import Engine, build
from processes import Failed, Session, Syncs, idle_percent, resident_bytes
from servers import Postgres, TemporalServer

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = BENCHMARKS.parent
PEERS = BENCHMARKS / "Peers"
SYSTEMS = ["engine", "dbos-sqlite", "dbos-postgres", "temporal"]


class Sizes:
    """How much is done. The peers are slower by orders of magnitude, so they do less of what only gives a median."""

    def __init__(self, is_small):
        self.rounds = 2 if is_small else 7
        self.peer_sequential = 20 if is_small else 200
        self.temporal_sequential = 10 if is_small else 60
        self.concurrent = 100 if is_small else 500
        self.traced = 10 if is_small else 40
        # strace stops a process at every call of the system: five hundred would take minutes.
        self.traced_concurrent = 50 if is_small else 100
        self.runs = 50 if is_small else 500
        # Five hundred at once take a Temporal server minutes, starting alone.
        self.temporal_concurrent = 50 if is_small else 200
        self.temporal_runs = 50 if is_small else 200
        self.parked = 100_000 if not is_small else 5_000
        self.peer_parked = 100 if is_small else 1_000
        self.idle_seconds = 3 if is_small else 10


class Comparison:
    def __init__(self, folder, binaries, python, sizes):
        self.folder = folder
        self.engine = Engine(f"{binaries}/EngineBenchmarks", folder)
        self.python = python
        self.sizes = sizes
        self.results = {}
        self.failures = []

    def attempt(self, system, what, body):
        """Runs one measurement. What fails is reported, and the others go on."""
        begin = time.monotonic()
        try:
            self.results.setdefault(system, {})[what] = body()
            note = "ok"
        except Failed as error:
            note = f"FAILED: {error}"
            self.failures.append(f"{system}, {what}: {error}")
        except Exception as error:
            traceback.print_exc()
            note = f"FAILED: {error!r}"
            self.failures.append(f"{system}, {what}: {error!r}")
        print(f"  {system:18} {what:22} {time.monotonic() - begin:6.1f} s  {note}", flush=True)
        # What was measured is not lost if somebody ends the rest.
        pathlib.Path(f"{self.folder}/results.json").write_text(json.dumps(self.results, indent=1) + "\n")

    # The engine, in turns with the bare disk.

    def measure_engine(self):
        sizes = self.sizes
        self.attempt("engine", "steps", lambda: self.engine.measure("table", 300, rounds=sizes.rounds))
        self.attempt("engine", "recovery", lambda: self.engine.measure("recovery", 120, runs=sizes.runs, rounds=5))
        self.attempt("engine", "parked", self.engine_parked)
        for command in ("sequential", "concurrent"):
            self.attempt("engine", f"syncs {command}", lambda: self.engine_syncs(command))

    def engine_parked(self):
        directory = self.engine.directory()
        try:
            started = self.engine.measure("park", 300, directory, runs=self.sizes.parked)
            resumed = self.engine.measure(
                "parked", 300, directory, runs=self.sizes.parked, seconds=self.sizes.idle_seconds
            )
            return {**resumed, "start_seconds": started["seconds"]}
        finally:
            shutil.rmtree(directory, ignore_errors=True)
            shutil.rmtree(f"{directory}-empty", ignore_errors=True)

    def engine_syncs(self, command):
        count = self.sizes.traced if command == "sequential" else self.sizes.concurrent
        directory = self.engine.directory()
        try:
            with self.engine.session(command, directory, workflows=count, barrier="yes") as session:
                return self.traced(session, [session.pid], count * 5)
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def traced(self, session, pids, steps):
        """Syncs per step of one run under strace, which slows it: its times are not used."""
        session.expect(60)
        with Syncs(pids, f"{self.folder}/strace.txt") as syncs:
            session.go()
            session.expect(300)
        return {"syncs_per_step": syncs.count / steps, "steps": steps}

    # Peers.

    def peer(self, script, target, mode, count):
        return Session([self.python, PEERS / script, target, mode, count], f"{self.folder}/{script}.log")

    def timed(self, script, target, mode, count):
        with self.peer(script, target, mode, count) as session:
            session.expect(60)
            session.go()
            return session.expect(600)

    def syncs(self, script, target, mode, count, server=None):
        with self.peer(script, target, mode, count) as session:
            return self.traced(session, [session.pid] + ([server] if server else []), count * 5)

    def parked(self, script, target, server=None):
        """Processor time, and memory of what holds the runs, once all of them wait."""
        count = self.sizes.peer_parked
        with self.peer(script, target, "park", count) as session:
            session.expect(60)
            pids = [session.pid] + ([server] if server else [])
            holders = pids if script == "temporal_peer.py" else [session.pid]
            before = resident_bytes(holders)
            session.go()
            started = session.expect(600)
            time.sleep(3)
            held = resident_bytes(holders) - before
            idle = idle_percent(pids, self.sizes.idle_seconds)
        return {
            "runs": count,
            "start_seconds": started["seconds"],
            "bytes_per_run": held / count,
            "idle_percent": idle,
        }

    def measure_dbos(self, system, urls, server=None):
        """`urls` gives the address of a new database for each measurement."""
        sizes = self.sizes
        script = "dbos_peer.py"
        self.attempt(
            system, "sequential", lambda: self.timed(script, urls(), "sequential", sizes.peer_sequential)
        )
        self.attempt(system, "concurrent", lambda: self.timed(script, urls(), "concurrent", sizes.concurrent))
        self.attempt(
            system, "syncs sequential", lambda: self.syncs(script, urls(), "sequential", sizes.traced, server)
        )
        self.attempt(
            system, "syncs concurrent", lambda: self.syncs(script, urls(), "concurrent", sizes.traced_concurrent, server)
        )
        self.attempt(system, "recovery", lambda: self.dbos_recovery(urls()))
        self.attempt(system, "parked", lambda: self.parked(script, urls(), server))

    def dbos_recovery(self, url):
        with self.peer("dbos_peer.py", url, "recover", self.sizes.runs) as recovering:
            recovering.expect(60)
            with self.peer("dbos_peer.py", url, "hold", self.sizes.runs) as holding:
                holding.expect(120)
            recovering.go()
            return recovering.expect(120)

    def measure_temporal(self, program):
        sizes = self.sizes
        script = "temporal_peer.py"
        with TemporalServer(program, f"{self.folder}/temporal") as server:
            address, pid = server.address, server.server.pid
            self.attempt(
                "temporal", "sequential", lambda: self.timed(script, address, "sequential", sizes.temporal_sequential)
            )
            self.attempt(
                "temporal", "concurrent", lambda: self.timed(script, address, "concurrent", sizes.temporal_concurrent)
            )
            self.attempt(
                "temporal", "syncs sequential",
                lambda: self.syncs(script, address, "sequential", min(20, sizes.traced), pid),
            )  # fmt: skip
            self.attempt(
                "temporal", "syncs concurrent",
                lambda: self.syncs(script, address, "concurrent", sizes.traced_concurrent, pid),
            )  # fmt: skip
            self.attempt("temporal", "parked", lambda: self.parked(script, address, pid))
        self.attempt("temporal", "recovery", lambda: self.temporal_recovery(program))

    def temporal_recovery(self, program):
        server = TemporalServer(program, f"{self.folder}/temporal-recovery")
        with server:
            with self.peer("temporal_peer.py", server.address, "recover", self.sizes.temporal_runs) as recovering:
                recovering.expect(60)
                with self.peer("temporal_peer.py", server.address, "hold", self.sizes.temporal_runs) as holding:
                    holding.expect(600)
                    server.server.stop(signal.SIGKILL)
                recovering.go()
                server.start()
                return recovering.expect(600)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="Benchmarks/compare")
    parser.add_argument("--small", action="store_true", help="small sizes: does everything run? (about 2 minutes)")
    parser.add_argument("--only", default=",".join(SYSTEMS), help="systems, by comma")
    parser.add_argument("--directory", default=str(PACKAGE), help="where the data lies while it runs (a real disk)")
    parser.add_argument("--results", default=str(BENCHMARKS / "Results"), help="where the results are written")
    parser.add_argument("--binaries", help="folder of built programs; by default they are built")
    arguments = parser.parse_args()

    only = arguments.only.split(",")
    if set(only) - set(SYSTEMS):
        parser.error(f"--only takes {', '.join(SYSTEMS)}")
    binaries = arguments.binaries or build(PACKAGE, ["EngineBenchmarks"])
    python = subprocess.run(
        [str(PEERS / "install.sh")] if only != ["engine"] else ["true"], check=True, capture_output=True, text=True
    ).stdout.strip()
    folder = f"{arguments.directory}/.build-benchmark-data-{os.getpid()}"
    os.makedirs(folder)
    # PostgreSQL runs as somebody else, who must be able to pass.
    os.chmod(folder, 0o755)
    described = machine.describe(PACKAGE, folder)
    print(machine.sentence(described), flush=True)
    comparison = Comparison(folder, binaries, python, Sizes(arguments.small))
    begin = time.monotonic()
    try:
        if "engine" in only:
            comparison.measure_engine()
        if "dbos-sqlite" in only:
            numbers = iter(range(100))
            comparison.measure_dbos("dbos-sqlite", lambda: f"sqlite:///{folder}/dbos-{next(numbers)}.sqlite")
        if "dbos-postgres" in only:
            try:
                with Postgres(f"{folder}/postgres") as postgres:
                    names = iter(range(100))
                    comparison.measure_dbos(
                        "dbos-postgres", lambda: postgres.url(f"dbos_{next(names)}"), postgres.server.pid
                    )
            except Failed as error:
                comparison.failures.append(f"dbos-postgres: {error}")
        if "temporal" in only:
            try:
                comparison.measure_temporal(pathlib.Path(python).parent / "temporal")
            except Failed as error:
                comparison.failures.append(f"temporal: {error}")
    finally:
        if not comparison.failures:
            shutil.rmtree(folder, ignore_errors=True)
    seconds = time.monotonic() - begin
    outcome = {
        "machine": described,
        "seconds": round(seconds),
        "is_small": arguments.small,
        "runs": comparison.sizes.runs,
        "temporal_concurrent": comparison.sizes.temporal_concurrent,
        "temporal_runs": comparison.sizes.temporal_runs,
        "versions": report.versions(python),
        "results": comparison.results,
        "failures": comparison.failures,
    }
    results = pathlib.Path(arguments.results)
    results.mkdir(parents=True, exist_ok=True)
    name = "compare-small" if arguments.small else "compare"
    (results / f"{name}.json").write_text(json.dumps(outcome, indent=1) + "\n")
    text = report.comparison(outcome)
    (results / f"{name}.md").write_text(text)
    print()
    print(text)
    if not arguments.small and only == SYSTEMS:
        documentation.replace("comparison", text)
    if comparison.failures:
        print("\n".join(["Failed:", *comparison.failures, f"Their logs are in {folder}"]), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
