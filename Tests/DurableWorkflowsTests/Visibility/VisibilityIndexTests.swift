@testable internal import DurableWorkflows
internal import Testing

@Suite struct VisibilityIndexTests {
  private static func record(_ key: UInt64, closed: Int64? = nil, id: String? = nil) -> VisibilityRecord {
    VisibilityRecord(
      key: RunKey(rawValue: key), workflowID: id ?? "run-\(key)",
      runID: RunIDs.Bits(high: key, low: ~key).description, workflowType: "T",
      taskQueue: "q", startTime: Timestamp(nanosecondsSinceEpoch: Int64(key)),
      executionTime: Timestamp(nanosecondsSinceEpoch: Int64(key)),
      closeTime: closed.map { Timestamp(nanosecondsSinceEpoch: $0) }, status: closed == nil ? .running : .completed,
      historyLength: 0, historySizeBytes: 0, memo: [:], searchAttributes: [:])
  }

  private static func keys(_ response: ListWorkflowExecutionsResponse) -> [Int64] {
    response.executions.map(\.startTime.nanosecondsSinceEpoch)
  }

  @Test("runs that start and close while a list is read are neither seen twice nor missed")
  func stable() throws {
    var draw = SeededDraw(seed: 11)
    for _ in 0..<200 {
      let index = VisibilityIndex(declared: [:], stamp: 1)
      var open: Set<UInt64> = []
      var next: UInt64 = 1
      for _ in 0..<(20 + draw.below(60)) {
        let isClosed = draw.below(3) == 0
        index.apply(.put(Self.record(next, closed: isClosed ? Int64(1000 + draw.below(50)) : nil)))
        if !isClosed { open.insert(next) }
        next += 1
      }
      let present = Set((1..<next).map(Int64.init))
      var request = ListWorkflowExecutionsRequest(pageSize: 1 + draw.below(9))
      var seen: [Int64] = []
      repeat {
        let page = try index.list(request)
        seen += Self.keys(page)
        request.nextPageToken = page.nextPageToken
        for _ in 0..<draw.below(6) {
          if draw.below(2) == 0, let key = open.sorted().randomElement(using: &draw) {
            open.remove(key)
            index.apply(.put(Self.record(key, closed: Int64(900 + draw.below(300)))))
          } else {
            index.apply(.put(Self.record(next)))
            open.insert(next)
            next += 1
          }
        }
      } while !request.nextPageToken.isEmpty
      #expect(seen.count == Set(seen).count)
      #expect(Set(seen) == present)
    }
  }

  @Test("a list goes on with another index, as after a restart")
  func anotherIndex() throws {
    func index(_ stamp: UInt64) -> VisibilityIndex {
      let index = VisibilityIndex(declared: [:], stamp: stamp)
      for key in 1...30 as ClosedRange<UInt64> {
        index.apply(.put(Self.record(key, closed: key % 2 == 0 ? Int64(key) : nil)))
      }
      return index
    }
    var request = ListWorkflowExecutionsRequest(pageSize: 7)
    var seen: [Int64] = []
    var stamp: UInt64 = 1
    repeat {
      let page = try index(stamp).list(request)
      stamp += 1
      seen += Self.keys(page)
      request.nextPageToken = page.nextPageToken
    } while !request.nextPageToken.isEmpty
    #expect(seen == [Int64](stride(from: 29, through: 1, by: -2)) + stride(from: 30, through: 2, by: -2))
  }

