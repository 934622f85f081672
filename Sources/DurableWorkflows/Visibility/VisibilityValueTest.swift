/// A comparison with integers.
enum VisibilityNumberTest {
  case range(ClosedRange<Int64>)
  case isIn(Set<Int64>)

  /// `nil` asks whether there is a value.
  init?(_ test: VisibilityLeaf.Test) {
    switch test {
    case .isNull, .startsWith: return nil
    case .isIn(let values):
      self = .isIn(Set(values.compactMap { if case .int(let number) = $0 { number } else { nil } }))
    case .compare(let comparison, .int(let number)):
      switch comparison {
      case .equal: self = .range(number...number)
      case .less: self = number == .min ? .isIn([]) : .range(Int64.min...(number - 1))
      case .lessOrEqual: self = .range(Int64.min...number)
      case .greater: self = number == .max ? .isIn([]) : .range((number + 1)...Int64.max)
      case .greaterOrEqual: self = .range(number...Int64.max)
      }
    case .compare: self = .isIn([])
    }
  }

  @inline(__always)
  func holds(_ number: Int64) -> Bool {
    switch self {
    case .range(let range): range.lowerBound <= number && number <= range.upperBound
    case .isIn(let numbers): numbers.contains(number)
    }
  }
}

/// A comparison with values of any kind, for values that are there.
struct VisibilityValueTest {
  private enum Plan {
    case isNull
    case numbers(VisibilityNumberTest)
    case doubles((Double) -> Bool)
    case bools(Set<Bool>)
    case texts([[UInt8]])
    case textOrder(VisibilityComparison, [UInt8])
    case prefix([UInt8])
    case words(Set<String>)
    case lists([[UInt8]])
  }

  private let plan: Plan
  private let kind: VisibilityField.Kind

  init(_ test: VisibilityLeaf.Test, _ kind: VisibilityField.Kind) {
    self.kind = kind
    plan = VisibilityValueTest.plan(test, kind)
  }

  var isNullTest: Bool { if case .isNull = plan { true } else { false } }

  private static func plan(_ test: VisibilityLeaf.Test, _ kind: VisibilityField.Kind) -> Plan {
    let values: [VisibilityValue]
    var comparison = VisibilityComparison.equal
    switch test {
    case .isNull: return .isNull
    case .startsWith(let prefix): return .prefix(Array(prefix.utf8))
    case .isIn(let list): values = list
    case .compare(let operation, let value):
      comparison = operation
      values = [value]
    }
    let texts = values.compactMap { if case .text(let text) = $0 { text } else { nil } }
    switch kind {
    case .int, .datetime, .duration, .status: return VisibilityNumberTest(test).map(Plan.numbers) ?? .isNull
    case .double:
      let numbers = values.compactMap { if case .double(let number) = $0 { number } else { nil } }
      guard let number = numbers.first else { return .doubles { _ in false } }
      return .doubles(
        comparison == .equal ? { numbers.contains($0) } : { comparison.holds($0, number) })
    case .bool: return .bools(Set(values.compactMap { if case .bool(let flag) = $0 { flag } else { nil } }))
    case .text: return .words(Set(texts.flatMap(VisibilityValueTest.words)))
    case .keywordList: return .lists(texts.map { Array($0.utf8) })
    case .keyword:
      if comparison == .equal { return .texts(texts.map { Array($0.utf8) }) }
      return .textOrder(comparison, Array((texts.first ?? "").utf8))
    }
  }

  /// The words of a text: runs of letters and digits, in lower case.
  static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  // MARK: Values

  func holds(_ value: VisibilityValue) -> Bool {
    switch (plan, value) {
    case (.isNull, _): false
    case (.numbers(let test), .int(let number)): test.holds(number)
    case (_, .text(let text)): Array(text.utf8).withUnsafeBytes { holds($0) }
    default: false
    }
  }

