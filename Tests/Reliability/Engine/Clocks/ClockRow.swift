/// Row j: the clock on the wall jumps, stands still and sleeps, while workflows wait for their timers.
struct ClockRow: ReliabilityRow {
  let id = "j"
  let title = "clock jumps"
  let contractLines = [3, 4]

  func run(_ order: RowOrder) async throws -> RowResult {
    var result = RowResult()
    if let only = order.onlyCase.flatMap({ UInt64($0) }) {
      try await one(only, order, &result)
      return result
    }
    for index in 0..<order.size.units(ci: 1000) {
      try await one(order.seed &* 1_000_003 &+ UInt64(index), order, &result)
    }
    try await FakedTime.run(order, &result)
    return result
  }

  private func one(_ seed: UInt64, _ order: RowOrder, _ result: inout RowResult) async throws {
    let schedule = ClockSchedule(seed: seed)
    let (problems, counts) = try await schedule.run()
    result.count("schedules")
    for (name, count) in counts { result.count(name, count) }
    for problem in problems {
      result.fail(
        "seed \(seed): \(problem); \(schedule.events), \(schedule.plans)",
        reproduce: order.command(row: id, onlyCase: "\(seed)"))
    }
  }
}
