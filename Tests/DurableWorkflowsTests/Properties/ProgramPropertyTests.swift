internal import Testing

@testable internal import DurableWorkflows

/// Random programs against a simple model of what they mean.
///
/// `WORKFLOW_PROGRAMS` sets how many there are: 4,000 by default, 100,000 where `CI` is set. A failure prints the seed
/// and the program, shrunk as far as it fails; `WORKFLOW_PROGRAM_SEED` runs only that seed.
@Suite("Random programs")
struct ProgramPropertyTests {
  /// The parts into which the programs are split, so that no test holds a thread for long.
  static let parts = 40

  @Test("the outcome is the model's, in every replay, from every prefix and after every recovery", arguments: 0..<parts)
  func programs(part: Int) throws {
    if let seed = PropertySettings.seed {
      if part == 0 { check(seed: seed) }
      return
    }
    var ambiguous = 0
    let count = max(1, PropertySettings.programs / ProgramPropertyTests.parts)
    for number in 0..<count {
      guard let isAmbiguous = check(seed: UInt64(part * 10_000_000 + number)) else { return }
      if isAmbiguous { ambiguous += 1 }
    }
    #expect(ambiguous * 5 < count || count < 50, "the model has nothing to say about \(ambiguous) of \(count) programs")
  }

  /// - Returns: whether the model has nothing to say; `nil` after a failure.
  @discardableResult
  private func check(seed: UInt64) -> Bool? {
    var draw = ProgramDraw(seed: seed)
    let program = draw.draw()
    var checker = ProgramChecker(seed: seed)
    guard let complaint = checker.complaint(about: program) else { return checker.isAmbiguous }
    let shrunk = program.shrunk { candidate in
      var checker = ProgramChecker(seed: seed)
      return checker.complaint(about: candidate) != nil
    }
    var last = ProgramChecker(seed: seed)
    Issue.record(
      """
      WORKFLOW_PROGRAM_SEED=\(seed): \(last.complaint(about: shrunk) ?? complaint)
      shrunk: \(shrunk)
      """)
    return nil
  }
}

/// Everything that is checked of one program.
struct ProgramChecker {
  let seed: UInt64
  /// Whether the model had nothing to say.
  private(set) var isAmbiguous = false

  init(seed: UInt64) { self.seed = seed }

  /// What is wrong; `nil` if nothing is.
  mutating func complaint(about program: Program) -> String? {
    do {
      return try checked(program)
    } catch {
      return "\(error)"
    }
  }

  private mutating func checked(_ program: Program) throws -> String? {
    let number = PropertySettings.nextNumber()
    let expected = ProgramModel.outcome(of: program)
    isAmbiguous = expected.isAmbiguous

    let driver = try ProgramDriver(program, number: number)
    let outcome = try driver.run()
    if !isAmbiguous, outcome != expected.outcome {
      return "the outcome is \(outcome), and the model says \(expected.outcome)"
    }

    let interrupted = try ProgramDriver(
      program, number: number, .init(interruptions: SeededValues(seed: seed ^ 0x5EED)))
    let again = try interrupted.run()
    if again != outcome { return "interrupted, the outcome is \(again) instead of \(outcome)" }
    if interrupted.runs.map(\.history) != driver.runs.map(\.history) {
      return "interrupted, the history is another one"
    }

    if seed % 8 == 0 { try replayPrefixes(of: program, driver) }
    if seed % 4 == 1 {
      // Many things at once: nothing to compare with, but it must replay.
      let options = ProgramDriver.Options(
        interruptions: SeededValues(seed: seed ^ 0xBA7C), window: Int64(1) << (seed / 4 % 36))
      let crowded = try ProgramDriver(program, number: number, options)
      _ = try crowded.run()
      try replayPrefixes(of: program, crowded)
    }
    return nil
  }

  /// Every history replays from its beginning to every workflow task, and to its end.
  private func replayPrefixes(of program: Program, _ driver: ProgramDriver) throws {
    ProgramTable.shared.insert(program, as: driver.number, countsDraws: true)
    defer { ProgramTable.shared.remove(driver.number) }
    for run in driver.runs {
      var ends = run.history.indices.filter {
        if case .workflowTaskScheduled = run.history[$0].attributes { true } else { false }
      }
      ends.append(run.history.count)
      for end in ends {
        let instance = DrivenRun.makeInstance(run.state)
        defer { instance.abandon() }
        _ = try HistoryReplay.replay(Array(run.history[..<end]), into: instance)
      }
    }
  }
}
