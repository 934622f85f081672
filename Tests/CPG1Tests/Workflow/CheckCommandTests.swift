import CPG1
import DurableWorkflows
import Foundation
import Testing

/// `cpg1-worker check` reads a journal and says which runs would break.
@Suite(.enabled(if: Program.directory != nil, "the programs are not built")) struct CheckCommandTests {
  @Test(.timeLimit(.minutes(1)))
  func theCheckTellsCompatibleFromBrokenAndFromMissing() async throws {
    let sandbox = try Sandbox()
    let worker = Program(path: try #require(Program.directory) + "/cpg1-worker")
    let journal = sandbox.path + "/journal"
    let missing = try await worker.run(["check", journal], in: sandbox)
    #expect(missing.status == 2, "\(missing)")
    #expect(missing.output.contains("cannot be checked"))

    let engine = try await WorkflowEngine.open(directory: journal, workflows: [Other.self])
    let empty = try await worker.run(["check", journal], in: sandbox)
    #expect(empty.status == 0, "\(empty)")
    #expect(empty.output.hasSuffix("none would break\n"))

    _ = try await engine.client.start(Other.self, id: "other")
    let broken = try await worker.run(["check", journal], in: sandbox)
    #expect(broken.status == 1, "\(broken)")
    #expect(broken.output.contains("broken: workflow 'other'"))
    #expect(broken.output.contains("actual:   not registered"))
    try await engine.shutdown()
  }
}

actor Other: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  func run(input: Empty) async throws -> Empty {
    try await context.condition { false }
    return input
  }
}
