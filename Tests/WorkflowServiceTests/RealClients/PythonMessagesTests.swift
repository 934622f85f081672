import DurableWorkflows
import Testing
import WorkflowService

/// The unmodified `temporalio` package: updates, starts with a message, chains, children and activities.
@Suite("Temporal's Python client: messages, chains, children, activities", .serialized, .timeLimit(.minutes(3)))
struct PythonMessagesTests {
  private let python: ExternalTool

  init() throws { python = try ExternalTool.python }

  /// Runs a script against an engine; its `main` gets a connected client and must not throw.
  private func run(_ body: String, prelude: String = "") async throws {
    let script = """
      import asyncio, os, sys, traceback
      from datetime import timedelta
      from temporalio.client import *
      from temporalio.common import *
      from temporalio.exceptions import *
      from temporalio.service import RPCError, RPCStatusCode
      from temporalio.api.workflowservice.v1 import *
      from temporalio.api.common.v1 import WorkflowExecution as Execution

      async def raised(awaitable, kind=RPCError):
          try:
              await awaitable
          except kind as error:
              return error
          raise AssertionError(f"no {kind.__name__} was raised")

      async def main(client):
      \(body.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n"))

      async def start():
          await main(await Client.connect(sys.argv[1]))

      try:
          asyncio.run(start())
          print("all well")
      except BaseException:
          traceback.print_exc(file=sys.stdout)
      sys.stdout.flush()
      os._exit(0)
      """
    let activities = Exported.activities + [ActivityDefinition("elsewhere") { _ -> String in throw CompleteAsyncError() }]
    try await withEngine(workflows: Exported.workflows + [Echo.self, Elsewhere.self], activities: activities) { engine in
      try await withServer(of: engine) { port in
        let output = try await python.run(["-c", script, "127.0.0.1:\(port)"])
        #expect(output.text == "all well\n")
      }
    }
  }

  @Test("Updates: executed, started, deduplicated, refused, failed, unknown, asked for later, on closed runs")
  func updates() async throws {
    try await run(
      """
      h = await client.start_workflow("Messages", id="u1", task_queue="q")
      assert await h.execute_update("add", "one", id="U1", result_type=int) == 1
      assert await h.execute_update("add", "one", id="U1", result_type=int) == 1
      error = await raised(h.execute_update("add", "", id="U2"), WorkflowUpdateFailedError)
      assert error.cause.type == "Refused" and error.cause.message == "empty", error.cause
      error = await raised(h.execute_update("add", "broken"), WorkflowUpdateFailedError)
      assert error.cause.type == "Broken", error.cause
      error = await raised(h.execute_update("nonsense"), WorkflowUpdateFailedError)
      assert "known updates: [add]" in error.cause.message, error.cause
      update = await h.start_update("add", "two", wait_for_stage=WorkflowUpdateStage.ACCEPTED, result_type=int)
      assert await update.result() == 3
      assert await h.get_update_handle("U1", result_type=int).result() == 1
      for id in ["U2", "nothing"]:
          error = await raised(h.get_update_handle(id).result())
          assert error.status == RPCStatusCode.NOT_FOUND and error.message == f'update "{id}" not found', error.message
      error = await raised(client.get_workflow_handle("nobody").execute_update("add", "x"))
      assert error.status == RPCStatusCode.NOT_FOUND and error.message == "workflow not found for ID: nobody"
      await h.signal("finish")
      assert await h.result() == ["one", "broken", "two"]
      error = await raised(h.execute_update("add", "late"))
      assert error.status == RPCStatusCode.NOT_FOUND and error.message == "workflow execution already completed"
      assert await h.execute_update("add", "one", id="U1", result_type=int) == 1
      """)
  }

