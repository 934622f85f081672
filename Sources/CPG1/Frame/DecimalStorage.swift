/// A decimal column: coefficients on one common scale, 64 bits wide as long as they fit.
struct DecimalStorage: Sendable {
  private(set) var scale = 0
  private var narrow: [Int64] = []
  private var wide: [Int128] = []
  private var isWide = false
  private(set) var nulls = NullMask()

  var count: Int { isWide ? wide.count : narrow.count }

  /// The coefficient of a row on the column's scale; zero for NULL.
  func coefficient(_ row: Int) -> Int128 { isWide ? wide[row] : Int128(narrow[row]) }

  /// The number of a row, nil for NULL.
  func value(_ row: Int) -> ExactDecimal? {
    nulls.isNull(row) ? nil : ExactDecimal(coefficient: coefficient(row), scale: scale)
  }

  mutating func appendNull() {
    nulls.insert(count)
    push(0)
  }

  /// Appends a number. Throws when the column cannot hold it on a scale common with the others within 38 digits.
  mutating func append(_ value: ExactDecimal) throws {
    let value = value.scale > scale ? value.normalized : value
    if value.scale > scale { try raise(to: value.scale) }
    push(try value.rescaled(to: scale))
  }

  private mutating func push(_ coefficient: Int128) {
    if !isWide, let small = Int64(exactly: coefficient) {
      narrow.append(small)
      return
    }
    if !isWide {
      wide = narrow.map { Int128($0) }
      narrow = []
      isWide = true
    }
    wide.append(coefficient)
  }

  private mutating func raise(to newScale: Int) throws {
    let old = self
    scale = newScale
    narrow = []
    wide = []
    isWide = false
    for row in 0..<old.count {
      push(try ExactDecimal(coefficient: old.coefficient(row), scale: old.scale).rescaled(to: newScale))
    }
  }

  mutating func reserve(rows: Int) { narrow.reserveCapacity(rows) }
}
