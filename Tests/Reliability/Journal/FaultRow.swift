internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Row d: every call to the file system fails, once or from then on, with every error.
struct FaultRow: ReliabilityRow {
  let id = "d"
  let title = "the n-th call fails, for all n, errors, once and from then on"
  let contractLines = [1, 3, 7, 8]

  /// What goes wrong in a call.
  enum Fault: Hashable, Sendable, CustomStringConvertible {
    case error(String, Int32)
    case short
    /// A write does everything and fails.
    case written

    static let all: [Fault] = [
      .error("EIO", EIO), .error("ENOSPC", ENOSPC), .error("EDQUOT", EDQUOT), .error("EROFS", EROFS),
      .error("EMFILE", EMFILE), .error("EINTR", EINTR), .short,
      .written,
    ]

    var description: String {
      switch self {
      case .error(let name, _): name
      case .short: "short"
      case .written: "written"
      }
    }
  }

  /// One run: this life, with this fault from call `number` on.
  struct Case: Sendable {
    var life: Int
    var seed: UInt64
    var number: Int
    var fault: Fault
    var isSticky: Bool

    var label: String { "\(life):\(seed):\(number):\(fault):\(isSticky ? "sticky" : "once")" }
  }

  /// The lives, of which each begins with an open: rolls and pauses; checkpoints until files are removed; opens.
  static let lives = ["aawararawaao", "arabcaiarwbacibcia", "aokarkboaawkcibkicibacio"]

  func run(_ order: RowOrder) async throws -> RowResult {
    let cases = try await cases(order)
    var result = try await inParallel(64) { part in
      var result = RowResult()
      for index in stride(from: part, to: cases.count, by: 64) { Self.run(cases[index], order, &result) }
      return result
    }
    if order.onlyCase == nil { result.add(try await InjectedFaults(order: order).run()) }
    return result
  }

  private func cases(_ order: RowOrder) async throws -> [Case] {
    let wanted = order.size.units(ci: 6_000)
    var cases: [Case] = []
    var seed = order.seed
    while cases.count < wanted {
      for life in Self.lives.indices {
        for number in 1...Self.callCount(life, seed: seed) {
          for fault in Fault.all {
            for isSticky in [false, true] {
              cases.append(Case(life: life, seed: seed, number: number, fault: fault, isSticky: isSticky))
            }
          }
        }
      }
      seed &+= 1
    }
    if let label = order.onlyCase { return cases.filter { $0.label == label } }
    // A smaller order than one seed has is a sample of it.
    let step = max(1, seed == order.seed + 1 ? cases.count / max(wanted, 1) : 1)
    return cases.enumerated().filter { index, _ in
      var random = SeededRandom(order.seed, part: index)
      return random.oneIn(step)
    }.map(\.element)
  }

  private static func operations(_ life: Int) -> [JournalLife.Operation] {
    lives[life].compactMap { JournalLife.Operation(rawValue: $0) }
  }

  /// The number of calls of a life without faults.
  private static func callCount(_ life: Int, seed: UInt64) -> Int {
    let fileSystem = InMemoryFileSystem()
    JournalLife(on: fileSystem, .tiny, seed: seed).live(operations(life))
    return fileSystem.callCount
  }

  private static func run(_ test: Case, _ order: RowOrder, _ result: inout RowResult) {
    let clock = ContinuousClock()
    let start = clock.now
    let fileSystem = InMemoryFileSystem()
    let (number, isSticky) = (test.number, test.isSticky)
    switch test.fault {
    case .error(_, let errno): fileSystem.failCall(number, errno: errno, sticky: isSticky)
    case .short:
      fileSystem.setFaults { call in
        call.number == number || (isSticky && call.number > number) ? .short(max(1, call.length / 3)) : nil
      }
    case .written:
      fileSystem.setFaults { call in
        guard call.number == number || (isSticky && call.number > number) else { return nil }
        return call.operation == .write ? .tornWrite(errno: EIO, keeping: call.length) : nil
      }
    }
    let life = JournalLife(on: fileSystem, .tiny, seed: test.seed)
    life.live(operations(test.life))
    life.drop()
    var problem = life.violation
    let legal = life.ledger.legal
    for (name, after) in [
      ("a kill", fileSystem.copy()), ("a crash", fileSystem.crash()), ("a late crash", fileSystem.crash(.everything)),
    ] where problem == nil {
      problem = JournalLife.complaint(about: after, .tiny, legal: legal, crash: { $0.crash() })
        .map { "after \(name), \($0)" }
    }
    if clock.now - start > .seconds(5) { problem = problem ?? "it took \(clock.now - start)" }
    result.count("runs")
    result.count("runs with \(test.fault)")
    if life.failures.contains(where: { $0.code == .poisoned }) { result.count("poisoned") }
    if life.failures.contains(where: { $0.code == .full }) { result.count("refused as full") }
    if life.failures.isEmpty { result.count("unharmed") }
    if let problem {
      result.fail(
        "call \(number) fails with \(test.fault), \(isSticky ? "and all later ones" : "once"): \(problem)",
        reproduce: order.command(row: "d", onlyCase: test.label))
    }
  }
}