  @Test("Signal-with-start and update-with-start, started and not")
  func withStart() async throws {
    try await run(
      """
      h = await client.start_workflow("Messages", id="s1", task_queue="q", start_signal="finish")
      assert await h.result() == []
      first = await client.start_workflow("Waiting", id="s2", task_queue="q")
      again = await client.start_workflow("Waiting", id="s2", task_queue="q", start_signal="finish")
      assert again.first_execution_run_id == first.first_execution_run_id or again.result_run_id == first.result_run_id
      await first.result()

      def operation(id, policy=WorkflowIDConflictPolicy.FAIL):
          return WithStartWorkflowOperation("Messages", id=id, task_queue="q", id_conflict_policy=policy)
      async def add(operation, value):
          return await client.execute_update_with_start_workflow(
              "add", value, start_workflow_operation=operation, result_type=int)
      op = operation("m1")
      assert await add(op, "one") == 1
      handle = await op.workflow_handle()
      taken = operation("m1")
      error = await raised(add(taken, "two"), WorkflowAlreadyStartedError)
      assert error.workflow_id == "m1", error
      await raised(taken.workflow_handle(), WorkflowAlreadyStartedError)
      assert await add(operation("m1", WorkflowIDConflictPolicy.USE_EXISTING), "two") == 2
      error = await raised(add(operation("m1", WorkflowIDConflictPolicy.USE_EXISTING), ""), WorkflowUpdateFailedError)
      assert error.cause.type == "Refused", error.cause
      await handle.signal("finish")
      assert await handle.result() == ["one", "two"]
      """)
  }

  @Test("Starts with a retry policy, a cron schedule and a delay; the chain is cancelled by its first run")
  func chains() async throws {
    try await run(
      """
      h = await client.start_workflow("Failing", id="f1", task_queue="q",
          retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=1), maximum_attempts=2))
      error = await raised(h.result(), WorkflowFailureError)
      assert error.cause.type == "Failing", error.cause
      runs = [w async for w in client.list_workflows("WorkflowId = 'f1'")]
      assert len(runs) == 2, runs
      last = await h.describe()
      assert last.run_id != h.first_execution_run_id
      assert last.raw_description.workflow_execution_info.first_run_id == h.first_execution_run_id
      events = (await client.get_workflow_handle("f1", run_id=last.run_id).fetch_history()).events
      started = events[0].workflow_execution_started_event_attributes
      assert started.attempt == 2 and started.continued_execution_run_id == h.first_execution_run_id, started
      assert started.continued_failure.application_failure_info.type == "Failing"

      h = await client.start_workflow("Countdown", 2, id="c1", task_queue="q")
      assert await h.result() == "done"

      h = await client.start_workflow("Echo", "x", id="d1", task_queue="q", start_delay=timedelta(hours=1))
      info = await h.describe()
      assert (info.execution_time - info.start_time) == timedelta(hours=1), info
      error = await raised(client.get_workflow_handle("d1", first_execution_run_id=last.run_id).cancel())
      assert error.status == RPCStatusCode.NOT_FOUND, error
      await h.terminate()

      h = await client.start_workflow("Waiting", id="cron", task_queue="q", cron_schedule="0 0 1 1 *")
      info = await h.describe()
      assert info.execution_time > info.start_time, info
      error = await raised(client.start_workflow("Echo", "x", id="bad", task_queue="q", cron_schedule="nonsense"))
      assert error.status == RPCStatusCode.INVALID_ARGUMENT and "cron" in error.message, error.message
      await h.terminate()
      """)
  }

  @Test("A reset starts a new run that gets the messages again")
  func reset() async throws {
    try await run(
      """
      h = await client.start_workflow("Messages", id="r1", task_queue="q")
      assert await h.execute_update("add", "one", id="U1", result_type=int) == 1
      await h.signal("finish")
      assert await h.result() == ["one"]
      request = ResetWorkflowExecutionRequest(namespace="default", workflow_execution=Execution(workflow_id="r1"),
          workflow_task_finish_event_id=4, reason="again", request_id="reset-1",
          reset_reapply_exclude_types=[1])
      run_id = (await client.workflow_service.reset_workflow_execution(request)).run_id
      assert (await client.workflow_service.reset_workflow_execution(request)).run_id == run_id
      new = client.get_workflow_handle("r1", run_id=run_id)
      assert await new.get_update_handle("U1", result_type=int).result() == 1
      await new.signal("finish")
      assert await new.result() == ["one"]
      events = (await new.fetch_history()).events
      failed = [e.workflow_task_failed_event_attributes for e in events if e.event_type == 9]
      assert [(f.base_run_id, f.new_run_id, f.cause) for f in failed] == [(h.first_execution_run_id, run_id, 20)], failed
      assert failed[0].failure.HasField("reset_workflow_failure_info") and failed[0].failure.message == "again"
      assert 47 in [e.event_type for e in events]
      request.request_id = "reset-2"
      request.workflow_task_finish_event_id = 99
      error = await raised(client.workflow_service.reset_workflow_execution(request))
      assert error.status == RPCStatusCode.INVALID_ARGUMENT, error
      """)
  }

