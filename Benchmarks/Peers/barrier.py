"""What every peer does with its parent: one line of JSON when it is ready, a line to go on, one line of JSON at the end."""

import json
import sys


def say(**values):
    print(json.dumps(values), flush=True)


def wait_for_go():
    """Blocks until the parent says go; ends the process if the parent is gone."""
    if not sys.stdin.readline():
        sys.exit(0)


def percentile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))] if ordered else None


def step_times(marks, steps):
    """Microseconds from one step's start to the next, workflow by workflow, from the times at which steps began."""
    return [
        (marks[index] - marks[index - 1]) * 1e6
        for index in range(1, len(marks))
        if index % steps != 0
    ]
