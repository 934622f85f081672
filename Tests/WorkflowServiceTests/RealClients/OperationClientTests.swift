import DurableWorkflows
import Testing
import WorkflowService

/// What operators do, with the unmodified `temporalio` package and command line tool.
@Suite("Operations with Temporal's real clients", .serialized, .timeLimit(.minutes(3)))
struct OperationClientTests {
  private func serve(_ body: @Sendable (WorkflowEngine, Int) async throws -> Void) async throws {
    try await withEngine(workflows: Exported.workflows, activities: Exported.activities) { engine in
      try await withServer(of: engine) { port in try await body(engine, port) }
    }
  }

  @Test("Python: lists in pages, counts in groups, refused queries, pauses, batches")
  func python() async throws {
    let script = """
      import asyncio, os, sys, traceback
      from temporalio.client import Client, WorkflowExecutionStatus
      from temporalio.service import RPCError, RPCStatusCode
      from temporalio.api.workflowservice.v1 import *
      from temporalio.api.batch.v1 import *
      from temporalio.api.common.v1 import ResetOptions, WorkflowExecution as Execution
      from temporalio.api.enums.v1 import BatchOperationState, BatchOperationType, EventType
      from temporalio.api.enums.v1 import WorkflowExecutionStatus as Status
      from google.protobuf.empty_pb2 import Empty

      async def refused(awaitable, status):
          try:
              await awaitable
          except RPCError as error:
              assert error.status == status, error
              return error.message
          raise AssertionError(f"{status} was not raised")

      async def ended(service, job):
          while True:
              batch = await service.describe_batch_operation(
                  DescribeBatchOperationRequest(namespace="default", job_id=job))
              if batch.state != BatchOperationState.BATCH_OPERATION_STATE_RUNNING:
                  return batch

      async def main():
          client = await Client.connect(sys.argv[1])
          service = client.workflow_service
          handles = [await client.start_workflow("Waiting", id=f"w{n}", task_queue="q") for n in range(7)]
          await handles[0].signal("finish")
          await handles[0].result()

          query = "WorkflowType = 'Waiting' AND ExecutionStatus IN ('Running', 'Completed') ORDER BY StartTime ASC"
          ids, token, pages = [], b"", 0
          while True:
              page = await service.list_workflow_executions(ListWorkflowExecutionsRequest(
                  namespace="default", page_size=3, next_page_token=token, query=query))
              assert len(page.executions) <= 3
              ids += [e.execution.workflow_id for e in page.executions]
              pages, token = pages + 1, page.next_page_token
              if not token:
                  break
          assert ids == [f"w{n}" for n in range(7)] and pages == 3, (ids, pages)
          scan = await service.scan_workflow_executions(ScanWorkflowExecutionsRequest(
              namespace="default", query="WorkflowId STARTS_WITH 'w' AND CloseTime IS NULL"))
          assert len(scan.executions) == 6
          counts = await client.count_workflows("WorkflowType = 'Waiting' GROUP BY ExecutionStatus")
          groups = {g.group_values[0]: g.count for g in counts.groups}
          assert counts.count == 7 and groups == {"Running": 6, "Completed": 1}, groups
          for bad, where in [("WorkflowType = ", "character 16"), ("Nonsense = 1", "character 1"),
                  ("StartTime > 'soon'", "character 13")]:
              for attempt in [
                  service.list_workflow_executions(ListWorkflowExecutionsRequest(namespace="default", query=bad)),
                  service.count_workflow_executions(CountWorkflowExecutionsRequest(namespace="default", query=bad)),
                  service.start_batch_operation(StartBatchOperationRequest(namespace="default", job_id="bad",
                      visibility_query=bad, deletion_operation=BatchOperationDeletion()))]:
                  message = await refused(attempt, RPCStatusCode.INVALID_ARGUMENT)
                  assert where + ":" in message, message

          paused = handles[1]
          def pause(request_id, kind=PauseWorkflowExecutionRequest):
              return kind(namespace="default", workflow_id="w1", reason="look first", identity="admin",
                  request_id=request_id)
          await service.pause_workflow_execution(pause("p1"))
          await service.pause_workflow_execution(pause("p1"))
          await refused(service.pause_workflow_execution(pause("p2")), RPCStatusCode.FAILED_PRECONDITION)
          # The package's own describe() does not know the status yet.
          description = await service.describe_workflow_execution(DescribeWorkflowExecutionRequest(
              namespace="default", execution=Execution(workflow_id="w1")))
          assert description.workflow_execution_info.status == Status.WORKFLOW_EXECUTION_STATUS_PAUSED, description
          info = description.workflow_extended_info.pause_info
          assert info.reason == "look first" and info.identity == "admin" and info.paused_time.seconds > 0, info
          await paused.signal("finish")
          await service.unpause_workflow_execution(pause("u1", UnpauseWorkflowExecutionRequest))
          await paused.result()
          await refused(service.unpause_workflow_execution(pause("u2", UnpauseWorkflowExecutionRequest)),
              RPCStatusCode.NOT_FOUND)
          events = {e.event_type: e async for e in paused.fetch_history_events()}
          first = events[EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED].workflow_execution_paused_event_attributes
          last = events[EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED].workflow_execution_unpaused_event_attributes
          assert (first.identity, first.reason, first.request_id) == ("admin", "look first", "p1"), first
          assert (last.identity, last.reason, last.request_id) == ("admin", "look first", "u1"), last

          def batch(job, query, **more):
              return StartBatchOperationRequest(namespace="default", job_id=job, visibility_query=query,
                  reason="over", max_operations_per_second=1000, **more)
          terminate = BatchOperationTermination(identity="admin")
          await service.start_batch_operation(
              batch("b1", "ExecutionStatus = 'Running' AND WorkflowId > 'w3'", termination_operation=terminate))
          await refused(service.start_batch_operation(
              batch("b1", "ExecutionStatus = 'Running'", termination_operation=terminate)),
              RPCStatusCode.ALREADY_EXISTS)
          done = await ended(service, "b1")
          assert done.state == BatchOperationState.BATCH_OPERATION_STATE_COMPLETED, done
          assert done.operation_type == BatchOperationType.BATCH_OPERATION_TYPE_TERMINATE
          assert (done.total_operation_count, done.complete_operation_count, done.failure_operation_count) == (3, 3, 0)
          assert done.reason == "over" and done.identity == "admin" and "w3" in done.query, done
          counts = await client.count_workflows("WorkflowType = 'Waiting' GROUP BY ExecutionStatus")
          groups = {g.group_values[0]: g.count for g in counts.groups}
          assert groups == {"Running": 2, "Completed": 2, "Terminated": 3}, groups

          every = await refused(service.start_batch_operation(
              batch("b2", "ExecutionStatus = 'Running' OR ExecutionStatus != 'Running'",
                  termination_operation=terminate)),
              RPCStatusCode.INVALID_ARGUMENT)
          assert "every run matches" in every, every
          await service.start_batch_operation(
              batch("b3", "WorkflowId = 'w2'",
                  signal_operation=BatchOperationSignal(signal="finish", identity="admin")))
          await ended(service, "b3")
          await handles[2].result()
          w3 = (await handles[3].describe()).run_id
          await service.start_batch_operation(StartBatchOperationRequest(
              namespace="default", job_id="b4", reason="named", executions=[Execution(workflow_id="w3", run_id=w3)],
              cancellation_operation=BatchOperationCancellation(identity="admin")))
          assert (await ended(service, "b4")).complete_operation_count == 1
          await service.start_batch_operation(batch("b5", "WorkflowId = 'w0'",
              reset_operation=BatchOperationReset(options=ResetOptions(first_workflow_task=Empty()))))
          assert (await ended(service, "b5")).complete_operation_count == 1
          await client.get_workflow_handle("w0").result()
          again = await client.get_workflow_handle("w0").describe()
          assert again.run_id != handles[0].first_execution_run_id, again.run_id
          assert again.status == WorkflowExecutionStatus.COMPLETED, again.status
          await service.start_batch_operation(
              batch("b6", "ExecutionStatus = 'Terminated'",
                  deletion_operation=BatchOperationDeletion(identity="admin")))
          assert (await ended(service, "b6")).complete_operation_count == 3
          await refused(client.get_workflow_handle("w6").describe(), RPCStatusCode.NOT_FOUND)
          await service.delete_workflow_execution(DeleteWorkflowExecutionRequest(
              namespace="default", workflow_execution=Execution(workflow_id="w2")))
          await refused(client.get_workflow_handle("w2").describe(), RPCStatusCode.NOT_FOUND)

          await service.start_batch_operation(StartBatchOperationRequest(
              namespace="default", job_id="b7", visibility_query="WorkflowType = 'Waiting'", reason="slow",
              max_operations_per_second=0.01, cancellation_operation=BatchOperationCancellation()))
          await service.stop_batch_operation(StopBatchOperationRequest(
              namespace="default", job_id="b7", reason="enough", identity="admin"))
          stopped = await ended(service, "b7")
          assert stopped.state == BatchOperationState.BATCH_OPERATION_STATE_FAILED, stopped
          await refused(service.describe_batch_operation(
              DescribeBatchOperationRequest(namespace="default", job_id="no")), RPCStatusCode.NOT_FOUND)
          await refused(service.stop_batch_operation(
              StopBatchOperationRequest(namespace="default", job_id="no", reason="x")), RPCStatusCode.NOT_FOUND)
          jobs, token = [], b""
          while True:
              page = await service.list_batch_operations(ListBatchOperationsRequest(
                  namespace="default", page_size=4, next_page_token=token))
              jobs += [b.job_id for b in page.operation_info]
              token = page.next_page_token
              if not token:
                  break
          assert jobs == ["b7", "b6", "b5", "b4", "b3", "b1"], jobs

      try:
          asyncio.run(main())
          print("all well")
      except BaseException:
          traceback.print_exc(file=sys.stdout)
      sys.stdout.flush()
      os._exit(0)
      """
    let python = try ExternalTool.python
    try await serve { _, port in
      let output = try await python.run(["-c", script, "127.0.0.1:\(port)"])
      #expect(output.text == "all well\n")
    }
  }

