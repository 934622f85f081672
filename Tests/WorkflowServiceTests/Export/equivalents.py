"""The workflows of ExportedWorkflows.swift, written again for Temporal's Python SDK.

Usage: python equivalents.py FILE

FILE has one JSON object per line: {"id": workflow id, "history": exported history}. Every history is given to the
SDK's Replayer. Prints one line per history, "ok TYPE ID" or "failed TYPE ID: why", then the numbers of all event types
that were replayed.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    ChildWorkflowError,
    WorkflowAlreadyStartedError,
)
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import (
    ActivityCancellationType,
    ChildWorkflowCancellationType,
    ParentClosePolicy,
)

ONCE = RetryPolicy(maximum_attempts=1)


async def outcome(awaitable) -> str:
    """What came of it, in a word."""
    try:
        await awaitable
        return "ok"
    except (ActivityError, ChildWorkflowError) as error:
        return type(error.cause).__name__
    except ApplicationError as error:
        return error.type or "ApplicationError"
    except WorkflowAlreadyStartedError:
        return "AlreadyStarted"
    except asyncio.CancelledError:
        return "cancelled"


async def replay(line: str, replayer: Replayer, seen: set) -> None:
    entry = json.loads(line)
    history = WorkflowHistory.from_json(entry["id"], entry["history"])
    started = history.events[0].workflow_execution_started_event_attributes
    label = f"{started.workflow_type.name} {entry['id']}"
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    if result.replay_failure:
        print(f"failed {label}: {result.replay_failure}")
        return
    seen.update(event.event_type for event in history.events)
    print(f"ok {label}")
