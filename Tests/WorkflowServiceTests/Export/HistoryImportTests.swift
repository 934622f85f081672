import DurableWorkflows
import Foundation
import Testing
import WorkflowService
import WorkflowTesting

/// Histories as JSON, back into the replayer.
@Suite("Imported histories", .timeLimit(.minutes(1)))
struct HistoryImportTests {
  @Test("what the engine exports replays against the version that it was made by, also after a reset")
  func ownHistories() async throws {
    let versions: [any WorkflowDefinition.Type] = [RouteV1.self, RouteV2.self]
    try await WorkflowTestEnvironment.withEnvironment(workflows: [RouteV1.self]) { env in
      env.mock("plan") { _ in "north" }
      let first = try await env.client.start(RouteV1.self, id: "first")
      try await first.signal(name: "go")
      try await env.settle()
      try await env.restart(workflows: versions)
      let second = try await env.client.start(RouteV2.self, id: "second")
      try await second.signal(name: "go")
      let results = [try await first.result(), try await second.result()]
      #expect(results[0].hasPrefix("1 north ") && results[1].hasPrefix("2 north "), "\(results)")
      let reset = try await first.reset(to: .lastWorkflowTask)
      let other = try await reset.result()
      #expect(other != results[0], "other numbers after the reset")

      let replayer = WorkflowReplayer(workflows: versions)
      for (handle, result) in [(first, results[0]), (reset, other)] {
        let json = try HistoryJSON.export(try await env.client.history(of: handle.execution))
        let outcome = try await replayer.replay(Data(json.utf8), as: HistoryJSON.events)
        #expect(try outcome.result == [JSONPayloadConverter().payload(for: result)])
      }
      let json = try HistoryJSON.export(try await env.client.history(of: second.execution))
      let outcome = try await replayer.replay(Data(json.utf8), as: HistoryJSON.events)
      #expect(try outcome.result == [JSONPayloadConverter().payload(for: results[1])])
      let error = await #expect(throws: WorkflowServiceError.self) {
        try await WorkflowReplayer(workflows: [RouteV1.self]).replay(Data(json.utf8), as: HistoryJSON.events)
      }
      #expect(error?.message == "version 2 of workflow type 'Route' is not registered; registered versions: [1]")
    }
  }

  @Test("a history that another SDK wrote replays against an equivalent workflow, and a wrong one is refused")
  func foreignHistory() async throws {
    let outcome = try await WorkflowReplayer(workflows: [Greeting.self]).replay(
      Data(Self.foreign.utf8), as: HistoryJSON.events)
    #expect(outcome.workflowTasks == 3)
    #expect(try outcome.result == [JSONPayloadConverter().payload(for: "hello, world")])
    let error = await #expect(throws: NonDeterminismError.self) {
      try await WorkflowReplayer(workflows: [Farewell.self]).replay(Data(Self.foreign.utf8), as: HistoryJSON.events)
    }
    #expect(error?.eventID == 5)
    #expect(error?.expected == "ActivityTaskScheduled of 'compose' (id 1)")
  }

  /// As `temporal workflow show -o json` prints it: an activity, a timer, the end.
  private static let foreign = """
    {"events": [
      {"eventId": "1", "eventTime": "2025-09-30T12:00:00Z", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
       "taskId": "1048587", "workflowExecutionStartedEventAttributes": {
         "workflowType": {"name": "Greeting"}, "taskQueue": {"name": "q", "kind": "TASK_QUEUE_KIND_NORMAL"},
         "input": {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "IndvcmxkIg=="}]},
         "workflowExecutionTimeout": "0s", "workflowRunTimeout": "0s", "workflowTaskTimeout": "10s",
         "originalExecutionRunId": "5f2b6f0e-9d5c-4c8e-8f5a-0a6b1c2d3e4f", "identity": "1@host",
         "firstExecutionRunId": "5f2b6f0e-9d5c-4c8e-8f5a-0a6b1c2d3e4f", "attempt": 1,
         "firstWorkflowTaskBackoff": "0s", "workflowId": "greeting"}},
      {"eventId": "2", "eventTime": "2025-09-30T12:00:00Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED",
       "workflowTaskScheduledEventAttributes": {"taskQueue": {"name": "q"}, "startToCloseTimeout": "10s", "attempt": 1}},
      {"eventId": "3", "eventTime": "2025-09-30T12:00:01Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_STARTED",
       "workflowTaskStartedEventAttributes": {"scheduledEventId": "2", "identity": "2@host", "historySizeBytes": "297"}},
      {"eventId": "4", "eventTime": "2025-09-30T12:00:01Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_COMPLETED",
       "workflowTaskCompletedEventAttributes": {"scheduledEventId": "2", "startedEventId": "3", "identity": "2@host",
         "sdkMetadata": {"coreUsedFlags": [1, 2], "sdkName": "temporal-python", "sdkVersion": "1.35.0"}}},
      {"eventId": "5", "eventTime": "2025-09-30T12:00:01Z", "eventType": "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
       "activityTaskScheduledEventAttributes": {"activityId": "1", "activityType": {"name": "compose"},
         "taskQueue": {"name": "q"}, "scheduleToCloseTimeout": "0s", "scheduleToStartTimeout": "0s",
         "startToCloseTimeout": "60s", "heartbeatTimeout": "0s", "workflowTaskCompletedEventId": "4",
         "retryPolicy": {"initialInterval": "1s", "backoffCoefficient": 2, "maximumInterval": "100s"},
         "useWorkflowBuildId": true}},
      {"eventId": "6", "eventTime": "2025-09-30T12:00:01Z", "eventType": "EVENT_TYPE_ACTIVITY_TASK_STARTED",
       "activityTaskStartedEventAttributes": {"scheduledEventId": "5", "identity": "2@host", "attempt": 1}},
      {"eventId": "7", "eventTime": "2025-09-30T12:00:02Z", "eventType": "EVENT_TYPE_ACTIVITY_TASK_COMPLETED",
       "activityTaskCompletedEventAttributes": {"scheduledEventId": "5", "startedEventId": "6", "identity": "2@host",
         "result": {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "ImhlbGxvIg=="}]}}},
      {"eventId": "8", "eventTime": "2025-09-30T12:00:02Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED",
       "workflowTaskScheduledEventAttributes": {"taskQueue": {"name": "sticky", "kind": "TASK_QUEUE_KIND_STICKY"},
         "startToCloseTimeout": "10s", "attempt": 1}},
      {"eventId": "9", "eventTime": "2025-09-30T12:00:02Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_STARTED",
       "workflowTaskStartedEventAttributes": {"scheduledEventId": "8", "identity": "2@host", "historySizeBytes": "800"}},
      {"eventId": "10", "eventTime": "2025-09-30T12:00:02Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_COMPLETED",
       "workflowTaskCompletedEventAttributes": {"scheduledEventId": "8", "startedEventId": "9", "identity": "2@host"}},
      {"eventId": "11", "eventTime": "2025-09-30T12:00:02Z", "eventType": "EVENT_TYPE_TIMER_STARTED",
       "timerStartedEventAttributes": {"timerId": "1", "startToFireTimeout": "60s",
         "workflowTaskCompletedEventId": "10"}},
      {"eventId": "12", "eventTime": "2025-09-30T12:01:02Z", "eventType": "EVENT_TYPE_TIMER_FIRED",
       "timerFiredEventAttributes": {"timerId": "1", "startedEventId": "11"}},
      {"eventId": "13", "eventTime": "2025-09-30T12:01:02Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED",
       "workflowTaskScheduledEventAttributes": {"taskQueue": {"name": "q"}, "startToCloseTimeout": "10s", "attempt": 1}},
      {"eventId": "14", "eventTime": "2025-09-30T12:01:02Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_STARTED",
       "workflowTaskStartedEventAttributes": {"scheduledEventId": "13", "identity": "2@host"}},
      {"eventId": "15", "eventTime": "2025-09-30T12:01:02Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_COMPLETED",
       "workflowTaskCompletedEventAttributes": {"scheduledEventId": "13", "startedEventId": "14"}},
      {"eventId": "16", "eventTime": "2025-09-30T12:01:02Z", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED",
       "workflowExecutionCompletedEventAttributes": {"workflowTaskCompletedEventId": "15",
         "result": {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "ImhlbGxvLCB3b3JsZCI="}]}}}
    ]}
    """
}

