extension VisibilityField {
  /// Whether values have an order that queries can ask for.
  var isOrdered: Bool {
    switch kind {
    case .keyword, .int, .double, .datetime, .duration: true
    case .keywordList, .text, .bool, .status: false
    }
  }

  /// Whether runs can be counted by it.
  var isGroupable: Bool {
    switch kind {
    case .keyword, .int, .bool, .status: true
    case .keywordList, .text, .double, .datetime, .duration: false
    }
  }

  var kindName: String {
    switch kind {
    case .keyword: "a Keyword"
    case .keywordList: "a KeywordList"
    case .text: "a Text"
    case .int: "an Int"
    case .double: "a Double"
    case .bool: "a Bool"
    case .datetime: "a Datetime"
    case .status: "a status"
    case .duration: "a duration"
    }
  }

  /// The operators that go with the field.
  var operators: String {
    switch kind {
    case .keyword: "=, !=, <, <=, >, >=, IN, BETWEEN, STARTS_WITH and IS NULL"
    case .int, .double, .datetime, .duration: "=, !=, <, <=, >, >=, IN, BETWEEN and IS NULL"
    case .keywordList, .bool, .status: "=, !=, IN and IS NULL"
    case .text: "=, != and IS NULL"
    }
  }

  /// What a value must look like.
  var valueName: String {
    switch kind {
    case .keyword, .keywordList, .text: "a quoted text"
    case .int: "an integer"
    case .double: "a number"
    case .bool: "true or false"
    case .datetime: "a quoted RFC 3339 time such as '2025-09-30T12:00:00Z', or nanoseconds since 1970"
    case .status:
      "one of 'Running', 'Paused', 'Completed', 'Failed', 'Canceled', 'Terminated', 'ContinuedAsNew', 'TimedOut'"
    case .duration: "a quoted duration such as '1h30m' or '01:30:00', or nanoseconds"
    }
  }

  /// The value that a token stands for; `nil` if it has the wrong type or does not exist.
  func value(of token: VisibilityToken.Kind) -> VisibilityValue? {
    switch (kind, token) {
    case (.keyword, .text(let text)), (.keywordList, .text(let text)), (.text, .text(let text)): .text(text)
    case (.int, .number(let text)): Int64(text).map(VisibilityValue.int)
    case (.double, .number(let text)):
      Double(text).flatMap { $0.isFinite ? VisibilityValue.double($0) : nil }
    case (.bool, .word(let text)), (.bool, .text(let text)):
      switch text.lowercased() {
      case "true": .bool(true)
      case "false": .bool(false)
      default: nil
      }
    case (.datetime, .text(let text)): Timestamp(rfc3339: text).map { .int($0.nanosecondsSinceEpoch) }
    case (.datetime, .number(let text)), (.duration, .number(let text)): Int64(text).map(VisibilityValue.int)
    case (.duration, .text(let text)): VisibilityField.nanoseconds(ofDuration: text).map(VisibilityValue.int)
    case (.status, .text(let text)):
      WorkflowExecutionStatus(name: text).map { .int(Int64($0.rawValue)) }
    case (.status, .number(let text)):
      Int(text).flatMap(WorkflowExecutionStatus.init(rawValue:)).map { .int(Int64($0.rawValue)) }
    default: nil
    }
  }

  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9),
  ]

  /// The nanoseconds of `1h30m` or `01:30:00`.
  static func nanoseconds(ofDuration text: String) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let body = isNegative ? text.dropFirst() : text[...]
    guard let value = clockTime(body) ?? sumOfUnits(body), value < 9e18 else { return nil }
    return Int64(isNegative ? -value : value)
  }

  private static func clockTime(_ text: Substring) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hours = Int32(parts[0]), let minutes = Int32(parts[1]), let seconds = Double(parts[2]),
      hours >= 0, (0..<60).contains(minutes), (0..<60).contains(seconds)
    else { return nil }
    return (Double(hours) * 3600 + Double(minutes) * 60 + seconds) * 1e9
  }

  private static func sumOfUnits(_ text: Substring) -> Double? {
    if text.isEmpty { return nil }
    var rest = text
    var sum = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      guard let number = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isLetter }
      guard let scale = units.first(where: { $0.name == unit })?.nanoseconds else { return nil }
      rest = rest.dropFirst(unit.count)
      sum += number * scale
    }
    return sum
  }
}

extension WorkflowExecutionStatus {
  private static let byName: [String: WorkflowExecutionStatus] = Dictionary(
    uniqueKeysWithValues: (1...8).compactMap(WorkflowExecutionStatus.init(rawValue:)).map {
      ($0.description.lowercased(), $0)
    })

  /// The status of Temporal's name; case does not matter, and neither does the spelling of `Cancelled`.
  init?(name: String) {
    let name = name.lowercased()
    guard let status = WorkflowExecutionStatus.byName[name == "cancelled" ? "canceled" : name] else { return nil }
    self = status
  }
}
