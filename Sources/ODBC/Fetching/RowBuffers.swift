internal import CUnixODBC

/// The memory that a driver writes an array of rows to.
final class RowBuffers {
  /// How rows come out of the driver without losing the end of a long value.
  enum Mode {
    /// Arrays of rows; the driver can go back to a row of the array and repeat a value that did not fit.
    case repositioned
    /// Arrays of rows; every value fits, by its declared length.
    case bounded
    /// One row at a time; the driver can repeat a bound value that did not fit.
    case repeated
    /// One row at a time; the columns from `firstUnbound` on are not bound but read one by one.
    case streamed(firstUnbound: Int)
  }

  let plans: [ColumnPlan]
  /// Whether the last row was fetched. Fetching again would be an error with some drivers.
  var isAtEnd = false
  let mode: Mode
  /// The number of rows in an array.
  let capacity: Int
  private let sizes: [Int]
  private let offsets: [Int]
  private let memory: UnsafeMutableRawBufferPointer
  private let indicators: UnsafeMutableBufferPointer<SQLLEN>
  private let statuses: UnsafeMutableBufferPointer<SQLUSMALLINT>
  private let fetched: UnsafeMutablePointer<SQLULEN>

  init(plans: [ColumnPlan], getDataExtensions: Int, options: ODBCConnectionOptions) {
    let mode = Self.mode(plans, getDataExtensions: getDataExtensions)
    self.plans = plans
    self.mode = mode
    let sizes = plans.map { plan in
      // A multiple of eight keeps the values of every row aligned.
      let size =
        switch mode {
        case .repositioned, .repeated: plan.preferredSize
        case .bounded, .streamed: plan.boundSize ?? 0
        }
      return plan.transfer.fixedSize ?? (size + 7) & ~7
    }
    let rowSize = max(1, sizes.reduce(0) { $0 + $1 + MemoryLayout<SQLLEN>.size })
    let capacity =
      switch mode {
      case .repositioned, .bounded: Self.capacity(options, rowSize: rowSize)
      case .repeated, .streamed: 1
      }
    var offsets: [Int] = []
    var total = 0
    for size in sizes {
      offsets.append(total)
      total += (size * capacity + 7) & ~7
    }
    self.sizes = sizes
    self.capacity = capacity
    self.offsets = offsets
    self.memory = .allocate(byteCount: max(8, total), alignment: 8)
    self.memory.initializeMemory(as: UInt8.self, repeating: 0)
    self.indicators = .allocate(capacity: max(1, plans.count * capacity))
    self.indicators.initialize(repeating: 0)
    self.statuses = .allocate(capacity: capacity)
    self.statuses.initialize(repeating: 0)
    self.fetched = .allocate(capacity: 1)
    self.fetched.initialize(to: 0)
  }

  deinit {
    self.memory.deallocate()
    self.indicators.deallocate()
    self.statuses.deallocate()
    self.fetched.deallocate()
  }

  private static func mode(_ plans: [ColumnPlan], getDataExtensions: Int) -> Mode {
    let bound = Int(SQL_GD_BOUND)
    let block = Int(SQL_GD_BLOCK)
    if getDataExtensions & (bound | block) == bound | block { return .repositioned }
    if getDataExtensions & bound != 0 { return .repeated }
    if let first = plans.firstIndex(where: { $0.boundSize == nil }) { return .streamed(firstUnbound: first) }
    return .bounded
  }

  /// As many rows as the memory allows, but so that full arrays make a batch: drivers that read a cursor in steps of
  /// the same size then need no small steps in between.
  private static func capacity(_ options: ODBCConnectionOptions, rowSize: Int) -> Int {
    let batchSize = max(1, options.batchSize)
    let most = max(1, min(batchSize, options.bufferSize / rowSize))
    let arrays = (batchSize + most - 1) / most
    return max(1, batchSize / arrays)
  }

  func isBound(_ column: Int) -> Bool {
    if case .streamed(let first) = self.mode { column < first } else { true }
  }

  /// Binds the memory to a statement with an open result.
  func bind(to statement: StatementHandle) throws {
    let raw = try statement.requireRaw("SQLBindCol")
    let set = { (attribute: Int32, value: UnsafeMutableRawPointer?) in
      try statement.check(SQLSetStmtAttr(raw, attribute, value, 0), "SQLSetStmtAttr")
    }
    try set(SQL_ATTR_ROW_BIND_TYPE, UnsafeMutableRawPointer(bitPattern: Int(SQL_BIND_BY_COLUMN)))
    try set(SQL_ATTR_ROW_ARRAY_SIZE, UnsafeMutableRawPointer(bitPattern: self.capacity))
    try set(SQL_ATTR_ROW_STATUS_PTR, UnsafeMutableRawPointer(self.statuses.baseAddress))
    try set(SQL_ATTR_ROWS_FETCHED_PTR, UnsafeMutableRawPointer(self.fetched))
    guard let data = self.memory.baseAddress, let lengths = self.indicators.baseAddress else { return }
    for (index, plan) in self.plans.enumerated() where self.isBound(index) {
      let result = SQLBindCol(
        raw, SQLUSMALLINT(index + 1), SQLSMALLINT(plan.transfer.cType), data + self.offsets[index],
        SQLLEN(self.sizes[index]), lengths + index * self.capacity
      )
      try statement.check(result, "SQLBindCol")
    }
  }

  /// The rows that the last fetch wrote.
  var fetchedCount: Int { min(Int(clamping: self.fetched.pointee), self.capacity) }

  /// Whether the driver could not deliver a row of the last fetch.
  func isRowDamaged(_ row: Int) -> Bool { Int32(self.statuses[row]) == SQL_ROW_ERROR }

  enum Cell {
    case null
    case value(UnsafeRawBufferPointer)
    /// The value is longer than the buffer; its length in bytes, if the driver knows.
    case truncated(length: Int?)
  }

  func cell(row: Int, column: Int) -> Cell {
    let indicator = Int(self.indicators[column * self.capacity + row])
    if indicator == Int(SQL_NULL_DATA) { return .null }
    let size = self.sizes[column]
    let plan = self.plans[column]
    let start = self.offsets[column] + row * size
    let room = UnsafeRawBufferPointer(rebasing: self.memory[start..<(start + size)])
    if plan.transfer.fixedSize != nil { return .value(room) }
    if indicator < 0 { return .truncated(length: nil) }
    if indicator > size - plan.transfer.terminatorSize { return .truncated(length: indicator) }
    return .value(UnsafeRawBufferPointer(rebasing: room[..<indicator]))
  }
}
