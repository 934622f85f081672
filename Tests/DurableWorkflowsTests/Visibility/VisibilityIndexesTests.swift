@testable internal import DurableWorkflows
internal import Testing

/// The indexes of several namespaces, beside a naive evaluator that knows each namespace alone.
@Suite struct VisibilityIndexesTests {
  private static let namespaces = [NamespaceKey.own, NamespaceKey(name: "north"), NamespaceKey(name: "south")]

  @Test("lists and counts of a namespace are those of its runs alone", arguments: 0..<6)
  func alone(seed: Int) throws {
    var draw = QueryDraw(seed: 0xA11 + UInt64(seed) &* 7919)
    let indexes = VisibilityIndexes(declared: QueryDraw.custom, stamp: 5)
    var runs: [NamespaceKey: [UInt64: (VisibilityRecord, ReferenceRun)]] = [:]
    var nextKey: UInt64 = 1
    func put(_ count: Int, _ draw: inout QueryDraw) {
      for _ in 0..<count {
        var (record, run) = draw.run(nextKey, open: 50)
        record.namespace = draw.pick(Self.namespaces)
        indexes.apply(.put(record))
        runs[record.namespace, default: [:]][nextKey] = (record, run)
        nextKey += 1
      }
    }
    indexes.applyInBulk { _ in put(60, &draw) }
    for round in 0..<60 {
      if round % 6 == 5 {
        put(4, &draw)
        let namespace = draw.pick(Self.namespaces)
        if let key = runs[namespace]?.keys.sorted().randomElement(using: &draw.generator) {
          // Another namespace has nothing to forget.
          for other in Self.namespaces where other != namespace {
            indexes.apply(.forget(RunKey(rawValue: key), namespace: other))
          }
          #expect(indexes[namespace].count == runs[namespace]?.count)
          indexes.apply(.forget(RunKey(rawValue: key), namespace: namespace))
          runs[namespace]?[key] = nil
        }
      }
      let condition = draw.condition(depth: 2)
      let text = draw.text(condition)
      for namespace in Self.namespaces {
        let expected = (runs[namespace] ?? [:]).values.filter { condition.holds($0.1) == true }
        let index = indexes[namespace]
        #expect(try index.count(CountWorkflowExecutionsRequest(query: text)).count == expected.count, "\(text)")
        var found: [String] = []
        var request = ListWorkflowExecutionsRequest(pageSize: 7, query: text)
        repeat {
          let page = try index.list(request)
          found += page.executions.map { "\($0.execution) \($0.startTime) \($0.workflowType)" }
          request.nextPageToken = page.nextPageToken
        } while !request.nextPageToken.isEmpty
        let wanted = expected.map { record, _ in
          "\(WorkflowExecution(workflowID: record.workflowID, runID: record.runID)) \(record.startTime) "
            + record.workflowType
        }
        #expect(found.sorted() == wanted.sorted(), "\(namespace) \(text)")
      }
    }
  }

  @Test("what came in bulk stands in the order of lists, also in an index that began meanwhile")
  func bulk() throws {
    var draw = QueryDraw(seed: 9)
    let indexes = VisibilityIndexes(declared: [:], stamp: 5)
    indexes.applyInBulk { indexes in
      for key in 1...200 as ClosedRange<UInt64> {
        var (record, _) = draw.run(key, open: 100)
        record.namespace = Self.namespaces[Int(key % 3)]
        indexes.apply(.put(record))
      }
    }
    for namespace in Self.namespaces {
      let times = try indexes[namespace].list(ListWorkflowExecutionsRequest()).executions.map(\.startTime)
      #expect(times.count > 60 && times == times.sorted(by: >))
    }
  }
}
