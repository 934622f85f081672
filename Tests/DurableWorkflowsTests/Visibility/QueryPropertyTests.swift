@testable internal import DurableWorkflows
internal import Foundation
internal import Testing

/// Queries over random runs, beside a naive reference evaluator.
@Suite struct QueryPropertyTests {
  /// How many queries; the environment variable asks for more.
  static let queries = ProcessInfo.processInfo.environment["VISIBILITY_QUERIES"].flatMap(Int.init) ?? 5_000

  private struct World {
    let index: VisibilityIndex
    var runs: [UInt64: ReferenceRun] = [:]
    private var records: [UInt64: VisibilityRecord] = [:]
    private var nextKey: UInt64 = 1

    init() {
      index = VisibilityIndex(declared: QueryDraw.custom, stamp: 7)
    }

    mutating func start(_ draw: inout QueryDraw, open percent: Int) {
      let (record, run) = draw.run(nextKey, open: percent)
      index.apply(.put(record))
      records[nextKey] = record
      runs[nextKey] = run
      nextKey += 1
    }

    mutating func change(_ draw: inout QueryDraw) {
      guard let key = records.keys.sorted().randomElement(using: &draw.generator), var record = records[key]
      else { return }
      if draw.chance(25) {
        index.apply(.forget(RunKey(rawValue: key)))
        records[key] = nil
        runs[key] = nil
        return
      }
      if record.closeTime == nil, draw.chance(70) {
        record.closeTime = Timestamp(nanosecondsSinceEpoch: draw.time() + 3_000_000_000)
        record.status = .completed
        record.historyLength = 5
        record.historySizeBytes = 300
      } else {
        record.searchAttributes["Customer"] = .searchAttribute(.keyword("order-2"))
      }
      var values = QueryDraw.values(of: record)
      for name in QueryDraw.custom.keys { values[name] = runs[key]?.values[name] }
      if record.searchAttributes["Customer"] == .searchAttribute(.keyword("order-2")) {
        values["Customer"] = .text("order-2")
      }
      index.apply(.put(record))
      records[key] = record
      runs[key]?.values = values
    }

    /// The default order, spelt out.
    func expected(_ condition: ReferenceCondition) -> [UInt64] {
      runs.values.filter { condition.holds($0) == true }.sorted { left, right in
        if left.isOpen != right.isOpen { return left.isOpen }
        let (one, other) = (left.number("CloseTime") ?? 0, right.number("CloseTime") ?? 0)
        if one != other { return one > other }
        let (start, otherStart) = (left.number("StartTime") ?? 0, right.number("StartTime") ?? 0)
        return start == otherStart ? left.key > right.key : start > otherStart
      }.map(\.key)
    }

    /// The keys that a list gives, page by page.
    func listed(_ query: String, pageSize: Int) throws -> [UInt64] {
      let keyOfIDs = Dictionary(grouping: records.values) { "\($0.workflowID)/\($0.runID)/\($0.startTime)" }
      var request = ListWorkflowExecutionsRequest(pageSize: pageSize, query: query)
      var keys: [UInt64] = []
      repeat {
        let page = try index.list(request)
        for info in page.executions {
          let id = "\(info.execution.workflowID)/\(info.execution.runID)/\(info.startTime)"
          let known = (keyOfIDs[id] ?? []).filter {
            $0.closeTime == info.closeTime && $0.searchAttributes == info.searchAttributes && $0.memo == info.memo
              && $0.workflowType == info.workflowType && $0.status == info.status && $0.taskQueue == info.taskQueue
              && $0.historyLength == info.historyLength && $0.historySizeBytes == info.historySizeBytes
          }
          // Runs that are alike in everything are told apart by their place.
          let key = known.map(\.key.rawValue).filter { !keys.contains($0) }.max()
          keys.append(try #require(key, "\(info) is none of the runs"))
        }
        request.nextPageToken = page.nextPageToken
      } while !request.nextPageToken.isEmpty
      return keys
    }
  }

  @Test("lists, counts and orders agree with a naive evaluator", arguments: 0..<10)
  func agree(_ part: Int) throws {
    var draw = QueryDraw(seed: 0x5EED + UInt64(part) &* 7919)
    for round in 0..<max(1, Self.queries / 1000) {
      var world = World()
      for _ in 0..<(10 + draw.generator.below(60)) { world.start(&draw, open: 20 + 20 * (round % 4)) }
      for query in 0..<100 {
        if query % 10 == 9 {
          for _ in 0..<5 { world.change(&draw) }
          world.start(&draw, open: 60)
        }
        let condition = draw.condition(depth: 3)
        let text = draw.text(condition)
        let expected = world.expected(condition)
        let found = try world.listed(text, pageSize: 1 + draw.generator.below(20))
        #expect(found == expected, "seed part \(part), round \(round): \(text)")
        #expect(try world.index.count(CountWorkflowExecutionsRequest(query: text)).count == expected.count, "\(text)")
        if found != expected { return }
        try checkOrder(world, condition, text, &draw)
        try checkGroups(world, condition, text, &draw)
      }
    }
  }

  private func checkOrder(
    _ world: World, _ condition: ReferenceCondition, _ text: String, _ draw: inout QueryDraw
  ) throws {
    let name = draw.pick(["StartTime", "CloseTime", "Amount", "HistoryLength", "ExecutionDuration", "Due"])
    let isDescending = draw.chance(50)
    let expected = world.runs.values.filter { condition.holds($0) == true }.sorted { left, right in
      // What is missing is larger than everything.
      let (one, other) = (left.number(name) ?? .max, right.number(name) ?? .max)
      if one != other { return isDescending ? one > other : one < other }
      return left.key > right.key
    }.map(\.key)
    let found = try world.listed(text + " ORDER BY \(name) \(isDescending ? "DESC" : "ASC")", pageSize: 7)
    #expect(found == expected, "\(text) ORDER BY \(name)")
  }

  private func checkGroups(
    _ world: World, _ condition: ReferenceCondition, _ text: String, _ draw: inout QueryDraw
  ) throws {
    let name = draw.pick(["ExecutionStatus", "WorkflowType", "TaskQueue", "Customer", "Amount", "Vip"])
    let response = try world.index.count(CountWorkflowExecutionsRequest(query: "\(text) GROUP BY \(name)"))
    let expected = Dictionary(grouping: world.runs.values.filter { condition.holds($0) == true }) { $0.values[name] }
      .mapValues(\.count)
    var found: [ReferenceValue?: Int] = [:]
    for group in response.groups {
      let payload = try #require(group.values.first)
      let value: ReferenceValue? =
        switch payload.isNull ? nil : SearchAttributeValue(payload) {
        case .keyword(let text)?: .text(text)
        case .int(let number)?: .number(number)
        case .bool(let flag)?: .flag(flag)
        default: nil
        }
      found[value] = group.count
    }
    #expect(found == expected, "\(text) GROUP BY \(name)")
    #expect(response.count == expected.values.reduce(0, +))
  }
}

extension SeededDraw: RandomNumberGenerator {}