  @Test("The command line tool: pause, unpause, batches by query, delete")
  func commandLine() async throws {
    let tool = try ExternalTool.temporal
    @Sendable func run(_ command: String, _ more: [String], port: Int) async throws -> String {
      let output = try await tool.run(
        command.split(separator: " ").map(String.init) + more + ["--address", "127.0.0.1:\(port)", "--color", "never"])
      #expect(output.status == 0, "temporal \(command): \(output.text)")
      return output.text
    }
    try await serve { engine, port in
      for number in 0..<3 { _ = try await engine.client.start(Waiting.self, id: "w\(number)") }
      _ = try await run("workflow pause --workflow-id w0 --reason", ["look first"], port: port)
      let description = try await engine.client.handle(for: Waiting.self, id: "w0").describe()
      #expect(description.info.status == .paused)
      #expect(description.pause?.reason == "look first")
      let shown = try await run("workflow show --workflow-id w0", [], port: port)
      #expect(shown.contains("WorkflowExecutionPaused"), "\(shown)")
      _ = try await run("workflow unpause --workflow-id w0 --reason", ["looked"], port: port)
      #expect(try await engine.client.handle(for: Waiting.self, id: "w0").describe().info.status == .running)

      _ = try await run(
        "workflow signal --name finish --yes --reason done --query", ["WorkflowId = 'w0'"], port: port)
      let first = try await engine.client.handle(for: Waiting.self, id: "w0").result()
      #expect(first == Empty())
      _ = try await run(
        "workflow terminate --yes --reason over --query", ["ExecutionStatus = 'Running'"], port: port)
      for number in 1..<3 {
        await #expect(throws: WorkflowFailedError.self) {
          try await engine.client.handle(for: Waiting.self, id: "w\(number)").result()
        }
      }
      let list = try await run("batch list", [], port: port)
      let jobs = try await engine.client.listBatches()
      #expect(jobs.count == 2)
      for job in jobs {
        #expect(list.contains(job.jobID), "\(list)")
        let text = try await run("batch describe --job-id", [job.jobID], port: port)
        #expect(text.lowercased().contains(job.operation), "\(text)")
        #expect(text.contains("\(job.totalOperationCount)/\(job.totalOperationCount)"), "\(text)")
      }
      _ = try await run("workflow delete --workflow-id w1 --yes", [], port: port)
      let count = try await run("workflow count", [], port: port)
      #expect(count.contains("2"), "\(count)")
    }
  }
}
