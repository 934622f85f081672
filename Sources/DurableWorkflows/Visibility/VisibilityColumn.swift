/// Values by row, in chunks: growing copies nothing and wastes at most a chunk.
///
/// Not `Sendable`: it belongs to the index that made it.
final class VisibilityColumn<Value: BitwiseCopyable> {
  private static var shift: Int { 14 }
  private static var chunkSize: Int { 1 << shift }

  private var chunks: [UnsafeMutablePointer<Value>] = []
  private let initial: Value
  /// The rows that there is room for.
  private(set) var capacity = 0

  init(filledWith initial: Value) { self.initial = initial }

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// Makes room for a row.
  func reserve(_ row: Int) {
    while row >= capacity {
      let chunk = UnsafeMutablePointer<Value>.allocate(capacity: VisibilityColumn.chunkSize)
      chunk.initialize(repeating: initial, count: VisibilityColumn.chunkSize)
      chunks.append(chunk)
      capacity += VisibilityColumn.chunkSize
    }
  }

  /// The value of a row that there is room for: the array checks the chunk, the mask stays within it.
  @inline(__always)
  subscript(row: UInt32) -> Value {
    get { chunks[Int(row) >> VisibilityColumn.shift][Int(row) & (VisibilityColumn.chunkSize - 1)] }
    set { chunks[Int(row) >> VisibilityColumn.shift][Int(row) & (VisibilityColumn.chunkSize - 1)] = newValue }
  }
}

/// Rows by the numbers of their runs, which are dense but for what was forgotten.
struct VisibilityRowTable {
  private static let shift: UInt64 = 10
  private static let none = UInt32.max

  private struct Chunk {
    var rows: [UInt32]
    var count = 0

    mutating func set(_ place: Int, _ row: UInt32) {
      if rows[place] == VisibilityRowTable.none, row != VisibilityRowTable.none { count += 1 }
      if rows[place] != VisibilityRowTable.none, row == VisibilityRowTable.none { count -= 1 }
      rows[place] = row
    }
  }

  private var chunks: [UInt64: Chunk] = [:]

  subscript(key: RunKey) -> UInt32? {
    let row = chunks[key.rawValue >> VisibilityRowTable.shift]?.rows[VisibilityRowTable.place(key)]
    return row == VisibilityRowTable.none ? nil : row
  }

  mutating func insert(_ key: RunKey, _ row: UInt32) {
    chunks[
      key.rawValue >> VisibilityRowTable.shift,
      default: Chunk(rows: Array(repeating: VisibilityRowTable.none, count: 1 << VisibilityRowTable.shift))
    ].set(VisibilityRowTable.place(key), row)
  }

  mutating func remove(_ key: RunKey) {
    let chunk = key.rawValue >> VisibilityRowTable.shift
    chunks[chunk]?.set(VisibilityRowTable.place(key), VisibilityRowTable.none)
    if chunks[chunk]?.count == 0 { chunks[chunk] = nil }
  }

  private static func place(_ key: RunKey) -> Int { Int(key.rawValue & ((1 << shift) - 1)) }
}

/// Numbers for names that many runs share.
struct VisibilityNames {
  private(set) var names: [String] = []
  private var codes: [String: UInt32] = [:]

  func code(_ name: String) -> UInt32? { codes[name] }

  mutating func intern(_ name: String) -> UInt32 {
    if let code = codes[name] { return code }
    let code = UInt32(names.count)
    names.append(name)
    codes[name] = code
    return code
  }

  subscript(code: UInt32) -> String { names[Int(code)] }
}
