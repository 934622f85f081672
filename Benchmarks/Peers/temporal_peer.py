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
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from barrier import percentile, say, step_times, wait_for_go

STEPS = 5
HELD_STEP = 3
QUEUE = "benchmark"
# The step before which runs are held: nobody polls this queue while they are. A step that is in flight when its worker is
# killed would be repeated only when its timeout has passed, which would be the time that is measured.
HELD_QUEUE = "benchmark-held"
# Starting many at once takes the server longer than the client waits by default.
PATIENCE = timedelta(minutes=3)

marks: list[float] = []
reached: set[str] = set()
returned: set[str] = set()


@activity.defn
async def step(index: int) -> int:
    marks.append(time.perf_counter())
    return index


@workflow.defn
class Steps:
    @workflow.run
    async def run(self, count: int) -> int:
        return await self.make(count, None)

    async def make(self, count: int, held: str | None) -> int:
        total = 0
        for index in range(count):
            if held and index == HELD_STEP:
                reached.add(workflow.info().workflow_id)
            total += await workflow.execute_activity(
                step,
                index,
                task_queue=held if index == HELD_STEP else None,
                start_to_close_timeout=timedelta(seconds=60),
            )
        returned.add(workflow.info().workflow_id)
        return total


@workflow.defn
class HeldSteps(Steps):
    """The same, with one step on the other queue."""

    @workflow.run
    async def run(self, count: int) -> int:
        return await self.make(count, HELD_QUEUE)


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
        workflows=[Steps, HeldSteps, Parked],
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
    await asyncio.gather(
        *[
            client.start_workflow(
                HeldSteps.run, STEPS, id=f"run-{number}", task_queue=QUEUE, rpc_timeout=PATIENCE
            )
            for number in range(count)
        ]
    )
    while len(reached) < count:
        await asyncio.sleep(0.01)
    # The last commands reach the server.
    await asyncio.sleep(2)
    await go()


async def recover(address: str, count: int) -> None:
    await go()
    begin = time.perf_counter()
    client = await connect(address)
    serving = time.perf_counter()
    held = Worker(client, task_queue=HELD_QUEUE, activities=[step], max_concurrent_activities=1000)
    async with worker(client), held:
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
