internal import ArgumentParser
internal import Foundation

/// Runs rows and merges what they found into a file.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs one or more rows and merges the results into reliability.json.")

  @Option(name: .customLong("row"), help: "The letter of a row; may be repeated.")
  var rows: [String] = []

  @Flag(name: .customLong("all"), help: "All rows that have a bounded number of units.")
  var isAll = false

  @Option(
    help: "ci, tenfold, a part of ci such as 0.25, or a number of the row's units.",
    transform: { argument in
      guard let size = RunSize(argument: argument) else {
        throw ValidationError(
          "--size is '\(argument)'; it must be ci, tenfold, a part of ci between 0 and 1, or a number from 1.")
      }
      return size
    })
  var size: RunSize = .ci

  @Option(help: "What every choice is drawn from.")
  var seed: UInt64 = 1

  @Option(help: "How long a row that runs by time goes on.")
  var minutes: Double?

  @Option(help: "How many minutes all rows may take: each does as large a part of ci as that allows.")
  var budget: Double?

  @Option(help: "How many rows run at once, each in a process of its own; those that take longest begin first.")
  var jobs = 1

  @Option(help: "The file with earlier runs at the size ci, which tell how long rows take.")
  var plan = "Tests/Reliability/reliability.json"

  @Option(name: .customLong("case"), help: "One case alone, from the reproducing command of a failure.")
  var onlyCase: String?

  @Option(name: .customLong("out"), help: "The file that the results are merged into.")
  var output = "reliability.json"

  func validate() throws {
    if rows.isEmpty && !isAll { throw ValidationError("Name rows with --row, or give --all.") }
    if jobs < 1 { throw ValidationError("--jobs is \(jobs); it must be 1 or more.") }
    if jobs > 1, onlyCase != nil { throw ValidationError("--case is of one row; it runs without --jobs.") }
    if let budget, budget <= 0 { throw ValidationError("--budget is \(budget) minutes; it must be more than 0.") }
    for id in rows where !Rows.all.contains(where: { $0.id == id }) {
      throw ValidationError("There is no row '\(id)'. 'reliability list' shows all.")
    }
  }

  func run() async throws {
    let commit = await SourceCommit.current()
    let report = try ReliabilityReport.read(plan)
    var chosen = Rows.all.filter { rows.contains($0.id) || (isAll && !$0.isEndless) }
    if jobs > 1 {
      let costs = Dictionary(uniqueKeysWithValues: chosen.map { ($0.id, RunBudget.cost(of: $0.id, report)) })
      chosen.sort { costs[$0.id, default: 0] > costs[$1.id, default: 0] }
    }
    var budget = budget.map { RunBudget(minutes: $0, jobs: jobs, rows: chosen.map(\.id), report: report) }
    let clock = ContinuousClock()
    let start = clock.now
    var waiting = chosen[...]
    let isPassed = try await withThrowingTaskGroup(of: ReliabilityReport.Row.self) { group in
      func begin() {
        guard let row = waiting.popFirst() else { return }
        let size = budget?.begin(row.id, at: (clock.now - start) / .seconds(1)) ?? size
        group.addTask {
          jobs > 1
            ? try await runApart(row, size: size, commit: commit) : try await run(row, size: size, commit: commit)
        }
      }
      for _ in 0..<jobs { begin() }
      var isPassed = true
      while let entry = try await group.next() {
        budget?.end(entry.id, at: (clock.now - start) / .seconds(1))
        isPassed = isPassed && entry.failures.isEmpty
        // Read again each time: another process may have added its rows meanwhile.
        var report = try ReliabilityReport.read(output)
        report.merge(entry)
        try report.write(output)
        begin()
      }
      return isPassed
    }
    guard isPassed else { throw ExitCode(1) }
  }

  /// Runs a row in a process of its own, which nothing of another row can reach.
  private func runApart(
    _ row: any ReliabilityRow, size: RunSize, commit: String
  ) async throws -> ReliabilityReport.Row {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("row-\(UUID().uuidString).json").path
    var command = [ChildProcess.ownPath, "run", "--row", row.id, "--size", "\(size)"]
    command += ["--seed", "\(seed)", "--out", file]
    if let minutes { command += ["--minutes", "\(minutes)"] }
    let clock = ContinuousClock()
    let start = clock.now
    let ending = try await ChildProcess.run(command)
    say(ending.output.trimmingCharacters(in: .newlines))
    if let entry = try ReliabilityReport.read(file).rows[row.id] {
      try FileManager.default.removeItem(atPath: file)
      return entry
    }
    var result = RowResult()
    let way = ending.wasKilledBySignal ? "by signal" : "with status"
    result.fail(
      "The row's process ended \(way) \(ending.status) before it had a result.",
      reproduce: "Tests/reliability run --row \(row.id) --size \(size) --seed \(seed)")
    say(Self.summary(of: result, seconds: (clock.now - start) / .seconds(1)))
    return entry(row, result, size: size, seconds: (clock.now - start) / .seconds(1), commit: commit)
  }

  private func run(
    _ row: any ReliabilityRow, size: RunSize, commit: String
  ) async throws -> ReliabilityReport.Row {
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("reliability-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer {
      do {
        try FileManager.default.removeItem(at: scratch)
      } catch {
        say("The row's files stay in \(scratch.path): \(error)")
      }
    }
    let order = RowOrder(size: size, seed: seed, minutes: minutes, onlyCase: onlyCase, scratch: scratch.path)
    say("row \(row.id): \(row.title), size \(size), seed \(seed)")
    let clock = ContinuousClock()
    let start = clock.now
    var result: RowResult
    do {
      result = try await row.run(order)
    } catch {
      result = RowResult()
      result.fail("The row ended with an error: \(error)", reproduce: order.command(row: row.id, onlyCase: onlyCase))
    }
    let seconds = (clock.now - start) / .seconds(1)
    say(Self.summary(of: result, seconds: seconds))
    return entry(row, result, size: size, seconds: seconds, commit: commit)
  }

  private func entry(
    _ row: any ReliabilityRow, _ result: RowResult, size: RunSize, seconds: Double, commit: String
  ) -> ReliabilityReport.Row {
    ReliabilityReport.Row(
      id: row.id, title: row.title, contractLines: row.contractLines, commit: commit,
      date: ISO8601DateFormatter().string(from: Date()), machine: .current, size: size.description, seed: seed,
      seconds: (seconds * 10).rounded() / 10, counts: result.counts, figures: result.figures,
      failures: result.failures, skipped: result.skipped)
  }

  private static func summary(of result: RowResult, seconds: Double) -> String {
    var lines: [String] = []
    for (name, count) in result.counts.sorted(by: { $0.key < $1.key }) { lines.append("  \(name): \(count)") }
    for (name, value) in result.figures.sorted(by: { $0.key < $1.key }) { lines.append("  \(name): \(value)") }
    for reason in result.skipped { lines.append("  skipped: \(reason)") }
    for failure in result.failures {
      lines.append("  FAILED: \(failure.message)")
      lines.append("    again: \(failure.reproduce)")
    }
    lines.append("  \(result.isPassed ? "passed" : "failed") in \((seconds * 10).rounded() / 10) s")
    return lines.joined(separator: "\n")
  }
}

/// Shows the rows.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Shows the rows.")

  func run() {
    for row in Rows.all {
      print("\(row.id)  \(row.title) (contract: \(row.contractLines.map(String.init).joined(separator: ", ")))")
    }
  }
}

/// Prints a line at once, also when the output is a file.
func say(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
