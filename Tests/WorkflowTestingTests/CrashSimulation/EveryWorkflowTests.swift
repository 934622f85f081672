internal import Foundation
internal import Testing

/// Every workflow of the package is killed at every durable write by some test, or there is a reason why not.
@Suite("Every workflow is simulated")
struct EveryWorkflowTests {
  /// The types that no simulation can run, with the reasons.
  static let excluded: [String: String] = [
    "Tests/DurableWorkflowsTests/Perilous": "traps, and is killed by it as a real process, in QuarantineTests",
    "Tests/DurableWorkflowsTests/BusyVoyage": "spins until a static variable is set",
    "Tests/DurableWorkflowsTests/Spinner": "spins on the engine's thread until another thread releases it",
    "Tests/DurableWorkflowsTests/Stubborn": "its workflow task fails when it is cancelled, and it never ends otherwise",
    "Tests/DurableWorkflowsTests/RealSleep": "waits for real time, which blocks the run",
    "Tests/DurableWorkflowsTests/RealSleepBesideTimer": "waits for real time, which blocks the run",
    "Tests/DurableWorkflowsTests/Detached": "waits for a detached task, which blocks the run",
    "Tests/DurableWorkflowsTests/DetachedOperation": "calls its context from a detached task, which blocks the run",
    "Tests/DurableWorkflowsTests/MainActorHop": "waits for the main actor, which blocks the run",
    "Tests/DurableWorkflowsTests/WaitsThenAsks": "asks which tasks run its activities; a simulation has its own",
    "Tests/DurableWorkflowsTests/Callback": "waits for a dispatch queue, which blocks the run",
    "Tests/DurableWorkflowsTests/Unstructured": "leaves its executor, which blocks the run",
    "Tests/DurableWorkflowsTests/Unfed": "waits for a stream that nobody feeds, which blocks the run",
    "Tests/GoldenJournals/GoldenWorkflow": "writes the golden journals, which each end in another kind of crash",
    "Tests/Reliability/ClockWorkflow": "killed by row j, with a clock that jumps",
    "Tests/Reliability/LedgerWorkflow": "killed by row c, as a real process",
    "Tests/Reliability/RandomWorkflow": "killed by row f, with a faulty disk",
    "Tests/Reliability/StandbyRun": "killed by row s, as a real process with a standby",
    "Tests/WorkflowConsoleTests/Idle": "its start is never durable",
    "Tests/WorkflowServiceTests/Stumbling": "its first workflow task fails, told by a static variable",
    "Tests/WorkflowTestingTests/Forgetful": "a planted bug, found by a simulation in PlantedBugTests",
    "Tests/WorkflowTestingTests/Hurried": "a planted bug, found by a simulation in PlantedBugTests",
    "Tests/WorkflowTestingTests/Fickle": "a planted bug, found by a simulation in PlantedBugTests",
    "Tests/WorkflowTestingTests/Endless": "a planted bug, found by a simulation in PlantedBugTests",
  ]

  private func sources() throws -> WorkflowSources {
    var package = URL(filePath: #filePath)
    while package.path != "/", !FileManager.default.fileExists(atPath: package.appending(path: "Package.swift").path) {
      package.deleteLastPathComponent()
    }
    return try WorkflowSources(package: package)
  }

  @Test("or there is a reason why not")
  func everyWorkflow() throws {
    let sources = try sources()
    let missing = sources.notSimulated.filter { EveryWorkflowTests.excluded[$0.description] == nil }
    #expect(missing.sorted() == [], "simulate them, or say here why that cannot be")
    #expect(sources.declared.count > 100)
    #expect(sources.declared.contains(.init(folder: "Examples/Quickstart", name: "Greeting")))
    #expect(sources.declared.contains(.init(folder: "Sources/CPG1", name: "Cpg1Workflow")))
  }

  @Test("the list of reasons names only types that there are and that are not simulated")
  func reasons() throws {
    let names = Set(try sources().notSimulated.map(\.description))
    #expect(EveryWorkflowTests.excluded.keys.filter { !names.contains($0) }.sorted() == [])
  }

  @Test("types and simulations are recognised, in all their forms, and texts are not read")
  func reading() {
    let text = """
      actor Plain: WorkflowDefinition {}
      private actor Hidden: Sendable, WorkflowDefinition {}
      @Workflow
      public actor Marked {}
      @Workflow(name: "other", version: 2) actor Named {}
      // actor Comment: WorkflowDefinition {}
      let code = QUOTES
        actor Text: WorkflowDefinition {}
        QUOTES
      func tests() async throws {
        try await simulate([Plain.self, Marked.self], seed: 1) { life in try await life.run(Named.self) }
        try await CrashSimulation.run(
          workflows: [
            Hidden.self
          ], activities: { [] })
      }
      """.replacing("QUOTES", with: String(repeating: "\"", count: 3))
    let sources = WorkflowSources(text: text, target: "Tests/X")
    #expect(sources.declared.map(\.name).sorted() == ["Hidden", "Marked", "Named", "Plain"])
    #expect(sources.simulated.map(\.name).sorted() == ["Hidden", "Marked", "Plain"])
    #expect(sources.notSimulated.map(\.name) == ["Named"])
  }
}
