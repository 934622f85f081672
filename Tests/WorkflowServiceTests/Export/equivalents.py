"""The workflows of ExportedWorkflows.swift, written again for Temporal's Python SDK: the same commands in the same
order.

Usage: python equivalents.py FILE

FILE has one JSON object per line: {"id": workflow id, "history": exported history as a string}. Every history is given
to the SDK's Replayer. Prints one line per history, "ok TYPE ID" or "failed TYPE ID: why", then "types" and the numbers
of all event types in the histories that were accepted.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import ActivityCancellationType

ONCE = RetryPolicy(maximum_attempts=1)
QUICK = {"start_to_close_timeout": timedelta(seconds=10)}
MOMENT = timedelta(milliseconds=5)


async def outcome(awaitable) -> str:
    """What came of it."""
    try:
        await awaitable
        return "ok"
    except (FailureError, asyncio.CancelledError) as error:
        return type(error).__name__


@workflow.defn(name="ActivityZoo")
class ActivityZoo:
    def __init__(self) -> None:
        self.is_under_way = False

    @workflow.run
    async def run(self, text: str) -> list[str]:
        outcomes = []
        outcomes.append(await outcome(workflow.execute_activity("flaky", text, **QUICK)))
        outcomes.append(await outcome(workflow.execute_activity("broken", **QUICK)))
        outcomes.append(
            await outcome(
                workflow.execute_activity(
                    "patient", start_to_close_timeout=timedelta(milliseconds=20), retry_policy=ONCE
                )
            )
        )

        async def patient() -> None:
            self.is_under_way = True
            await workflow.execute_activity(
                "patient",
                start_to_close_timeout=timedelta(seconds=60),
                retry_policy=ONCE,
                cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            )

        task = asyncio.create_task(patient())
        await workflow.wait_condition(lambda: self.is_under_way)
        await workflow.sleep(MOMENT)
        task.cancel()
        outcomes.append(await outcome(task))

        async def timer() -> None:
            self.is_under_way = True
            await workflow.sleep(timedelta(hours=1))

        self.is_under_way = False
        task = asyncio.create_task(timer())
        await workflow.wait_condition(lambda: self.is_under_way)
        await workflow.sleep(MOMENT)
        task.cancel()
        outcomes.append(await outcome(task))
        return outcomes


@workflow.defn(name="MarkerZoo")
class MarkerZoo:
    @workflow.run
    async def run(self, text: str) -> list[str]:
        outcomes = []
        options = {**QUICK, "retry_policy": ONCE}
        if workflow.patched("new-order"):
            outcomes.append("patched")
        outcomes.append(await workflow.execute_local_activity("quick", text, **options))
        # A side effect of the Swift library is recorded as a local activity of this name.
        outcomes.append(await workflow.execute_local_activity("SideEffect", **options))
        workflow.upsert_memo({"note": "half", "gone": None})
        outcomes.append(await outcome(workflow.execute_local_activity("broken", **options)))
        workflow.upsert_search_attributes([SearchAttributeKey.for_keyword("CustomerId").value_set("c1")])
        workflow.deprecate_patch("old-order")
        await workflow.sleep(MOMENT)
        outcomes.append(await workflow.execute_local_activity("quick", "again", **options))
        return outcomes


@workflow.defn(name="Parallel")
class Parallel:
    def __init__(self) -> None:
        self.notes: list[str] = []

    @workflow.run
    async def run(self, rounds: int) -> int:
        await workflow.wait_condition(lambda: "last" in self.notes and workflow.all_handlers_finished())
        parent = workflow.info().workflow_id
        for round in range(1, rounds + 1):
            first, second, _, local, child = await asyncio.gather(
                workflow.execute_activity("quick", "first", **QUICK),
                workflow.execute_activity("quick", "second", **QUICK),
                workflow.sleep(MOMENT),
                workflow.execute_local_activity("quick", "local", **QUICK),
                workflow.execute_child_workflow("Countdown", 0, id=f"{parent}-{round}"),
            )
            self.notes += [first, second, local, child]
        return len(self.notes)

    async def note(self, text: str) -> None:
        self.notes.append(text)
        await workflow.execute_activity("quick", text, **QUICK)

    @workflow.signal
    async def signal(self, text: str) -> None:
        await self.note(text)
        await workflow.sleep(MOMENT)

    @workflow.update
    async def update(self, text: str) -> int:
        await self.note(text)
        await workflow.execute_activity("quick", text, **QUICK)
        return len(self.notes)


@workflow.defn(name="ChildZoo")
class ChildZoo:
    @workflow.run
    async def run(self, text: str) -> list[str]:
        outcomes = []
        parent = workflow.info().workflow_id
        execute = workflow.execute_child_workflow
        outcomes.append(await outcome(execute("Countdown", 0, id=f"{parent}-done")))
        outcomes.append(await outcome(execute("Countdown", 1, id=f"{parent}-chain")))
        outcomes.append(await outcome(execute("Failing", id=f"{parent}-failed")))
        outcomes.append(
            await outcome(execute("Waiting", id=f"{parent}-timed-out", run_timeout=timedelta(milliseconds=20)))
        )
        outcomes.append(await outcome(execute("Waiting", id=parent)))
        outcomes.append(await outcome(execute("Waiting", id=f"{parent}-terminated")))

        signaled = await workflow.start_child_workflow("Waiting", id=f"{parent}-signaled")
        await signaled.signal("finish")
        outcomes.append(await outcome(signaled))

        canceled = await workflow.start_child_workflow("Waiting", id=f"{parent}-canceled")
        canceled.cancel()
        outcomes.append(await outcome(canceled))
        return outcomes


@workflow.defn(name="ExternalZoo")
class ExternalZoo:
    @workflow.run
    async def run(self, ids: list[str]) -> list[str]:
        outcomes = []
        for id in ids:
            other = workflow.get_external_workflow_handle(id)
            outcomes.append(await outcome(other.signal("poke", "hello")))
            outcomes.append(await outcome(other.cancel()))
        return outcomes


@workflow.defn(name="Messages")
class Messages:
    def __init__(self) -> None:
        self.values: list[str] = []
        self.is_finished = False

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: self.is_finished)
        return self.values

    @workflow.signal
    def finish(self) -> None:
        self.is_finished = True

    @workflow.update
    async def add(self, value: str) -> int:
        self.values.append(value)
        await workflow.sleep(MOMENT)
        if value == "broken":
            raise ApplicationError("cannot add", type="Broken")
        return len(self.values)

    @add.validator
    def validate(self, value: str) -> None:
        if not value:
            raise ApplicationError("empty", type="Refused")


@workflow.defn(name="Countdown")
class Countdown:
    @workflow.run
    async def run(self, count: int) -> str:
        if count > 0:
            workflow.continue_as_new(count - 1)
        return "done"


@workflow.defn(name="Failing")
class Failing:
    @workflow.run
    async def run(self) -> None:
        raise ApplicationError("as always", type="Failing")


@workflow.defn(name="Waiting")
class Waiting:
    def __init__(self) -> None:
        self.is_finished = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.is_finished)

    @workflow.signal
    def finish(self) -> None:
        self.is_finished = True

    @workflow.signal
    def poke(self, text: str) -> None:
        pass


@workflow.defn(name="Stumbling")
class Stumbling:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(MOMENT)

    @workflow.signal
    def again(self) -> None:
        pass


WORKFLOWS = [
    ActivityZoo,
    MarkerZoo,
    Parallel,
    ChildZoo,
    ExternalZoo,
    Messages,
    Countdown,
    Failing,
    Waiting,
    Stumbling,
]


def attributes(event: HistoryEvent) -> str:
    """What tells one command's event from another's, in one line."""
    name = event.WhichOneof("attributes")
    return " ".join(str(getattr(event, name)).split())[:200] if name else ""


async def main(path: str) -> None:
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=UnsandboxedWorkflowRunner())
    seen: set[int] = set()
    with open(path) as file:
        for line in file:
            entry = json.loads(line)
            history = WorkflowHistory.from_json(entry["id"], entry["history"])
            started = history.events[0].workflow_execution_started_event_attributes
            label = f"{started.workflow_type.name} {entry['id']}"
            result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
            if result.replay_failure:
                print(f"failed {label}: {result.replay_failure}")
                for event in history.events:
                    print(f"  {event.event_id} {EventType.Name(event.event_type)} {attributes(event)}")
            else:
                seen.update(event.event_type for event in history.events)
                print(f"ok {label}")
    print("types", *sorted(seen))


asyncio.run(main(sys.argv[1]))
sys.stdout.flush()
os._exit(0)
