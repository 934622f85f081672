@testable internal import DurableWorkflows
internal import WorkflowJournal

/// Draws runs and queries about them from a seed.
struct QueryDraw {
  var generator: SeededDraw
  /// How names and keywords are written.
  private static let types = ["Checkout", "Refund", "checkout", "Überweisung", "x"]
  private static let queues = ["default", "slow", "gpu"]
  private static let words = ["red", "Green", "blue", "sea", "late", "42"]
  private static let ids = ["order-1", "order-10", "order-2", "a'b", "it\\s", "\"q\"", "zz", "Ω"]
  static let custom: [String: SearchAttributeType] = [
    "Customer": .keyword, "Tags": .keywordList, "Note": .text, "Amount": .int, "Score": .double, "Vip": .bool,
    "Due": .datetime,
  ]
  static let keywords = [
    "WorkflowId", "RunId", "WorkflowType", "TaskQueue", "ParentWorkflowId", "RootWorkflowId", "Customer",
  ]
  static let numbers = ["HistoryLength", "HistorySizeBytes", "Amount"]
  static let times = ["StartTime", "CloseTime", "ExecutionTime", "Due"]
  static let all = keywords + numbers + times + ["Score", "Vip", "Note", "Tags", "ExecutionStatus", "ExecutionDuration"]

