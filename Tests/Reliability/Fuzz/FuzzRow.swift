internal import Foundation

/// Row g: every decoder gets inputs that nobody wrote, with checksums that are right.
struct FuzzRow: ReliabilityRow {
  let id = "g"
  let title = "decoders of files, records and texts on hostile input with right checksums"
  let contractLines = [5]

  /// How long continuous integration gives each decoder, in seconds.
  private static let seconds = 10.0

  func run(_ order: RowOrder) async throws -> RowResult {
    if let label = order.onlyCase {
      let parts = label.split(separator: ":")
      guard parts.count == 2, let number = Int(parts[1]) else {
        throw RowError("--case is '\(label)', not NAME:NUMBER")
      }
      return try await run(String(parts[0]), ["--first", String(number), "--count", "1"], order)
    }
    let amount: [String]
    switch order.size {
    case .units(let count): amount = ["--count", String(count)]
    default: amount = ["--seconds", String(Self.seconds * order.size.share)]
    }
    return try await withThrowingTaskGroup(of: RowResult.self) { group in
      var rest = FuzzTargets.names[...]
      var result = RowResult()
      for name in rest.prefix(2) { group.addTask { try await run(name, amount, order) } }
      rest = rest.dropFirst(2)
      while let one = try await group.next() {
        result.add(one)
        if let name = rest.popFirst() { group.addTask { try await run(name, amount, order) } }
      }
      return result
    }
  }

  private func run(_ name: String, _ amount: [String], _ order: RowOrder) async throws -> RowResult {
    var result = RowResult()
    let progress = "\(order.scratch)/\(name).progress"
    let ending = try await ChildProcess.run(
      [ChildProcess.ownPath, "fuzz", name, "--seed", String(order.seed), "--progress", progress] + amount)
    let last = ending.output.split(separator: "\n").last ?? ""
    let numbers = last.split(separator: " ").compactMap { Int($0) }
    if ending.status == 0, !ending.wasKilledBySignal, numbers.count == 2 {
      result.count("inputs", numbers[0])
      result.count("inputs to \(name)", numbers[0])
      result.count("inputs accepted by \(name)", numbers[1])
      return result
    }
    let mark = try Data(contentsOf: URL(fileURLWithPath: progress))
    let number = mark.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let how = ending.wasKilledBySignal ? "is killed by signal \(ending.status)" : "ends with status \(ending.status)"
    result.fail(
      "\(name), input \(number): the process \(how): \(ending.output.suffix(600))",
      reproduce: order.command(row: "g", onlyCase: "\(name):\(number)"))
    return result
  }
}