  func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch plan {
    case .texts(let texts): texts.contains { bytes.equals($0) }
    case .textOrder(let comparison, let text):
      switch comparison {
      case .equal: bytes.equals(text)
      case .less: bytes.isLess(than: text)
      case .lessOrEqual: bytes.isLess(than: text) || bytes.equals(text)
      case .greater: !bytes.isLess(than: text) && !bytes.equals(text)
      case .greaterOrEqual: !bytes.isLess(than: text)
      }
    case .prefix(let prefix): bytes.begins(with: prefix)
    case .words(let words):
      VisibilityValueTest.words(of: String(decoding: bytes, as: UTF8.self)).contains(where: words.contains)
    case .isNull, .numbers, .doubles, .bools, .lists: false
    }
  }

  /// A search attribute where it lies.
  @inline(__always)
  func holds(_ cursor: inout VisibilityCursor) -> Bool {
    switch plan {
    case .isNull: return false
    case .numbers(let test): return test.holds(cursor.signed())
    case .doubles(let test): return test(Double(bitPattern: cursor.unsigned()))
    case .bools(let flags): return flags.contains(cursor.byte() != 0)
    case .lists(let texts):
      for _ in 0..<cursor.unsigned() {
        let bytes = cursor.blob()
        if texts.contains(where: { bytes.equals($0) }) { return true }
      }
      return false
    case .texts, .textOrder, .prefix, .words: return holds(cursor.blob())
    }
  }
}

extension VisibilityComparison {
  func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
    switch self {
    case .equal: left == right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

extension VisibilityField {
  /// The value that a run has; `nil` if it has none, and for lists.
  func storedValue(_ row: UInt32, _ index: VisibilityIndex) -> VisibilityValue? {
    let attribute: VisibilityAttribute
    switch self {
    case .custom(_, let type): return customValue(type, row, index)
    case .attribute(let known): attribute = known
    }
    switch attribute {
    case .workflowType: return .text(index.typeNames[index.types[row]])
    case .taskQueue: return .text(index.queueNames[index.queues[row]])
    case .status: return .int(Int64(index.statuses[row]))
    case .startTime: return .int(index.startTimes[row])
    case .closeTime: return index.isOpen(row) ? nil : .int(index.closeTimes[row])
    case .namespaceDivision: return nil
    default: break
    }
    var cursor = VisibilityCursor(index.entry(row))
    let details = VisibilityEntry.Details(&cursor)
    let workflowID = String(decoding: details.head.workflowID, as: UTF8.self)
    let executionTime = details.executionTime ?? index.startTimes[row]
    switch attribute {
    case .workflowID: return .text(workflowID)
    case .runID: return .text(details.head.runIDText)
    case .executionTime: return .int(executionTime)
    case .executionDuration:
      let duration = index.closeTimes[row].subtractingReportingOverflow(executionTime).partialValue
      return index.isOpen(row) ? nil : .int(duration)
    case .historyLength: return index.isOpen(row) ? nil : .int(details.historyLength)
    case .historySizeBytes: return index.isOpen(row) ? nil : .int(details.historySizeBytes)
    case .parentWorkflowID: return details.parent.map { .text($0.workflowID) }
    case .parentRunID: return details.parent.map { .text($0.runID) }
    case .rootWorkflowID: return .text(details.root?.workflowID ?? workflowID)
    case .rootRunID: return .text(details.root?.runID ?? details.head.runIDText)
    default: return nil
    }
  }

  private func customValue(_ type: SearchAttributeType, _ row: UInt32, _ index: VisibilityIndex) -> VisibilityValue? {
    guard let code = index.attributeNames.code(name),
      let bytes = VisibilityEntry.attribute(code, of: index.entry(row)),
      var cursor = VisibilityStoredAttribute(bytes).value
    else { return nil }
    switch type {
    case .keyword, .text: return .text(cursor.text())
    case .int, .datetime: return .int(cursor.signed())
    case .double: return .double(Double(bitPattern: cursor.unsigned()))
    case .bool: return .bool(cursor.byte() != 0)
    case .keywordList: return nil
    }
  }
}
