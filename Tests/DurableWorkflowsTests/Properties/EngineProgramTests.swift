internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// Random programs through whole engines, against the same model.
///
/// `WORKFLOW_ENGINE_PROGRAMS` sets how many there are, 200 by default; `WORKFLOW_PROGRAM_SEED` runs only that seed.
@Suite("Random programs in the engine", .timeLimit(.minutes(10)))
struct EngineProgramTests {
  static let parts = 8

  @Test("the outcome is the model's, with restarts and replays", arguments: 0..<parts)
  func programs(part: Int) async throws {
    if let seed = PropertySettings.seed {
      if part == 0 { try await check(seed: seed) }
      return
    }
    let count = max(1, PropertySettings.enginePrograms / EngineProgramTests.parts)
    for number in 0..<count {
      guard try await check(seed: UInt64(part * 10_000_000 + number)) else { return }
    }
  }

  /// - Returns: whether nothing is wrong.
  @discardableResult
  private func check(seed: UInt64) async throws -> Bool {
    var draw = ProgramDraw(seed: seed, .init(hasSlowActivities: false))
    let program = draw.draw()
    guard let complaint = await complaint(about: program, seed: seed) else { return true }
    var smallest = program
    var last = complaint
    var attempts = 0
    shrinking: while true {
      for candidate in smallest.simpler where attempts < 400 {
        attempts += 1
        guard let complaint = await self.complaint(about: candidate, seed: seed) else { continue }
        (smallest, last) = (candidate, complaint)
        continue shrinking
      }
      break
    }
    Issue.record("WORKFLOW_PROGRAM_SEED=\(seed): \(last)\nshrunk: \(smallest)")
    return false
  }

  private func complaint(about program: Program, seed: UInt64) async -> String? {
    let expected = ProgramModel.outcome(of: program)
    if expected.isAmbiguous { return nil }
    do {
      var outcome = try await EngineProgram(program, seed: seed).run()
      // Who is refused leaves no trace, so it looks like who came too late.
      var model = expected.outcome
      for (index, update) in model.updates where update == "refused" { model.updates[index] = "lost" }
      for (index, update) in outcome.updates where update == "refused" { outcome.updates[index] = "lost" }
      return outcome == model ? nil : "the outcome is \(outcome), and the model says \(model)"
    } catch {
      return "\(error)"
    }
  }

  @Test("every crash gives the same outcome", arguments: 0..<20)
  func crashes(seed: UInt64) async throws {
    var draw = ProgramDraw(seed: seed, .init(hasSlowActivities: false, isCrashProof: true))
    let program = draw.draw()
    let expected = ProgramModel.outcome(of: program)
    if expected.isAmbiguous { return }
    let number = PropertySettings.nextNumber()
    ProgramTable.shared.insert(program, as: number, countsDraws: false)
    defer { ProgramTable.shared.remove(number) }
    var options = CrashSimulationOptions()
    options.clockJump = .milliseconds(1) ... .milliseconds(1)
    try await CrashSimulation.run(
      workflows: [ProgramWorkflow.self], activities: { [EngineProgram.stubs] }, seed: seed, options: options,
      drive: { client in
        var options = WorkflowClient.StartOptions()
        options.retryPolicy = program.retry?.policy
        let handle = try await client.start(
          ProgramWorkflow.self, id: ProgramDriver.workflowID, input: ProgramInput(number: number).text,
          options: options)
        if expected.outcome.runs[ProgramDriver.workflowID]?.status == .open { return "" }
        do {
          return try await handle.result()
        } catch let error as WorkflowFailedError {
          return "\(error.status) \(kind(of: error.cause))"
        }
      })
  }
}
