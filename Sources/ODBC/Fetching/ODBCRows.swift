/// The rows of a query, fetched as they are asked for. There is one pass: by row, or by ``batches``.
///
/// Rows that are not read to the end keep the result open until this value is gone or ``close()`` is called.
public struct ODBCRows: AsyncSequence, Sendable {
  public typealias Element = ODBCRow

  /// The columns, known before the first row. Empty if the statement returns no rows.
  public let columns: ODBCColumns
  private let cursor: Cursor

  init(columns: ODBCColumns, cursor: Cursor) {
    self.columns = columns
    self.cursor = cursor
  }

  /// The same rows in batches, column by column: the fast way to read many.
  public var batches: ODBCBatches { ODBCBatches(columns: self.columns, cursor: self.cursor) }

  /// Starts the pass.
  public func makeAsyncIterator() -> Iterator { Iterator(batches: self.batches.makeAsyncIterator()) }

  /// Reads all rows that are left.
  ///
  /// - Parameter limit: More rows than this are an error, so that a result that grew does not fill the memory.
  /// - Throws: ``ODBCError``; `CancellationError` if the task is cancelled.
  public func collect(limit: Int = 100_000) async throws -> [ODBCRow] {
    var rows: [ODBCRow] = []
    for try await batch in self.batches {
      if rows.count + batch.count > limit {
        await self.close()
        throw ODBCError(
          code: .invalidArgument,
          operation: "collect",
          message: "The result has more than \(limit) rows. Read it as a sequence, or raise the limit."
        )
      }
      rows.append(contentsOf: batch)
    }
    return rows
  }

  /// Closes the result, read or not.
  public func close() async { await self.cursor.connection.close(self.cursor) }

  /// Reads one row after the other.
  public struct Iterator: AsyncIteratorProtocol {
    var batches: ODBCBatches.Iterator
    private var batch: ODBCBatch?
    private var index = 0

    init(batches: ODBCBatches.Iterator) { self.batches = batches }

    /// The next row; `nil` after the last one.
    ///
    /// - Throws: ``ODBCError``; `CancellationError` if the task is cancelled.
    public mutating func next() async throws -> ODBCRow? {
      while true {
        if let batch, self.index < batch.count {
          self.index += 1
          return batch[self.index - 1]
        }
        self.index = 0
        self.batch = try await self.batches.next()
        if self.batch == nil { return nil }
      }
    }
  }
}

/// The rows of a query in batches of up to ``ODBCConnectionOptions/batchSize``.
public struct ODBCBatches: AsyncSequence, Sendable {
  public typealias Element = ODBCBatch

  /// The columns, known before the first batch.
  public let columns: ODBCColumns
  private let cursor: Cursor

  init(columns: ODBCColumns, cursor: Cursor) {
    self.columns = columns
    self.cursor = cursor
  }

  /// Starts the pass.
  public func makeAsyncIterator() -> Iterator {
    Iterator(columns: self.columns, cursor: self.cursor, isFirstPass: self.cursor.take())
  }

  /// Reads one batch after the other.
  public struct Iterator: AsyncIteratorProtocol {
    private let columns: ODBCColumns
    private let cursor: Cursor
    private let isFirstPass: Bool
    private var isFinished = false

    init(columns: ODBCColumns, cursor: Cursor, isFirstPass: Bool) {
      self.columns = columns
      self.cursor = cursor
      self.isFirstPass = isFirstPass
      self.isFinished = columns.isEmpty
    }

    /// The next batch; `nil` after the last one.
    ///
    /// - Throws: ``ODBCError``; `CancellationError` if the task is cancelled.
    public mutating func next() async throws -> ODBCBatch? {
      if self.isFinished { return nil }
      guard self.isFirstPass else {
        throw ODBCError(
          code: .invalidArgument,
          operation: "fetch",
          message: "The rows can be read once only. Execute the query again, or collect() the rows."
        )
      }
      do {
        let batch = try await self.cursor.connection.fetch(self.cursor, columns: self.columns)
        if batch == nil { self.isFinished = true }
        return batch
      } catch {
        self.isFinished = true
        throw error
      }
    }
  }
}
