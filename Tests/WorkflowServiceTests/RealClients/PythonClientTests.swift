import DurableWorkflows
import Testing
import WorkflowService

/// The unmodified `temporalio` package against an engine.
@Suite("Temporal's Python client", .serialized, .timeLimit(.minutes(3)))
struct PythonClientTests {
  private let python: ExternalTool

  init() throws { python = try ExternalTool.python }

  @Test("Connect, start, query, signal, result, list, errors")
  func life() async throws {
    let script = """
      import asyncio, os, sys
      from temporalio.client import (Client, WorkflowFailureError, WorkflowQueryFailedError,
          WorkflowQueryRejectedError, WorkflowExecutionStatus)
      from temporalio.common import QueryRejectCondition, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
      from temporalio.exceptions import (ApplicationError, CancelledError, TerminatedError,
          WorkflowAlreadyStartedError)
      from temporalio.service import RPCError, RPCStatusCode

      async def main():
          client = await Client.connect(sys.argv[1])
          assert await client.service_client.check_health()

          first = await client.start_workflow("Checkout", "book", id="p1", task_queue="q", memo={"note": 7})
          try:
              await client.start_workflow("Checkout", "book", id="p1", task_queue="q")
              assert False, "a duplicate was started"
          except WorkflowAlreadyStartedError as error:
              assert error.workflow_id == "p1" and error.run_id == first.first_execution_run_id, error
          same = await client.start_workflow("Checkout", "book", id="p1", task_queue="q",
              id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING)
          assert same.first_execution_run_id == first.first_execution_run_id

          assert await first.query("approvals") == ""
          try:
              await first.query("nonsense")
              assert False
          except WorkflowQueryFailedError as error:
              assert "approvals" in str(error), error
          waiting = asyncio.ensure_future(first.result())
          await first.signal("approve", "Ann")
          assert await waiting == "charged book approved by Ann"
          assert await first.query("approvals") == "Ann"
          try:
              await first.query("approvals", reject_condition=QueryRejectCondition.NOT_OPEN)
              assert False
          except WorkflowQueryRejectedError as error:
              assert error.status == WorkflowExecutionStatus.COMPLETED
          description = await first.describe()
          assert description.status == WorkflowExecutionStatus.COMPLETED
          assert await description.memo() == {"note": 7}
          assert description.close_time >= description.start_time
          events = (await first.fetch_history()).events
          assert [e.event_id for e in events] == list(range(1, len(events) + 1))
          paged = [e async for e in first.fetch_history_events(page_size=2)]
          assert paged == list(events)
          try:
              await first.signal("approve", "late")
              assert False
          except RPCError as error:
              assert error.status == RPCStatusCode.NOT_FOUND
              assert error.message == "workflow execution already completed", error.message
          try:
              await client.start_workflow("Checkout", "book", id="p1", task_queue="q",
                  id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE)
              assert False
          except WorkflowAlreadyStartedError:
              pass

          failing = await client.start_workflow("Checkout", "pen", id="p2", task_queue="q")
          await failing.signal("approve", "nobody")
          try:
              await failing.result()
              assert False
          except WorkflowFailureError as error:
              assert isinstance(error.cause, ApplicationError), error.cause
              assert error.cause.type == "ApprovalError" and error.cause.non_retryable
              assert error.cause.message == "nobody approved"

          cancelled = await client.start_workflow("Checkout", "ink", id="p3", task_queue="q")
          await cancelled.cancel()
          try:
              await cancelled.result()
              assert False
          except WorkflowFailureError as error:
              assert isinstance(error.cause, CancelledError), error.cause

          terminated = await client.start_workflow("Checkout", "ink", id="p4", task_queue="q")
          await terminated.terminate("detail", reason="enough")
          try:
              await terminated.result()
              assert False
          except WorkflowFailureError as error:
              assert isinstance(error.cause, TerminatedError), error.cause

          listed = [w.id async for w in client.list_workflows("WorkflowType = 'Checkout'", page_size=2)]
          assert listed == ["p4", "p3", "p2", "p1"], listed
          counted = await client.count_workflows("GROUP BY ExecutionStatus")
          groups = {g.group_values[0]: g.count for g in counted.groups}
          assert groups == {"Completed": 1, "Failed": 1, "Canceled": 1, "Terminated": 1}, groups
          try:
              await client.get_workflow_handle("nothing").describe()
              assert False
          except RPCError as error:
              assert error.status == RPCStatusCode.NOT_FOUND
          print("all well")

      asyncio.run(main())
      sys.stdout.flush()
      os._exit(0)
      """
    try await withEngine { engine in
      try await withServer(of: engine) { port in
        let output = try await python.run(["-c", script, "127.0.0.1:\(port)"])
        #expect(output.text == "all well\n")
        #expect(output.status == 0)
      }
    }
  }

  @Test("An exported history replays in the Python SDK's replayer")
  func replay() async throws {
    let script = """
      import asyncio, os, sys
      from datetime import timedelta
      from temporalio import workflow
      from temporalio.client import WorkflowHistory
      from temporalio.worker import Replayer

      @workflow.defn(name="Checkout", sandboxed=False)
      class Checkout:
          def __init__(self):
              self.approvals = []

          @workflow.run
          async def run(self, order: str) -> str:
              receipt = await workflow.execute_activity("charge", order,
                  start_to_close_timeout=timedelta(seconds=10))
              await workflow.wait_condition(lambda: len(self.approvals) > 0)
              return receipt + " approved by " + ", ".join(self.approvals)

          @workflow.signal
          def approve(self, name: str):
              self.approvals.append(name)

      async def main():
          history = WorkflowHistory.from_json("r1", sys.argv[1])
          result = await Replayer(workflows=[Checkout]).replay_workflow(history, raise_on_replay_failure=False)
          print("replayed", result.replay_failure)

      asyncio.run(main())
      sys.stdout.flush()
      os._exit(0)
      """
    try await withEngine { engine in
      let handle = try await engine.client.start(Checkout.self, id: "r1", input: "book")
      try await handle.signal(
        name: "approve", input: [Payload(encoding: Payload.jsonPlain, data: Array(#""Ann""#.utf8))])
      _ = try await handle.result()
      let json = try HistoryJSON.export(try await handle.fetchHistory())
      let output = try await python.run(["-c", script, json])
      #expect(output.text == "replayed None\n", "\(json)")
    }
  }
}