  @Test("Children are seen from the parent and know their parent; the metadata query lists the handlers")
  func children() async throws {
    try await run(
      """
      h = await client.start_workflow("ChildZoo", "", id="parent", task_queue="q")
      child = client.get_workflow_handle("parent-terminated")
      while True:
          try:
              seen = await child.describe()
              break
          except RPCError:
              await asyncio.sleep(0.01)
      assert seen.parent_id == "parent" and seen.root_id == "parent", seen
      pending = (await h.describe()).raw_description.pending_children
      assert [(c.workflow_id, c.workflow_type_name) for c in pending] == [("parent-terminated", "Waiting")], pending
      assert pending[0].run_id == seen.run_id
      await child.terminate()
      await h.result()

      h = await client.start_workflow("Messages", id="m", task_queue="q")
      metadata = await h.query("__temporal_workflow_metadata")
      assert metadata.definition.type == "Messages", metadata
      assert [d.name for d in metadata.definition.query_definitions] == ["values"]
      assert [d.name for d in metadata.definition.signal_definitions] == ["finish"]
      assert [d.name for d in metadata.definition.update_definitions] == ["add"]
      """)
  }

  @Test("Activities are completed, failed, cancelled and kept alive from another process")
  func activities() async throws {
    try await run(
      """
      async def started(id):
          h = await client.start_workflow("Elsewhere", id=id, task_queue="q")
          while True:
              info = (await h.describe()).raw_description
              if info.pending_activities and info.pending_activities[0].last_started_time.seconds:
                  return h, client.get_async_activity_handle(workflow_id=id, run_id=None, activity_id="1")
              await asyncio.sleep(0.01)

      h, activity = await started("a1")
      await activity.heartbeat("half")
      info = (await h.describe()).raw_description.pending_activities[0]
      assert info.heartbeat_details.payloads[0].data == b'"half"', info
      await activity.complete("from afar")
      assert await h.result() == "from afar"
      error = await raised(activity.complete("again"))
      assert error.status == RPCStatusCode.NOT_FOUND, error

      h, activity = await started("a2")
      await activity.fail(ApplicationError("no", type="Far", non_retryable=True), last_heartbeat_details=["late"])
      error = await raised(h.result(), WorkflowFailureError)
      assert error.cause.cause.type == "Far", error.cause

      h, activity = await started("a3")
      await h.signal("stop")
      await raised(activity.heartbeat("x"), AsyncActivityCancelledError)
      await activity.report_cancellation("bye")
      assert await h.result() == "canceled"

      request = RespondActivityTaskCompletedRequest(namespace="default", task_token=b"nonsense")
      error = await raised(client.workflow_service.respond_activity_task_completed(request))
      assert error.status == RPCStatusCode.INVALID_ARGUMENT, error
      """)
  }
}

/// Waits for an activity that completes elsewhere; a signal cancels it.
actor Elsewhere: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  private var isStopped = false

  func run(input: Empty) async throws -> String {
    let activity = Task(executorPreference: context.taskExecutor) { try await self.waitElsewhere() }
    try await context.condition { isStopped }
    activity.cancel()
    do {
      return try await activity.value
    } catch is CanceledError {
      return "canceled"
    }
  }

  private func waitElsewhere() async throws -> String {
    defer { isStopped = true }
    let options = ActivityOptions(
      startToCloseTimeout: .seconds(60), retryPolicy: RetryPolicy(maximumAttempts: 1),
      cancellationType: .waitCancellationCompleted)
    return try await context.executeActivity("elsewhere", options: options)
  }

  static var handlers: WorkflowHandlers<Elsewhere> {
    WorkflowHandlers().signal("stop") { workflow, _ in workflow.isStopped = true }
  }
}
