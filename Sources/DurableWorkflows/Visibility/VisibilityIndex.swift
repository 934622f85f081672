/// What lists and counts look at: a row for every run, in packed columns.
///
/// Derived from the journal and never in the way of the engine: whoever owns it applies what the engine hands over. A
/// closed run costs about 60 bytes in columns and tables, and its ids, search attributes and memo as they are; texts
/// that many runs share are stored once. Not `Sendable`: it belongs to one thread at a time.
final class VisibilityIndex {
  /// The times of runs that have not closed.
  static let isOpenTime = Int64.max
  /// The status of rows that hold no run.
  static let noRun: UInt8 = 0

  let keys = VisibilityColumn<UInt64>(filledWith: 0)
  let startTimes = VisibilityColumn<Int64>(filledWith: 0)
  let closeTimes = VisibilityColumn<Int64>(filledWith: VisibilityIndex.isOpenTime)
  let statuses = VisibilityColumn<UInt8>(filledWith: VisibilityIndex.noRun)
  let types = VisibilityColumn<UInt32>(filledWith: 0)
  let queues = VisibilityColumn<UInt32>(filledWith: 0)
  let workflowIDHashes = VisibilityColumn<UInt32>(filledWith: 0)
  let runIDHashes = VisibilityColumn<UInt32>(filledWith: 0)
  private let places = VisibilityColumn<VisibilityArena.Place>(filledWith: 0)
  private var arena = VisibilityArena()

  private(set) var typeNames = VisibilityNames()
  private(set) var queueNames = VisibilityNames()
  private(set) var attributeNames = VisibilityNames()
  private var attributeTypes: [SearchAttributeType] = []
  private let declared: [String: SearchAttributeType]

  private var rowOfKey = VisibilityRowTable()
  /// Rows that were ever used: `0..<rowCount`.
  private(set) var rowCount: UInt32 = 0
  /// The number of runs.
  private(set) var count = 0
  /// Rows that may be used again.
  private var freeRows: [UInt32] = []
  /// Rows without a run that may stand in the orders still.
  private var deadRows: [UInt32] = []
  /// Rows by start, with some that have closed since.
  private(set) var openOrder: [UInt32] = []
  private var closedInOpenOrder = 0
  /// Closed rows by close.
  private(set) var closedOrder: [UInt32] = []
  /// Rows in the order in which they closed, for pages of lists that began before.
  private(set) var closeLog: [UInt32] = []
  /// How many closes are before the log.
  private(set) var closeLogStart: UInt64 = 0
  private var isInBulk = false
  /// Tells this index from others, in page tokens.
  let stamp: UInt64

  private static let longestCloseLog = 1 << 18

  /// - Parameters:
  ///   - declared: the types of search attributes; those of others are learnt from the first run that has them.
  ///   - stamp: tells this index from others.
  init(declared: [String: SearchAttributeType], stamp: UInt64) {
    self.declared = declared.merging(SearchAttributeType.predefined) { declared, _ in declared }
    self.stamp = stamp
  }

  // MARK: Search attributes

  /// The type of a search attribute; `nil` if it is neither declared nor known from a run.
  func type(ofAttribute name: String) -> SearchAttributeType? {
    declared[name] ?? attributeNames.code(name).map { attributeTypes[Int($0)] }
  }

  private func attribute(_ name: String, _ payload: Payload) -> (code: UInt32, type: SearchAttributeType) {
    if let code = attributeNames.code(name) { return (code, attributeTypes[Int(code)]) }
    let type = declared[name] ?? SearchAttributeValue(payload)?.type ?? .keyword
    attributeTypes.append(type)
    return (attributeNames.intern(name), type)
  }

  // MARK: Changes

  func apply(_ change: VisibilityChange) {
    switch change {
    case .put(let record): put(record)
    case .forget(let key, _): forget(key)
    }
  }

  private func put(_ record: VisibilityRecord) {
    let bytes = VisibilityEntry.bytes(of: record, attributes: attribute)
    let row: UInt32
    if let known = rowOfKey[record.key] {
      row = known
      arena.release(places[row])
    } else {
      row = newRow()
      rowOfKey.insert(record.key, row)
      count += 1
      keys[row] = record.key.rawValue
      startTimes[row] = record.startTime.nanosecondsSinceEpoch
      closeTimes[row] = VisibilityIndex.isOpenTime
      types[row] = typeNames.intern(record.workflowType)
      queues[row] = queueNames.intern(record.taskQueue)
      workflowIDHashes[row] = VisibilityIndex.hash(record.workflowID.utf8)
      runIDHashes[row] = VisibilityIndex.hash(record.runID.utf8)
      if record.closeTime == nil { insertOpen(row) }
    }
    places[row] = arena.append(bytes.span)
    let wasOpen = closeTimes[row] == VisibilityIndex.isOpenTime
    statuses[row] = UInt8(record.status.rawValue)
    if let closeTime = record.closeTime, wasOpen {
      closeTimes[row] = closeTime.nanosecondsSinceEpoch
      insertClosed(row)
    }
    if arena.isWasteful { copyArena() }
  }

  private func newRow() -> UInt32 {
    if freeRows.isEmpty, deadRows.count > max(4096, Int(rowCount) / 8) { sweep() }
    if let row = freeRows.popLast() { return row }
    keys.reserve(Int(rowCount))
    for column in [startTimes, closeTimes] { column.reserve(Int(rowCount)) }
    for column in [types, queues, workflowIDHashes, runIDHashes] { column.reserve(Int(rowCount)) }
    statuses.reserve(Int(rowCount))
    places.reserve(Int(rowCount))
    rowCount += 1
    return rowCount - 1
  }

