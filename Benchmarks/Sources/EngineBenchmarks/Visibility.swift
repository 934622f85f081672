internal import DurableWorkflows
internal import Measuring

/// Lists, counts and pages over many runs, and what the index costs starts.
enum Visibility {
  struct Shape: Encodable {
    var name: String
    var query: String
    var matches: Int
    var listP50Milliseconds: Double
    var listP99Milliseconds: Double
    var countP50Milliseconds: Double
  }

  struct Measured: Encodable {
    var runs: Int
    var open: Int
    var startedPerSecond: Double
    /// From the call of open to the first count's answer.
    var openMilliseconds: Double
    var indexedMilliseconds: Double
    /// All runs by pages of 1,000.
    var pages: Int
    var pageP50Milliseconds: Double
    var pageP99Milliseconds: Double
    var shapes: [Shape]
  }

  struct Compared: Encodable {
    var runs: Int
    var rounds: Int
    var withoutIndexPerSecond: Double
    var withIndexPerSecond: Double
    /// The median over rounds of the share of speed that the index takes, in percent.
    var costPercent: Double
  }

  private static let customers = 1000
  private static let declared: [String: SearchAttributeType] = ["Customer": .keyword, "Amount": .int]

  private static let queries: [(name: String, query: String)] = [
    ("all", ""),
    ("open", "ExecutionStatus = 'Running'"),
    ("by id", "WorkflowId = 'run-4242'"),
    ("by id, no match", "WorkflowId = 'nobody'"),
    ("type and status", "WorkflowType = 'Instant' AND ExecutionStatus = 'Completed'"),
    ("keyword", "Customer = 'customer-17'"),
    ("keyword list", "Customer IN ('customer-17', 'customer-18', 'customer-19')"),
    ("prefix", "WorkflowId STARTS_WITH 'run-99'"),
    ("number range", "Amount BETWEEN 100 AND 110"),
    ("three conditions", "Customer = 'customer-17' AND Amount > 500 AND CloseTime IS NOT NULL"),
    ("either", "Customer = 'customer-17' OR Amount = 3"),
    ("no match", "Amount = -1"),
  ]

  // MARK: Queries

  static func measure(_ directory: String, runs: Int, open: Int) async throws -> Measured {
    var options = benchmarkOptions()
    options.searchAttributes = declared
    let seconds = try await fill(directory, options, runs: runs, open: open)

    let start = ContinuousClock.now
    let engine = try await WorkflowEngine.open(
      directory: directory, workflows: [Instant.self, Parked.self], options: options)
    let opened = (ContinuousClock.now - start).milliseconds
    _ = try await engine.client.frontend.countWorkflowExecutions(namespace: "default", query: "")
    let indexed = (ContinuousClock.now - start).milliseconds

    var shapes: [Shape] = []
    for (name, query) in queries { shapes.append(try await shape(engine, name, query)) }
    for order in ["StartTime DESC", "Amount"] {
      shapes.append(try await shape(engine, "ordered by \(order)", "ExecutionStatus = 'Completed' ORDER BY \(order)"))
    }
    let pages = try await page(engine)
    try await engine.shutdown()
    return Measured(
      runs: runs, open: open, startedPerSecond: Double(runs) / seconds, openMilliseconds: opened,
      indexedMilliseconds: indexed, pages: pages.count, pageP50Milliseconds: median(pages),
      pageP99Milliseconds: percentile(pages, 0.99), shapes: shapes)
  }

  /// Starts the runs; the last ones stay open.
  private static func fill(
    _ directory: String, _ options: WorkflowEngineOptions, runs: Int, open: Int
  ) async throws -> Double {
    let engine = try await WorkflowEngine.open(
      directory: directory, workflows: [Instant.self, Parked.self], options: options)
    let start = ContinuousClock.now
    try await startAll(engine, runs: runs, open: open)
    let seconds = (ContinuousClock.now - start).seconds
    while try await engine.statistics().openRuns > open { try await Task.sleep(for: .milliseconds(20)) }
    try await engine.checkpoint()
    try await engine.shutdown()
    return seconds
  }

  private static func startAll(_ engine: WorkflowEngine, runs: Int, open: Int) async throws {
    let width = min(runs, 1000)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<width {
        group.addTask {
          for number in stride(from: lane, to: runs, by: width) {
            let options = WorkflowClient.StartOptions(searchAttributes: [
              "Customer": .searchAttribute(.keyword("customer-\(number % customers)")),
              "Amount": .searchAttribute(.int(Int64(number * 7919 % 1000))),
            ])
            if number < runs - open {
              _ = try await engine.client.start(Instant.self, id: "run-\(number)", input: number, options: options)
            } else {
              _ = try await engine.client.start(Parked.self, id: "run-\(number)", input: 30, options: options)
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private static func shape(_ engine: WorkflowEngine, _ name: String, _ query: String) async throws -> Shape {
    let frontend = engine.client.frontend
    let condition = query.split(separator: " ORDER BY").first.map(String.init) ?? ""
    var lists: [Double] = []
    var counts: [Double] = []
    var matches = 0
    for _ in 0..<20 {
      let start = ContinuousClock.now
      _ = try await frontend.listWorkflowExecutions(ListWorkflowExecutionsRequest(pageSize: 100, query: query))
      let listed = ContinuousClock.now
      matches = try await frontend.countWorkflowExecutions(namespace: "default", query: condition)
      lists.append((listed - start).milliseconds)
      counts.append((ContinuousClock.now - listed).milliseconds)
    }
    return Shape(
      name: name, query: query, matches: matches, listP50Milliseconds: median(lists),
      listP99Milliseconds: percentile(lists, 0.99), countP50Milliseconds: median(counts))
  }

  private static func page(_ engine: WorkflowEngine) async throws -> [Double] {
    var request = ListWorkflowExecutionsRequest(pageSize: 1000)
    var samples: [Double] = []
    repeat {
      let start = ContinuousClock.now
      let page = try await engine.client.frontend.listWorkflowExecutions(request)
      samples.append((ContinuousClock.now - start).milliseconds)
      request.nextPageToken = page.nextPageToken
    } while !request.nextPageToken.isEmpty
    return samples
  }

  // MARK: Starts

  /// Starts runs with and without the index, by turns.
  static func compare(_ directory: String, runs: Int, rounds: Int) async throws -> Compared {
    var speeds: [Bool: [Double]] = [false: [], true: []]
    var costs: [Double] = []
    for round in 0...rounds {
      var pair: [Bool: Double] = [:]
      for isIndexed in round % 2 == 0 ? [false, true] : [true, false] {
        var options = benchmarkOptions()
        options.searchAttributes = declared
        options.indexesRuns = isIndexed
        let engine = try await WorkflowEngine.open(
          directory: "\(directory)/\(round)-\(isIndexed)", workflows: [Instant.self, Parked.self], options: options)
        let start = ContinuousClock.now
        try await startAll(engine, runs: runs, open: runs)
        pair[isIndexed] = Double(runs) / (ContinuousClock.now - start).seconds
        try await engine.shutdown()
      }
      // The first round warms up.
      guard round > 0, let without = pair[false], let with = pair[true] else { continue }
      speeds[false]?.append(without)
      speeds[true]?.append(with)
      costs.append((1 - with / without) * 100)
    }
    return Compared(
      runs: runs, rounds: rounds, withoutIndexPerSecond: median(speeds[false] ?? []),
      withIndexPerSecond: median(speeds[true] ?? []), costPercent: median(costs))
  }
}

/// Ends at once.
actor Instant: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current

  func run(input number: Int) async throws -> Int { number }
}
