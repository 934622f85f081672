/// Rows that were fetched together, column by column.
public struct ODBCBatch: RandomAccessCollection, Sendable {
  private final class Contents: Sendable {
    let columns: ODBCColumns
    let vectors: [ODBCColumnVector]
    let count: Int

    init(columns: ODBCColumns, vectors: [ODBCColumnVector], count: Int) {
      self.columns = columns
      self.vectors = vectors
      self.count = count
    }
  }

  private let contents: Contents

  init(columns: ODBCColumns, vectors: [ODBCColumnVector], count: Int) {
    self.contents = Contents(columns: columns, vectors: vectors, count: count)
  }

  /// The columns of the result.
  public var columns: ODBCColumns { self.contents.columns }
  /// The values, column by column.
  public var vectors: [ODBCColumnVector] { self.contents.vectors }
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of rows.
  public var endIndex: Int { self.contents.count }

  /// One row. It shares the memory of the batch.
  public subscript(position: Int) -> ODBCRow { ODBCRow(batch: self, index: position) }

  /// The values of one column.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidArgument`` if there is no such column.
  public func vector(_ key: ODBCColumnKey) throws -> ODBCColumnVector {
    self.contents.vectors[try self.columns.requirePosition(of: key)]
  }
}
