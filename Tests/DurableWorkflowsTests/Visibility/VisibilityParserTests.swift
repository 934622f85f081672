@testable internal import DurableWorkflows
internal import Testing

@Suite struct VisibilityParserTests {
  private static func parse(_ query: String) throws -> VisibilityQuery {
    try VisibilityParser.parse(query) { QueryDraw.custom[$0] }
  }

  @Test(
    "what is wrong, where, and what was expected",
    arguments: [
      ("Colour = 'red'", 1, "'Colour' is not a search attribute"),
      ("WorkflowId 'x'", 12, "expected =, !="),
      ("WorkflowId = x", 14, "expected a quoted text for WorkflowId, found 'x'"),
      ("WorkflowId = ", 14, "found the end of the query"),
      ("WorkflowId = 'x", 14, "has no closing '"),
      ("Amount = 1.5", 10, "expected an integer for Amount"),
      ("Amount = 'one'", 10, "expected an integer for Amount"),
      ("Score > 'high'", 9, "expected a number"),
      ("Vip = 1", 7, "expected true or false"),
      ("Vip < true", 5, "< does not go with Vip, which is a Bool"),
      ("Tags STARTS_WITH 'a'", 6, "STARTS_WITH does not go with Tags, which is a KeywordList"),
      ("Note IN ('a')", 6, "IN does not go with Note, which is a Text"),
      ("StartTime > 'yesterday'", 13, "expected a quoted RFC 3339 time"),
      ("StartTime > '2025-02-30T00:00:00Z'", 13, "expected a quoted RFC 3339 time"),
      ("ExecutionDuration > 'long'", 21, "expected a quoted duration"),
      ("ExecutionStatus = 'Sleeping'", 19, "expected one of 'Running'"),
      ("ExecutionStatus < 'Failed'", 17, "< does not go with ExecutionStatus"),
      ("WorkflowId IN 'x'", 15, "expected '('"),
      ("WorkflowId IN ()", 16, "expected a quoted text"),
      ("WorkflowId IN ('x' 'y')", 20, "expected ',' or ')'"),
      ("(WorkflowId = 'x'", 18, "expected AND, OR or ')'"),
      ("WorkflowId = 'x')", 17, "expected AND, OR, GROUP BY, ORDER BY or the end"),
      ("WorkflowId = 'x' WorkflowId = 'y'", 18, "expected AND, OR"),
      ("WorkflowId = 'x' AND", 21, "expected the name of an attribute"),
      ("StartTime BETWEEN 1 OR 2", 21, "expected AND, found 'OR'"),
      ("WorkflowId NOT = 'x'", 16, "expected IN, BETWEEN or STARTS_WITH"),
      ("CloseTime IS 'x'", 14, "expected NULL"),
      ("ORDER BY Note", 10, "runs cannot be ordered by Note"),
      ("GROUP BY StartTime", 10, "runs cannot be grouped by StartTime"),
      ("ORDER WorkflowId", 7, "expected BY"),
      ("WorkflowId = 'x'; DROP", 17, "';' begins no name"),
      ("WorkflowId ! 'x'", 12, "begins no name"),
    ])
  func errors(_ query: String, _ position: Int, _ message: String) {
    let error = #expect(throws: WorkflowServiceError.self) { try Self.parse(query) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("at character \(position):") == true, "\(error?.message ?? "")")
  }

  @Test("deep nesting and long queries are refused instead of followed")
  func limits() throws {
    for query in [
      String(repeating: "(", count: 200) + "Amount = 1", String(repeating: "NOT ", count: 200) + "Amount = 1",
      String(repeating: " ", count: VisibilityLexer.longestQuery + 1),
    ] {
      #expect(throws: WorkflowServiceError.self) { try Self.parse(query) }
    }
    _ = try Self.parse(String(repeating: "NOT ", count: 90) + "Amount = 1")
    _ = try Self.parse((0..<2000).map { "Amount = \($0)" }.joined(separator: " OR "))
  }

  @Test("AND binds closer than OR, NOT closer than AND; keywords have no case")
  func precedence() throws {
    let plain = try Self.parse("Amount = 1 or not Amount = 2 and Vip = true")
    let same = try Self.parse("(Amount = 1) OR ((NOT (Amount = 2)) AND (Vip = 'true'))")
    let other = try Self.parse("(Amount = 1 OR NOT Amount = 2) AND Vip = true")
    #expect(plain == same && plain != other)
    let spellings = try [("Amount <> 1", "Amount != 1"), ("workflowtype = 'x'", "`WorkflowType` = \"x\"")].map {
      (try Self.parse($0.0), try Self.parse($0.1))
    }
    for (one, other) in spellings { #expect(one == other) }
    let empty = try Self.parse("  ")
    #expect(empty == VisibilityQuery())
    let ordered = try Self.parse("ORDER BY StartTime, CloseTime desc")
    #expect(ordered.order.map(\.isDescending) == [false, true])
  }

  @Test(
    "times with zones and fractions",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2001-09-09T01:46:40Z", 1_000_000_000_000_000_000),
      ("2001-09-09T03:46:40.5+02:00", 1_000_000_000_500_000_000),
      ("2001-09-08 19:46:40-06:00", 1_000_000_000_000_000_000),
      ("1969-12-31T23:59:59.999999999Z", -1), ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
    ] as [(String, Int64)])
  func times(_ text: String, _ nanoseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.nanosecondsSinceEpoch == nanoseconds)
  }

  @Test(
    "what is no time",
    arguments: [
      "", "2025", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:00:00",
      "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00+2:00", "2025-01-01T00:00:00Zx", "9999-01-01T00:00:00Z",
      "１970-01-01T00:00:00Z",
    ])
  func noTimes(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }

  @Test("a time that is written is read again")
  func timesAgain() {
    var draw = SeededDraw(seed: 3)
    for _ in 0..<2000 {
      let time = Timestamp(nanosecondsSinceEpoch: Int64(bitPattern: draw.next()))
      if time.description.hasPrefix("-") { continue }
      #expect(Timestamp(rfc3339: time.description) == time)
    }
  }

  @Test(
    "durations", arguments: [("1h30m", 5400.0), ("01:30:00", 5400), ("1.5s", 1.5), ("-2ms", -0.002), ("1d", 86_400)])
  func durations(_ text: String, _ seconds: Double) {
    #expect(VisibilityField.nanoseconds(ofDuration: text) == Int64(seconds * 1e9))
  }

  @Test("what is no duration", arguments: ["", "-", "1", "1x", "h", "1h 2m", "1:2", "00:61:00", "99999999d"])
  func noDurations(_ text: String) { #expect(VisibilityField.nanoseconds(ofDuration: text) == nil) }
}