actor RouteV1: WorkflowDefinition {
  static var name: String { "Route" }
  static var version: Int { 1 }
  nonisolated let context = WorkflowContext.current
  private var mayGo = false

  static var handlers: WorkflowHandlers<RouteV1> { WorkflowHandlers().signal("go") { route, _ in route.mayGo = true } }

  func run(input: Empty) async throws -> String {
    let plan: String = try await context.executeActivity(
      "plan", options: ActivityOptions(startToCloseTimeout: .seconds(60)))
    try await context.sleep(for: .seconds(10))
    try await context.condition { mayGo }
    return "1 \(plan) \(context.uuid())"
  }
}

actor RouteV2: WorkflowDefinition {
  static var name: String { "Route" }
  static var version: Int { 2 }
  nonisolated let context = WorkflowContext.current
  private var mayGo = false

  static var handlers: WorkflowHandlers<RouteV2> { WorkflowHandlers().signal("go") { route, _ in route.mayGo = true } }

  func run(input: Empty) async throws -> String {
    try await context.condition { mayGo }
    let plan: String = try await context.executeActivity(
      "plan", options: ActivityOptions(startToCloseTimeout: .seconds(60)))
    return "2 \(plan) \(context.uuid())"
  }
}

actor Greeting: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input name: String) async throws -> String {
    let greeting: String = try await context.executeActivity(
      "compose", options: ActivityOptions(startToCloseTimeout: .seconds(60)))
    try await context.sleep(for: .seconds(60))
    return "\(greeting), \(name)"
  }
}

actor Farewell: WorkflowDefinition {
  static var name: String { "Greeting" }
  nonisolated let context = WorkflowContext.current
  func run(input name: String) async throws -> String {
    try await context.sleep(for: .seconds(60))
    return "bye, \(name)"
  }
}
