import DurableWorkflows
import Synchronization
import TestSupport
import Testing
import WorkflowTesting

@testable import CPG1

/// The reconciliation, killed at every durable write.
@Suite struct CrashSimulationTests {
  @Test(.timeLimit(.minutes(5)))
  func theResultIsThatOfTheUndisturbedRun() async throws {
    let sandbox = try Sandbox()
    let real = try await sandbox.reconcile(
      try sandbox.activities(try await sandbox.sqlite()), SampleData.input()
    ) { handle in
      (result: try await handle.result(), history: try await handle.fetchHistory())
    }
    let recorded = try RecordedActivities(real.history)
    let input = try SampleData.input()
    let report = try await CrashSimulation.run(
      workflows: [Cpg1Workflow.self], world: { Evidence() }, activities: { [recorded.container(saving: $0)] },
      drive: { life in
        let result = try await life.client.execute(Cpg1Workflow.self, id: "reconciliation", input: input)
        #expect(result == real.result)
        #expect(life.world.saved == ["bridge_calculations", "bridge_classifications"])
        return result
      })
    #expect(report.workflowTypes == ["Cpg1Workflow"])
    #expect(report.crashPoints > report.durableCalls)
  }

  @Test(.timeLimit(.minutes(1)))
  func aWorkflowThatTheWorkerDoesNotKnowIsSoundByItself() async throws {
    let report = try await CrashSimulation.run(workflows: [Other.self]) { client in
      try await client.start(Other.self, id: "other").execution
    }
    #expect(report.workflowTypes == ["Other"])
  }
}

/// The evidence directory of simulated activities: it survives the process, and saving again changes nothing.
private final class Evidence: Sendable {
  private let types = Mutex<Set<String>>([])

  var saved: Set<String> { types.withLock { $0 } }
  func save(_ type: String) { types.withLock { _ = $0.insert(type) } }
}

/// What the activities of a real reconciliation returned.
private struct RecordedActivities: Sendable {
  /// Activities with the results of the real ones.
  struct Container: ActivityContainer {
    struct Proxy: ActivityProxy {
      init(_ invoker: ActivityInvoker) {}
    }

    let activities: [ActivityDefinition]
  }

  private let results: [String: Payload]

  init(_ history: [HistoryEvent]) throws {
    var names: [Int64: String] = [:]
    var results: [String: Payload] = [:]
    for event in history {
      switch event.attributes {
      case .activityTaskScheduled(let scheduled):
        names[event.id] = Self.key(
          scheduled.activityType,
          Arguments(scheduled.input, converter: JSONPayloadConverter(), subject: scheduled.activityType))
      case .activityTaskCompleted(let scheduledEventID, _, _, let result):
        if let name = names[scheduledEventID] { results[name] = result.first }
      default: break
      }
    }
    self.results = results
  }

  func container(saving evidence: Evidence) -> Container {
    let bridges = [
      "calculate_customer_posting_group_bridge", "calculate_timing_difference_bridge", "categorize_nav_vouchers",
      "calculate_vtc_adjustment", "classify_bridges", "calculate_integration_errors",
      "calculate_business_line_reclass", "calculate_variance",
    ]
    let save = ActivityDefinition("save_evidence") { arguments in
      evidence.save(try arguments.decode(0))
      await Task.yield()
      return try result("save_evidence", arguments, as: EvidenceResult.self)
    }
    return Container(
      activities: bridges.map { define($0, as: BridgeResult.self) } + [
        define("execute_ipe_query", as: ItemResult.self), define("execute_cr_query", as: ItemResult.self),
        define("load_jdash", as: JdashResult.self), save,
      ])
  }

  private func define<Value: Codable & Sendable>(_ name: String, as type: Value.Type) -> ActivityDefinition {
    ActivityDefinition(name) { arguments in
      await Task.yield()
      return try result(name, arguments, as: type)
    }
  }

  private func result<Value: Decodable>(_ name: String, _ arguments: Arguments, as type: Value.Type) throws -> Value {
    guard let payload = results[Self.key(name, arguments)] else {
      throw ApplicationError("'\(Self.key(name, arguments))' was not recorded", isNonRetryable: true)
    }
    return try JSONPayloadConverter().value(of: payload, as: type)
  }

  /// The activity and what it is about: an item, a kind of evidence, or the item of a table.
  private static func key(_ name: String, _ arguments: Arguments) -> String {
    if let text = try? arguments.decode(0, as: String.self) { return "\(name) \(text)" }
    let table = try? arguments.decode(0, as: FrameReference.self)
    return "\(name) \(table?.item ?? "")"
  }
}
