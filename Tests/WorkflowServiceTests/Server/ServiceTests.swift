import DurableWorkflows
import GRPCCore
import SwiftProtobuf
import Testing
import WorkflowServiceProtos

@testable import WorkflowService

@Suite("The service", .timeLimit(.minutes(1)))
struct ServiceTests {
  @Test("A start with every policy reaches the engine")
  func policies() async throws {
    let cases: [(Int, Int, WorkflowIDReusePolicy, WorkflowIDConflictPolicy)] = [
      (0, 0, .allowDuplicate, .fail), (1, 1, .allowDuplicate, .fail), (2, 2, .allowDuplicateFailedOnly, .useExisting),
      (3, 3, .rejectDuplicate, .terminateExisting), (4, 0, .allowDuplicate, .terminateExisting),
    ]
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      for (reuse, conflict, _, _) in cases {
        _ = try await service.startWorkflowExecution(
          .with {
            $0.namespace = "default"
            $0.workflowID = "w"
            $0.workflowType.name = "T"
            $0.taskQueue.name = "q"
            $0.workflowIDReusePolicy = .init(rawValue: reuse) ?? .unspecified
            $0.workflowIDConflictPolicy = .init(rawValue: conflict) ?? .unspecified
          })
      }
    }
    let seen = frontend.requests.compactMap { if case .start(let request) = $0 { request } else { nil } }
    #expect(seen.map(\.idReusePolicy) == cases.map(\.2))
    #expect(seen.map(\.idConflictPolicy) == cases.map(\.3))
  }

  @Test("The chain that is meant travels with cancellations, terminations and updates")
  func firstRun() async throws {
    let frontend = ScriptedFrontend()
    try await withStub(of: frontend) { service in
      _ = try await service.requestCancelWorkflowExecution(
        .with {
          $0.namespace = "default"
          $0.workflowExecution.workflowID = "w"
          $0.firstExecutionRunID = Sample.runID
        })
      _ = try await service.terminateWorkflowExecution(
        .with {
          $0.namespace = "default"
          $0.workflowExecution = .init(Sample.execution)
          $0.firstExecutionRunID = Sample.otherRunID
        })
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.terminateWorkflowExecution(
          .with {
            $0.namespace = "default"
            $0.workflowExecution.workflowID = "w"
            $0.firstExecutionRunID = "not a run id"
          })
      }
      #expect(error?.code == .invalidArgument)
    }
    var cancel = RequestCancelWorkflowExecutionRequest(execution: WorkflowExecution(workflowID: "w"))
    cancel.firstExecutionRunID = Sample.runID
    var terminate = TerminateWorkflowExecutionRequest(execution: Sample.execution)
    terminate.firstExecutionRunID = Sample.otherRunID
    #expect(frontend.requests == [.requestCancel(cancel), .terminate(terminate)])
  }

  @Test("Groups of counts are told as the engine gives them")
  func groupBy() async throws {
    let groups = [("Running", 3), ("Failed", 2)].map {
      CountWorkflowExecutionsResponse.Group(values: [.searchAttribute(.keyword($0.0))], count: $0.1)
    }
    let frontend = ScriptedFrontend { script in
      script.count = { _ in CountWorkflowExecutionsResponse(count: 5, groups: groups) }
    }
    try await withStub(of: frontend) { service in
      let answer = try await service.countWorkflowExecutions(
        .with {
          $0.namespace = "default"
          $0.query = "GROUP BY ExecutionStatus"
        })
      #expect(answer.count == 5)
      #expect(answer.groups.map(\.count) == [3, 2])
      #expect(
        answer.groups.map { String(decoding: $0.groupValues[0].data, as: UTF8.self) } == [#""Running""#, #""Failed""#])
      #expect(answer.groups.allSatisfy { $0.groupValues[0].metadata["type"] == .init("Keyword".utf8) })
    }
    #expect(frontend.requests == [.count("GROUP BY ExecutionStatus")])
  }

  @Test("A grouping that is not offered is the engine's to refuse")
  func otherGrouping() async throws {
    let frontend = ScriptedFrontend {
      $0.count = { query in throw WorkflowServiceError(.invalidArgument, "invalid query: \(query)") }
    }
    try await withStub(of: frontend) { service in
      let error = await #expect(throws: RPCError.self) {
        _ = try await service.countWorkflowExecutions(
          .with {
            $0.namespace = "default"
            $0.query = "GROUP BY WorkflowType"
          })
      }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test("What clients read unchecked is always there")
  func neverNil() async throws {
    try await withStub(of: ScriptedFrontend()) { service in
      let system = try await service.getSystemInfo(.init())
      #expect(system.hasCapabilities)
      let queue = try await service.describeTaskQueue(
        .with {
          $0.namespace = "default"
          $0.taskQueue.name = "q"
        })
      #expect(queue.hasTaskQueueStatus)
      #expect(queue.taskQueueStatus.hasTaskIDBlock)
      #expect(queue.pollers.map(\.identity) == ["42@host"])
      let enhanced = try await service.describeTaskQueue(
        .with {
          $0.namespace = "default"
          $0.taskQueue.name = "q"
          $0.apiMode = .enhanced
          $0.reportPollers = true
          $0.reportStats = true
        })
      #expect(enhanced.versionsInfo[""]?.typesInfo[1]?.stats.approximateBacklogCount == 2)
      #expect(enhanced.versionsInfo[""]?.typesInfo[2]?.stats.approximateBacklogAge.seconds == 90)
      #expect(enhanced.versionsInfo[""]?.typesInfo.keys.sorted() == [1, 2])
      #expect(enhanced.versionsInfo[""]?.typesInfo[1]?.pollers.count == 1)
      let cluster = try await service.getClusterInfo(.init())
      #expect(cluster.serverVersion == "1.29.0")
      #expect(cluster.clusterID == "cluster-1")
    }
  }

  @Test("The one namespace is listed and described, by name and by id")
  func namespaces() async throws {
    try await withStub(of: ScriptedFrontend()) { service in
      let list = try await service.listNamespaces(.init())
      #expect(list.namespaces.map(\.namespaceInfo.name) == ["default"])
      let byName = try await service.describeNamespace(.with { $0.namespace = "default" })
      let byID = try await service.describeNamespace(.with { $0.id = "namespace-1" })
      #expect(byName == byID)
      #expect(byName.config.workflowExecutionRetentionTtl.seconds == 3 * 86_400)
      for request in [Wire.DescribeNamespaceRequest.with { $0.namespace = "x" }, .with { $0.id = "x" }] {
        let error = await #expect(throws: RPCError.self) { _ = try await service.describeNamespace(request) }
        #expect(error?.code == .notFound)
      }
      let nothing = await #expect(throws: RPCError.self) { _ = try await service.describeNamespace(.init()) }
      #expect(nothing?.code == .invalidArgument)
    }
  }
}