  private func forget(_ key: RunKey) {
    guard let row = rowOfKey[key] else { return }
    rowOfKey.remove(key)
    count -= 1
    if closeTimes[row] == VisibilityIndex.isOpenTime { closedInOpenOrder += 1 }
    statuses[row] = VisibilityIndex.noRun
    arena.release(places[row])
    deadRows.append(row)
    if arena.isWasteful { copyArena() }
  }

  /// Takes rows without a run out of the orders, so that they can be used again.
  private func sweep() {
    openOrder.removeAll { statuses[$0] == VisibilityIndex.noRun || closeTimes[$0] != VisibilityIndex.isOpenTime }
    closedInOpenOrder = 0
    closedOrder.removeAll { statuses[$0] == VisibilityIndex.noRun }
    closeLogStart += UInt64(closeLog.count)
    closeLog = []
    freeRows = deadRows
    deadRows = []
  }

  private func copyArena() {
    let copy = VisibilityArena()
    for row in 0..<rowCount where statuses[row] != VisibilityIndex.noRun {
      places[row] = copy.append(Span(_unsafeBytes: arena.entry(places[row])))
    }
    arena = copy
  }

  // MARK: Orders

  /// Where a row stands among open ones.
  struct OpenPosition: Comparable {
    var start: Int64
    var key: UInt64

    static func < (left: OpenPosition, right: OpenPosition) -> Bool {
      left.start == right.start ? left.key < right.key : left.start < right.start
    }
  }

  /// Where a row stands among closed ones.
  struct ClosedPosition: Comparable {
    var close: Int64
    var open: OpenPosition

    static func < (left: ClosedPosition, right: ClosedPosition) -> Bool {
      left.close == right.close ? left.open < right.open : left.close < right.close
    }
  }

  func openPosition(_ row: UInt32) -> OpenPosition { OpenPosition(start: startTimes[row], key: keys[row]) }

  func closedPosition(_ row: UInt32) -> ClosedPosition {
    ClosedPosition(close: closeTimes[row], open: openPosition(row))
  }

  /// Takes many runs in any order: the orders are made at the end.
  func applyInBulk(_ body: (VisibilityIndex) throws -> Void) rethrows {
    beginBulk()
    defer { endBulk() }
    try body(self)
  }

  func beginBulk() { isInBulk = true }

  func endBulk() {
    isInBulk = false
    openOrder.sort { openPosition($0) < openPosition($1) }
    closedOrder.sort { closedPosition($0) < closedPosition($1) }
  }

  private func insertOpen(_ row: UInt32) {
    if isInBulk { return openOrder.append(row) }
    let position = openPosition(row)
    if let last = openOrder.last, position < openPosition(last) {
      openOrder.insert(row, at: openOrder.firstIndex(notLess: position, openPosition))
    } else {
      openOrder.append(row)
    }
  }

  private func insertClosed(_ row: UInt32) {
    if isInBulk { return closedOrder.append(row) }
    let position = closedPosition(row)
    if let last = closedOrder.last, position < closedPosition(last) {
      closedOrder.insert(row, at: closedOrder.firstIndex(notLess: position, closedPosition))
    } else {
      closedOrder.append(row)
    }
    closedInOpenOrder += 1
    if closedInOpenOrder > max(4096, openOrder.count / 2) {
      openOrder.removeAll { statuses[$0] == VisibilityIndex.noRun || closeTimes[$0] != VisibilityIndex.isOpenTime }
      closedInOpenOrder = 0
    }
    closeLog.append(row)
    if closeLog.count > VisibilityIndex.longestCloseLog {
      let half = closeLog.count / 2
      closeLog.removeFirst(half)
      closeLogStart += UInt64(half)
    }
  }

  // MARK: Rows

  func isOpen(_ row: UInt32) -> Bool { closeTimes[row] == VisibilityIndex.isOpenTime }

  /// The row's entry; valid until the next change.
  @inline(__always)
  func entry(_ row: UInt32) -> UnsafeRawBufferPointer { arena.entry(places[row]) }

  /// FNV-1a.
  static func hash(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return hash
  }

  /// The run of a row.
  func info(_ row: UInt32) throws(RecordCodingError) -> WorkflowExecutionInfo {
    let entry = entry(row)
    var cursor = VisibilityCursor(entry)
    let details = VisibilityEntry.Details(&cursor)
    let (attributes, memo) = try VisibilityEntry.maps(of: entry) { attributeNames[$0] }
    return WorkflowExecutionInfo(
      execution: WorkflowExecution(
        workflowID: String(decoding: details.head.workflowID, as: UTF8.self), runID: details.head.runIDText),
      workflowType: typeNames[types[row]], taskQueue: queueNames[queues[row]],
      startTime: Timestamp(nanosecondsSinceEpoch: startTimes[row]),
      closeTime: isOpen(row) ? nil : Timestamp(nanosecondsSinceEpoch: closeTimes[row]),
      status: WorkflowExecutionStatus(rawValue: Int(statuses[row])) ?? .running,
      historyLength: details.historyLength, historySizeBytes: details.historySizeBytes, memo: memo,
      searchAttributes: attributes)
  }

  /// The bytes that the index has allocated for its rows, without the tables of shared names.
  var memory: Int {
    let columns = keys.capacity * (8 + 8 + 8 + 1 + 4 + 4 + 4 + 4 + 8)
    return columns + arena.size + 4 * (openOrder.capacity + closedOrder.capacity + closeLog.capacity + Int(rowCount))
  }
}

extension [UInt32] {
  /// The first index, in an order from small to large, of a row that does not stand before a position.
  func firstIndex<Position: Comparable>(notLess position: Position, _ of: (UInt32) -> Position) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if of(self[middle]) < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
