/// Builds a frame row by row, for example from the cursor of a database driver.
public struct FrameBuilder: Sendable {
  /// Names and types of the columns.
  public let columns: [FrameColumn]
  /// How many rows there are so far.
  public private(set) var rowCount = 0
  private var builders: [FrameColumnBuilder]

  /// A builder for these columns.
  public init(columns: [FrameColumn], expectedRows: Int = 0) {
    self.columns = columns
    self.builders = columns.map { FrameColumnBuilder(column: $0, expectedRows: expectedRows) }
  }

  /// Appends a row, one value per column. Throws ``CPG1Error/Code/invalidData`` when the number of values is wrong
  /// or a value cannot be held by its column without loss.
  public mutating func append(_ row: [FrameValue]) throws {
    guard row.count == builders.count else {
      throw CPG1Error(
        .invalidData,
        "row \(rowCount) has \(row.count) values, the frame has \(builders.count) columns"
      )
    }
    for index in builders.indices { try builders[index].append(row[index]) }
    rowCount += 1
  }

  /// The finished frame.
  public consuming func finish() -> Frame {
    Frame(columns: columns, rowCount: rowCount, storage: builders.map { $0.finish() })
  }

  /// Appends the UTF-8 text of one cell; the caller ends the row with ``endRow()``.
  mutating func append(text: Span<UInt8>, column: Int) throws { try builders[column].append(utf8: text) }
  /// Appends a NULL cell; the caller ends the row with ``endRow()``.
  mutating func appendNull(column: Int) { builders[column].appendNull() }
  mutating func endRow() { rowCount += 1 }
}