  @Test("a token is for its query")
  func tokens() throws {
    let index = VisibilityIndex(declared: [:], stamp: 1)
    for key in 1...9 as ClosedRange<UInt64> { index.apply(.put(Self.record(key))) }
    let page = try index.list(ListWorkflowExecutionsRequest(pageSize: 2, query: "WorkflowType = 'T'"))
    for (token, query) in [
      (page.nextPageToken, ""), (page.nextPageToken + [0], "WorkflowType = 'T'"),
      (Array(page.nextPageToken.dropLast()), "WorkflowType = 'T'"), ([9], "WorkflowType = 'T'"),
    ] {
      #expect(throws: WorkflowServiceError.self) {
        try index.list(ListWorkflowExecutionsRequest(nextPageToken: token, query: query))
      }
    }
  }

  @Test("rows and bytes of forgotten runs are used again")
  func reuse() throws {
    let index = VisibilityIndex(declared: [:], stamp: 1)
    let id = String(repeating: "x", count: 300)
    var key: UInt64 = 1
    for round in 0..<40 {
      for _ in 0..<5000 {
        index.apply(.put(Self.record(key, id: id + "\(key)")))
        index.apply(.put(Self.record(key, closed: Int64(key), id: id + "\(key)")))
        if key > 10_000 { index.apply(.forget(RunKey(rawValue: key - 10_000))) }
        key += 1
      }
      if round > 3 { #expect(index.count == 10_000) }
    }
    #expect(index.rowCount < 30_000)
    #expect(index.memory < 64 << 20)
    let page = try index.list(ListWorkflowExecutionsRequest(pageSize: 3))
    #expect(Self.keys(page) == [Int64(key) - 1, Int64(key) - 2, Int64(key) - 3])
    #expect(try index.count(CountWorkflowExecutionsRequest(query: "WorkflowId = '\(id)\(key - 1)'")).count == 1)
    #expect(try index.count(CountWorkflowExecutionsRequest(query: "WorkflowId = '\(id)1'")).count == 0)
  }

  @Test("a closed run costs about 110 bytes beside its workflow id")
  func memory() {
    let index = VisibilityIndex(declared: [:], stamp: 1)
    let runs: UInt64 = 200_000
    index.applyInBulk { index in
      for key in 1...runs { index.apply(.put(Self.record(key, closed: Int64(key), id: "order-\(1_000_000 + key)"))) }
    }
    #expect(index.memory / Int(runs) < 130)
  }

  @Test("what has no value is unknown, and so is its opposite; texts are searched by words, lists by elements")
  func values() throws {
    let index = VisibilityIndex(declared: ["Limit": .double], stamp: 1)
    var full = Self.record(1)
    full.searchAttributes = [
      "Customer": .searchAttribute(.keyword("acme")), "Tags": .searchAttribute(.keywordList(["a", "b"])),
      "Note": .searchAttribute(.text("Parcel damaged, refund-asked")), "Amount": .searchAttribute(.int(5)),
    ]
    full.memo = ["note": Payload(encoding: Payload.jsonPlain, data: Array("\"m\"".utf8))]
    index.apply(.put(full))
    index.apply(.put(Self.record(2)))
    func count(_ query: String) throws -> Int { try index.count(CountWorkflowExecutionsRequest(query: query)).count }
    for (query, expected) in [
      ("Customer = 'acme'", 1), ("Customer != 'acme'", 0), ("NOT Customer = 'acme'", 0), ("Customer IS NULL", 1),
      ("Customer != 'other'", 1), ("Customer = 'acme' OR Amount IS NULL", 2), ("Tags = 'b'", 1), ("Tags != 'b'", 0),
      ("Tags IN ('x', 'a')", 1), ("Tags NOT IN ('x')", 1), ("Note = 'DAMAGED'", 1), ("Note = 'nothing refund'", 1),
      ("Note = 'dam'", 0), ("Note = ''", 0), ("Limit > 1.5", 0), ("Limit IS NULL", 2), ("CloseTime IS NULL", 2),
      ("CloseTime > 0", 0), ("NOT CloseTime > 0", 0), ("TemporalNamespaceDivision = 'TemporalScheduler'", 0),
    ] as [(String, Int)] { #expect(try count(query) == expected, "\(query)") }
    let info = try #require(try index.list(ListWorkflowExecutionsRequest(query: "Amount = 5")).executions.first)
    #expect(info.memo == full.memo)
    #expect(info.searchAttributes == full.searchAttributes)
    #expect(throws: WorkflowServiceError.self) { try count("Never = 1") }
  }

  @Test("a value that is not of its attribute's type is shown, and searched as if it were missing")
  func foreign() throws {
    let index = VisibilityIndex(declared: ["Amount": .int], stamp: 1)
    var record = Self.record(1)
    record.searchAttributes = ["Amount": .searchAttribute(.keyword("many"))]
    index.apply(.put(record))
    #expect(try index.count(CountWorkflowExecutionsRequest(query: "Amount IS NULL")).count == 1)
    let info = try #require(try index.list(ListWorkflowExecutionsRequest()).executions.first)
    #expect(info.searchAttributes == record.searchAttributes)
  }
}
