"""The workload on DBOS, which keeps its state in a database: SQLite in the same process, or PostgreSQL.

    dbos_peer.py DATABASE_URL sequential|concurrent|hold|recover|park COUNT
"""

import asyncio
import os
import sys
import threading
import time

from dbos import DBOS, DBOSConfig, SetWorkflowID

from barrier import percentile, say, step_times, wait_for_go

STEPS = 5
HELD_STEP = 3
THIRTY_DAYS = 30 * 86400

marks: list[float] = []
is_holding = False
lock = threading.Lock()
held = 0
returned = 0
all_returned = threading.Event()
expected = 0


@DBOS.step()
def step(index: int) -> int:
    global held
    marks.append(time.perf_counter())
    if is_holding and index == HELD_STEP:
        with lock:
            held += 1
        time.sleep(3600)
    return index


@DBOS.workflow()
def steps(count: int) -> int:
    global returned
    total = 0
    for index in range(count):
        total += step(index)
    with lock:
        returned += 1
        if returned == expected:
            all_returned.set()
    return total


@DBOS.workflow()
async def parked() -> str:
    message = await DBOS.recv_async("approve", timeout_seconds=THIRTY_DAYS)
    return str(message)


def launch(url: str) -> None:
    config: DBOSConfig = {
        "name": "benchmark",
        "system_database_url": url,
        "log_level": "ERROR",
        "application_version": "1",
        "executor_id": "benchmark",
    }
    DBOS(config=config)
    DBOS.launch()


def check(result: int) -> None:
    if result != STEPS * (STEPS - 1) // 2:
        raise SystemExit(f"wrong result {result}")


def sequential(count: int) -> None:
    check(steps(STEPS))
    marks.clear()
    say(ready=True)
    wait_for_go()
    for _ in range(count):
        check(steps(STEPS))
    times = step_times(marks, STEPS)
    say(p50_us=percentile(times, 0.5), p99_us=percentile(times, 0.99), steps=count * STEPS)


def concurrent(count: int) -> None:
    check(steps(STEPS))
    say(ready=True)
    wait_for_go()
    begin = time.perf_counter()
    for handle in [DBOS.start_workflow(steps, STEPS) for _ in range(count)]:
        check(handle.get_result())
    say(steps_per_second=count * STEPS / (time.perf_counter() - begin), steps=count * STEPS)


def hold(count: int) -> None:
    """Runs with three recorded steps and one in flight, until somebody kills the process."""
    global is_holding
    is_holding = True
    for number in range(count):
        with SetWorkflowID(f"run-{number}"):
            DBOS.start_workflow(steps, STEPS)
    while held < count:
        time.sleep(0.01)
    say(ready=True)
    wait_for_go()


def recover(url: str, count: int) -> None:
    global expected
    expected = count
    say(ready=True)
    wait_for_go()
    begin = time.perf_counter()
    launch(url)
    launched = time.perf_counter()
    all_returned.wait()
    done = time.perf_counter()
    for number in range(count):
        check(DBOS.retrieve_workflow(f"run-{number}").get_result())
    say(open_ms=(launched - begin) * 1e3, complete_ms=(done - begin) * 1e3)


async def park(count: int) -> None:
    say(ready=True)
    await asyncio.get_running_loop().run_in_executor(None, wait_for_go)
    begin = time.perf_counter()
    for _ in range(count):
        await DBOS.start_workflow_async(parked)
    say(parked=count, seconds=time.perf_counter() - begin)
    await asyncio.get_running_loop().run_in_executor(None, wait_for_go)


def main() -> None:
    url, mode, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if mode == "recover":
        recover(url, count)
    else:
        launch(url)
        if mode == "park":
            asyncio.run(park(count))
        else:
            {"sequential": sequential, "concurrent": concurrent, "hold": hold}[mode](count)
    # The parent has to let go of what it attached first. Threads of the library may still wait then.
    wait_for_go()
    os._exit(0)


if __name__ == "__main__":
    main()
