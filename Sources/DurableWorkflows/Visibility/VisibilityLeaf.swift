/// One comparison, prepared for looking at many rows.
struct VisibilityLeaf {
  enum Test {
    case compare(VisibilityComparison, VisibilityValue)
    case isIn([VisibilityValue])
    case startsWith(String)
    case isNull
  }

  private typealias Truth = VisibilityMatcher.Truth

  private enum Plan {
    case constant(UInt8)
    /// A bit for each status that matches.
    case statuses(UInt16)
    /// What is true of each shared name.
    case types([UInt8])
    case queues([UInt8])
    case startTimes(VisibilityNumberTest)
    /// `nil` asks whether there is none.
    case closeTimes(VisibilityNumberTest?)
    case workflowIDs([(hash: UInt32, bytes: [UInt8])])
    case runIDs([(hash: UInt32, text: String)])
    case stored(VisibilityField, VisibilityValueTest)
    /// `nil` code: no run has the attribute.
    case custom(UInt32, VisibilityValueTest)
  }

  private let plan: Plan

  init(_ field: VisibilityField, _ test: Test, _ index: VisibilityIndex) {
    plan = VisibilityLeaf.plan(field, test, index)
  }

  var cost: Int {
    switch plan {
    case .constant: 0
    case .statuses, .types, .queues, .startTimes, .closeTimes: 1
    case .workflowIDs, .runIDs: 2
    case .stored: 20
    case .custom: 30
    }
  }

  private static func plan(_ field: VisibilityField, _ test: Test, _ index: VisibilityIndex) -> Plan {
    guard case .attribute(let attribute) = field else {
      guard let code = index.attributeNames.code(field.name) else {
        if case .isNull = test { return .constant(Truth.yes) }
        return .constant(Truth.unknown)
      }
      return .custom(code, VisibilityValueTest(test, field.kind))
    }
    if attribute == .namespaceDivision {
      if case .isNull = test { return .constant(Truth.yes) }
      return .constant(Truth.unknown)
    }
    switch (attribute, test) {
    case (.workflowID, .isNull), (.runID, .isNull), (.workflowType, .isNull), (.taskQueue, .isNull), (.status, .isNull),
      (.startTime, .isNull), (.executionTime, .isNull), (.rootWorkflowID, .isNull), (.rootRunID, .isNull):
      return .constant(Truth.no)
    case (.status, .compare(_, let value)): return .statuses(VisibilityExpression.bits([value]))
    case (.status, .isIn(let values)): return .statuses(VisibilityExpression.bits(values))
    case (.workflowType, _): return .types(truths(index.typeNames.names, VisibilityValueTest(test, .keyword)))
    case (.taskQueue, _): return .queues(truths(index.queueNames.names, VisibilityValueTest(test, .keyword)))
    case (.startTime, _): return .startTimes(VisibilityNumberTest(test) ?? .isIn([]))
    case (.closeTime, _): return .closeTimes(VisibilityNumberTest(test))
    case (.workflowID, .compare(.equal, .text(let text))): return .workflowIDs([key(text)])
    case (.workflowID, .isIn(let values)): return .workflowIDs(values.texts.map(key))
    case (.runID, .compare(.equal, .text(let text))):
      return .runIDs([(VisibilityIndex.hash(text.utf8), text)])
    case (.runID, .isIn(let values)):
      return .runIDs(values.texts.map { (VisibilityIndex.hash($0.utf8), $0) })
    default: return .stored(field, VisibilityValueTest(test, field.kind))
    }
  }

  private static func key(_ text: String) -> (hash: UInt32, bytes: [UInt8]) {
    (VisibilityIndex.hash(text.utf8), Array(text.utf8))
  }

  private static func truths(_ names: [String], _ test: VisibilityValueTest) -> [UInt8] {
    names.map { name in Array(name.utf8).withUnsafeBytes { test.holds($0) } ? Truth.yes : Truth.no }
  }

  // MARK: Evaluation

  func evaluate(_ rows: [UInt32], _ index: VisibilityIndex) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: rows.count) { truth, count in
      count = rows.count
      fill(truth, rows, index)
    }
  }

  private func fill(_ truth: UnsafeMutableBufferPointer<UInt8>, _ rows: [UInt32], _ index: VisibilityIndex) {
    switch plan {
    case .constant(let value):
      for position in rows.indices { truth[position] = value }
    case .statuses(let bits):
      let column = index.statuses
      for (position, row) in rows.enumerated() { truth[position] = UInt8((bits >> UInt16(column[row])) & 1) }
    case .types(let truths):
      let column = index.types
      for (position, row) in rows.enumerated() { truth[position] = truths[Int(column[row])] }
    case .queues(let truths):
      let column = index.queues
      for (position, row) in rows.enumerated() { truth[position] = truths[Int(column[row])] }
    case .startTimes(let test):
      let column = index.startTimes
      for (position, row) in rows.enumerated() { truth[position] = test.holds(column[row]) ? Truth.yes : Truth.no }
    case .closeTimes(let test):
      let column = index.closeTimes
      for (position, row) in rows.enumerated() {
        let time = column[row]
        let isOpen = time == VisibilityIndex.isOpenTime
        if let test {
          truth[position] = isOpen ? Truth.unknown : test.holds(time) ? Truth.yes : Truth.no
        } else {
          truth[position] = isOpen ? Truth.yes : Truth.no
        }
      }
    case .workflowIDs(let keys):
      let column = index.workflowIDHashes
      for (position, row) in rows.enumerated() {
        let hash = column[row]
        let isOne = keys.contains { $0.hash == hash && VisibilityLeaf.workflowID(row, index).equals($0.bytes) }
        truth[position] = isOne ? Truth.yes : Truth.no
      }
    case .runIDs(let keys):
      let column = index.runIDHashes
      for (position, row) in rows.enumerated() {
        let hash = column[row]
        let isOne = keys.contains { $0.hash == hash && VisibilityLeaf.runID(row, index) == $0.text }
        truth[position] = isOne ? Truth.yes : Truth.no
      }
    case .stored(let field, let test):
      for (position, row) in rows.enumerated() { truth[position] = VisibilityLeaf.stored(field, test, row, index) }
    case .custom(let code, let test):
      for (position, row) in rows.enumerated() {
        guard let bytes = VisibilityEntry.attribute(code, of: index.entry(row)),
          var cursor = VisibilityStoredAttribute(bytes).value
        else {
          truth[position] = test.isNullTest ? Truth.yes : Truth.unknown
          continue
        }
        truth[position] = test.holds(&cursor) ? Truth.yes : Truth.no
      }
    }
  }

  private static func workflowID(_ row: UInt32, _ index: VisibilityIndex) -> UnsafeRawBufferPointer {
    var cursor = VisibilityCursor(index.entry(row))
    return VisibilityEntry.Head(&cursor).workflowID
  }

  private static func runID(_ row: UInt32, _ index: VisibilityIndex) -> String {
    var cursor = VisibilityCursor(index.entry(row))
    return VisibilityEntry.Head(&cursor).runIDText
  }

  private static func stored(
    _ field: VisibilityField, _ test: VisibilityValueTest, _ row: UInt32, _ index: VisibilityIndex
  ) -> UInt8 {
    guard let value = field.storedValue(row, index) else { return test.isNullTest ? Truth.yes : Truth.unknown }
    return test.holds(value) ? Truth.yes : Truth.no
  }
}

extension [VisibilityValue] {
  /// The texts among the values.
  fileprivate var texts: [String] {
    compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
}