  init(seed: UInt64) { generator = SeededDraw(seed: seed) }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[generator.below(values.count)] }
  mutating func chance(_ percent: Int) -> Bool { generator.below(100) < percent }
  mutating func time() -> Int64 { 1_700_000_000_000_000_000 + Int64(generator.below(40)) * 500_000_000 }

  // MARK: Runs

  mutating func run(_ key: UInt64, open percent: Int) -> (VisibilityRecord, ReferenceRun) {
    let isOpen = chance(percent)
    let start = time()
    let hasUUID = chance(70)
    let runID =
      hasUUID ? RunIDs.Bits(high: key &* 0x9E37_79B9_7F4A_7C15, low: key).description : "plain-\(generator.below(6))"
    var record = VisibilityRecord(
      key: RunKey(rawValue: key), workflowID: pick(Self.ids), runID: runID, workflowType: pick(Self.types),
      taskQueue: pick(Self.queues), startTime: Timestamp(nanosecondsSinceEpoch: start),
      executionTime: Timestamp(nanosecondsSinceEpoch: chance(20) ? start + 1_500_000_000 : start),
      closeTime: isOpen ? nil : Timestamp(nanosecondsSinceEpoch: time() + 2_000_000_000),
      status: isOpen
        ? (chance(20) ? .paused : .running) : pick([.completed, .failed, .canceled, .terminated, .timedOut]),
      historyLength: isOpen ? 0 : Int64(generator.below(30)),
      historySizeBytes: isOpen ? 0 : Int64(generator.below(5) * 100), memo: [:], searchAttributes: [:], parent: nil,
      root: nil)
    if chance(30) {
      record.parent = WorkflowExecution(workflowID: pick(Self.ids), runID: "p")
      record.root = WorkflowExecution(workflowID: pick(Self.ids), runID: "r")
    }
    if chance(30) { record.memo = ["m": Payload(encoding: Payload.jsonPlain, data: [0x31])] }
    var values = Self.values(of: record)
    for name in Self.custom.keys.sorted() where chance(60) {
      let value = attribute(Self.custom[name] ?? .keyword)
      record.searchAttributes[name] = payload(value)
      values[name] = Self.reference(value)
    }
    return (record, ReferenceRun(key: key, values: values))
  }

  static func values(of record: VisibilityRecord) -> [String: ReferenceValue] {
    var values: [String: ReferenceValue] = [
      "WorkflowId": .text(record.workflowID), "RunId": .text(record.runID), "WorkflowType": .text(record.workflowType),
      "TaskQueue": .text(record.taskQueue), "ExecutionStatus": .text(record.status.description),
      "StartTime": .number(record.startTime.nanosecondsSinceEpoch),
      "ExecutionTime": .number(record.executionTime.nanosecondsSinceEpoch),
      "RootWorkflowId": .text(record.root?.workflowID ?? record.workflowID),
    ]
    values["ParentWorkflowId"] = record.parent.map { .text($0.workflowID) }
    if let close = record.closeTime {
      values["CloseTime"] = .number(close.nanosecondsSinceEpoch)
      values["ExecutionDuration"] = .number(close.nanosecondsSinceEpoch - record.executionTime.nanosecondsSinceEpoch)
      values["HistoryLength"] = .number(record.historyLength)
      values["HistorySizeBytes"] = .number(record.historySizeBytes)
    }
    return values
  }

  private mutating func attribute(_ type: SearchAttributeType) -> SearchAttributeValue {
    switch type {
    case .keyword: .keyword(pick(Self.ids))
    case .keywordList: .keywordList((0..<generator.below(3)).map { _ in pick(Self.words) })
    case .text: .text((0..<generator.below(4)).map { _ in pick(Self.words) }.joined(separator: pick([" ", "-", ", "])))
    case .int: .int(Int64(generator.below(9)) - 4)
    case .double: .double(Double(generator.below(9)) / 4 - 1)
    case .bool: .bool(chance(50))
    case .datetime: .datetime(Timestamp(nanosecondsSinceEpoch: time()))
    }
  }

  /// With and without the type's name, as clients write it.
  private mutating func payload(_ value: SearchAttributeValue) -> Payload {
    var payload = Payload.searchAttribute(value)
    if chance(30) { payload.metadata[SearchAttributeValue.typeKey] = nil }
    if chance(10) { payload.metadata["note"] = [1] }
    return payload
  }

  private static func reference(_ value: SearchAttributeValue) -> ReferenceValue {
    switch value {
    case .keyword(let text): .text(text)
    case .keywordList(let list): .list(list)
    case .text(let text): .words(text)
    case .int(let number): .number(number)
    case .double(let number): .real(number)
    case .bool(let flag): .flag(flag)
    case .datetime(let time): .number(time.nanosecondsSinceEpoch)
    }
  }

  // MARK: Queries

  mutating func condition(depth: Int) -> ReferenceCondition {
    switch depth > 0 ? generator.below(10) : 9 {
    case 0...2: .and(condition(depth: depth - 1), condition(depth: depth - 1))
    case 3...5: .or(condition(depth: depth - 1), condition(depth: depth - 1))
    case 6: .not(condition(depth: depth - 1))
    default: leaf()
    }
  }

  private mutating func leaf() -> ReferenceCondition {
    let name = pick(Self.all)
    if chance(10) { return .null(name: name, isNegated: chance(50)) }
    let isOrdered = !["Vip", "Note", "Tags", "ExecutionStatus"].contains(name)
    if name != "Note", chance(25) {
      return .oneOf(
        name: name, isNegated: chance(40), (0...generator.below(3)).map { _ in value(of: name) })
    }
    if isOrdered, chance(15) {
      return .between(name: name, isNegated: chance(30), value(of: name), value(of: name))
    }
    if Self.keywords.contains(name), chance(20) {
      let text = pick(Self.ids + Self.types)
      return .startsWith(name: name, isNegated: chance(30), String(text.prefix(generator.below(4))))
    }
    return .comparison(
      name: name, symbol: pick(isOrdered ? ["=", "!=", "<", "<=", ">", ">="] : ["=", "!="]), value(of: name))
  }

  private mutating func value(of name: String) -> ReferenceValue {
    switch name {
    case "ExecutionStatus":
      .text(pick(["Running", "Paused", "Completed", "Failed", "Canceled", "Terminated", "TimedOut", "ContinuedAsNew"]))
    case "WorkflowType": .text(pick(Self.types))
    case "TaskQueue": .text(pick(Self.queues + ["none"]))
    case "Tags": .text(pick(Self.words))
    case "Note": .text((0...generator.below(2)).map { _ in pick(Self.words) }.joined(separator: " "))
    case "Vip": .flag(chance(50))
    case "Score": .real(Double(generator.below(9)) / 4 - 1)
    case "Amount": .number(Int64(generator.below(9)) - 4)
    case "HistoryLength": .number(Int64(generator.below(30)))
    case "HistorySizeBytes": .number(Int64(generator.below(5) * 100))
    case "ExecutionDuration": .number(Int64(generator.below(50)) * 500_000_000 - 5_000_000_000)
    case "RunId":
      .text(
        chance(50) ? "plain-\(generator.below(6))" : RunIDs.Bits(high: 0x9E37_79B9_7F4A_7C15, low: 1).description)
    case _ where Self.times.contains(name): .number(time() + Int64(generator.below(3)) * 1_000_000_000)
    default: .text(pick(Self.ids))
    }
  }

  // MARK: Writing

  /// The query's text, with different spellings, spaces and needless parentheses.
  mutating func text(_ condition: ReferenceCondition) -> String {
    switch condition {
    case .comparison(let name, let symbol, let value):
      "\(self.name(name))\(gap())\(symbol)\(gap())\(literal(value, of: name))"
    case .oneOf(let name, let isNegated, let values):
      "\(self.name(name)) \(isNegated ? keyword("NOT") + " " : "")\(keyword("IN")) ("
        + values.map { literal($0, of: name) }.joined(separator: ", ") + ")"
    case .between(let name, let isNegated, let low, let high):
      "\(self.name(name)) \(isNegated ? keyword("NOT") + " " : "")\(keyword("BETWEEN")) \(literal(low, of: name)) "
        + "\(keyword("AND")) \(literal(high, of: name))"
    case .startsWith(let name, let isNegated, let prefix):
      "\(self.name(name)) \(isNegated ? keyword("NOT") + " " : "")\(keyword("STARTS_WITH")) \(quoted(prefix))"
    case .null(let name, let isNegated):
      "\(self.name(name)) \(keyword("IS")) \(isNegated ? keyword("NOT") + " " : "")\(keyword("NULL"))"
    case .and(let left, let right): "(\(text(left))) \(keyword("AND")) (\(text(right)))"
    case .or(let left, let right): "(\(text(left)))\n\(keyword("OR")) (\(text(right)))"
    case .not(let inner): "\(keyword("NOT")) (\(text(inner)))"
    }
  }

  private mutating func gap() -> String { pick(["", " ", "  "]) }
  private mutating func keyword(_ word: String) -> String { chance(20) ? word.lowercased() : word }
  private mutating func name(_ name: String) -> String { chance(10) ? "`\(name)`" : name }

  private mutating func quoted(_ text: String) -> String {
    let quote: Character = chance(50) ? "'" : "\""
    let isDoubled = chance(50)
    let inner = text.map { character in
      if character == "\\" { return "\\\\" }
      return character == quote ? (isDoubled ? "\(quote)\(quote)" : "\\\(quote)") : String(character)
    }.joined()
    return "\(quote)\(inner)\(quote)"
  }

  private mutating func literal(_ value: ReferenceValue, of name: String) -> String {
    switch value {
    case .text(let text): return quoted(text)
    case .flag(let flag): return flag ? "true" : "false"
    case .real(let number): return "\(number)"
    case .number(let number) where Self.times.contains(name) && chance(70):
      return quoted(Timestamp(nanosecondsSinceEpoch: number).description)
    case .number(let number) where name == "ExecutionDuration" && chance(50): return "'\(Double(number) / 1e9)s'"
    case .number(let number): return "\(number)"
    case .words, .list: return ""
    }
  }
}

/// SplitMix64.
struct SeededDraw {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }
}
