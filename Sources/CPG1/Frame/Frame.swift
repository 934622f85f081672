/// A table in memory, stored by columns: the result of a query or the content of a file.
///
/// A frame is a value. NULL is distinct from the empty string, decimals are exact.
public struct Frame: Sendable {
  /// Names and types of the columns, in order.
  public let columns: [FrameColumn]
  /// The number of rows.
  public let rowCount: Int
  let storage: [ColumnStorage]
  private let positions: [String: Int]

  init(columns: [FrameColumn], rowCount: Int, storage: [ColumnStorage]) {
    self.columns = columns
    self.rowCount = rowCount
    self.storage = storage
    self.positions = Dictionary(
      columns.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// A frame without rows, and by default without columns.
  public init(emptyWith columns: [FrameColumn] = []) {
    self = FrameBuilder(columns: columns).finish()
  }

  /// Creates a frame column by column. Throws when the columns differ in length or a value is not of its column's type.
  public init(_ columns: [(column: FrameColumn, values: [FrameValue])]) throws {
    let rows = columns.first?.values.count ?? 0
    var storage: [ColumnStorage] = []
    for (column, values) in columns {
      guard values.count == rows else {
        throw CPG1Error(
          .invalidData,
          "column '\(column.name)' has \(values.count) values, the first column has \(rows); make them equal"
        )
      }
      var builder = FrameColumnBuilder(column: column)
      for value in values { try builder.append(value) }
      storage.append(builder.finish())
    }
    self.init(columns: columns.map(\.column), rowCount: rows, storage: storage)
  }

  /// The position of a column, by its exact name; nil when there is none.
  public func position(of name: String) -> Int? { positions[name] }

  /// One cell, by row and column position.
  public func value(row: Int, column: Int) -> FrameValue { storage[column].value(row) }

  /// One cell, by row and column name; nil when there is no such column.
  public func value(row: Int, column: String) -> FrameValue? {
    positions[column].map { storage[$0].value(row) }
  }

  /// The cells of a row in column order.
  public func row(_ row: Int) -> [FrameValue] { storage.map { $0.value(row) } }

  /// Whether a cell is NULL.
  public func isNull(row: Int, column: Int) -> Bool { storage[column].isNull(row) }

  /// How many cells of a column are NULL.
  public func nullCount(column: Int) -> Int { storage[column].nullCount(rows: rowCount) }
}

extension Frame: Equatable {
  /// Same columns, same cells. How the cells are stored does not matter.
  public static func == (left: Frame, right: Frame) -> Bool {
    guard left.columns == right.columns, left.rowCount == right.rowCount else { return false }
    for column in left.columns.indices {
      for row in 0..<left.rowCount
      where left.storage[column].value(row) != right.storage[column].value(row) { return false }
    }
    return true
  }
}
