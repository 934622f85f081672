"""The workload on a Temporal server: worker and client in one process.

    temporal_peer.py ADDRESS sequential|concurrent|hold|recover|park COUNT
"""

import asyncio
import os
import sys
import time
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from barrier import percentile, say, step_times, wait_for_go

STEPS = 5
HELD_STEP = 3
QUEUE = "benchmark"
# A server learns that an attempt was lost with its worker only from this timeout.
START_TO_CLOSE = timedelta(seconds=5)
# Starting many at once takes the server longer than the client waits by default.
PATIENCE = timedelta(minutes=3)

marks: list[float] = []
held: set[str] = set()
is_holding = False
returned: set[str] = set()


@activity.defn
async def step(index: int) -> int:
    marks.append(time.perf_counter())
    if is_holding and index == HELD_STEP:
        held.add(activity.info().workflow_id)
        await asyncio.sleep(3600)
    return index


@workflow.defn
class Steps:
    @workflow.run
    async def run(self, count: int) -> int:
        total = 0
        for index in range(count):
            total += await workflow.execute_activity(
                step,
                index,
                start_to_close_timeout=START_TO_CLOSE,
                retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10), backoff_coefficient=1.0),
            )
        returned.add(workflow.info().workflow_id)
        return total


@workflow.defn
class Parked:
    def __init__(self) -> None:
        self.is_approved = False

    @workflow.run
    async def run(self) -> bool:
        await workflow.wait_condition(lambda: self.is_approved, timeout=timedelta(days=30))
        return True

    @workflow.signal
    def approve(self) -> None:
        self.is_approved = True


def check(result: int) -> None:
    if result != STEPS * (STEPS - 1) // 2:
        raise SystemExit(f"wrong result {result}")


async def go() -> None:
    say(ready=True)
    await asyncio.get_running_loop().run_in_executor(None, wait_for_go)


async def connect(address: str) -> Client:
    """Connects, waiting for a server that is starting."""
    for attempt in range(6000):
        try:
            client = await Client.connect(address)
            if await client.service_client.check_health():
                return client
        except Exception:
            if attempt == 5999:
                raise
        await asyncio.sleep(0.01)
    raise SystemExit("the server does not serve")


def worker(client: Client) -> Worker:
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=[Steps, Parked],
        activities=[step],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_activities=1000,
        max_cached_workflows=4000,
    )


async def execute(client: Client, workflow_id: str) -> None:
    check(await client.execute_workflow(Steps.run, STEPS, id=workflow_id, task_queue=QUEUE, rpc_timeout=PATIENCE))


async def sequential(client: Client, count: int) -> None:
    await execute(client, f"warm-up-{time.time_ns()}")
    await go()
    marks.clear()
    for number in range(count):
        await execute(client, f"sequential-{time.time_ns()}-{number}")
    times = step_times(marks, STEPS)
    say(p50_us=percentile(times, 0.5), p99_us=percentile(times, 0.99), steps=count * STEPS)


async def concurrent(client: Client, count: int) -> None:
    await execute(client, f"warm-up-{time.time_ns()}")
    await go()
    begin = time.perf_counter()
    await asyncio.gather(*[execute(client, f"concurrent-{time.time_ns()}-{number}") for number in range(count)])
    say(steps_per_second=count * STEPS / (time.perf_counter() - begin), steps=count * STEPS)


async def hold(client: Client, count: int) -> None:
    global is_holding
    is_holding = True
    await asyncio.gather(
        *[
            client.start_workflow(
                Steps.run, STEPS, id=f"run-{number}", task_queue=QUEUE, rpc_timeout=PATIENCE
            )
            for number in range(count)
        ]
    )
    while len(held) < count:
        await asyncio.sleep(0.01)
    await go()


async def recover(address: str, count: int) -> None:
    await go()
    begin = time.perf_counter()
    client = await connect(address)
    serving = time.perf_counter()
    async with worker(client):
        while len(returned) < count:
            await asyncio.sleep(0.005)
        done = time.perf_counter()
        for number in range(count):
            check(await client.get_workflow_handle(f"run-{number}").result())
        say(open_ms=(serving - begin) * 1e3, complete_ms=(done - begin) * 1e3)
        os._exit(0)


async def park(client: Client, count: int) -> None:
    await go()
    begin = time.perf_counter()
    for start in range(0, count, 50):
        await asyncio.gather(
            *[
                client.start_workflow(
                    Parked.run, id=f"parked-{time.time_ns()}-{number}", task_queue=QUEUE, rpc_timeout=PATIENCE
                )
                for number in range(start, min(count, start + 50))
            ]
        )
    say(parked=count, seconds=time.perf_counter() - begin)
    await asyncio.get_running_loop().run_in_executor(None, wait_for_go)


async def main() -> None:
    address, mode, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if mode == "recover":
        return await recover(address, count)
    client = await connect(address)
    async with worker(client):
        await {"sequential": sequential, "concurrent": concurrent, "hold": hold, "park": park}[mode](client, count)
        # The parent has to let go of what it attached first. A shutdown would wait for activities that are held.
        await asyncio.get_running_loop().run_in_executor(None, wait_for_go)
        os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
