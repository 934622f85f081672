/// One row of a result.
public struct ODBCRow: Sendable {
  private let batch: ODBCBatch
  private let index: Int

  init(batch: ODBCBatch, index: Int) {
    self.batch = batch
    self.index = index
  }

  /// The columns of the result.
  public var columns: ODBCColumns { self.batch.columns }

  /// All values, in the order of the columns.
  public var values: [ODBCValue] { self.batch.vectors.map { $0[self.index] } }

  /// The value at a position, from 0.
  public subscript(position: Int) -> ODBCValue { self.batch.vectors[position][self.index] }

  /// The value of a column.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidArgument`` if there is no such column.
  public func value(_ key: ODBCColumnKey) throws -> ODBCValue {
    self.batch.vectors[try self.columns.requirePosition(of: key)][self.index]
  }

  /// The integer in a column; `nil` for NULL.
  ///
  /// - Throws: ``ODBCError`` if there is no such column or its value is not an integer.
  public func integer(_ key: ODBCColumnKey) throws -> Int64? { try self.typed(key, "an integer") { $0.integer } }

  /// The decimal, or integer, in a column; `nil` for NULL.
  ///
  /// - Throws: ``ODBCError`` if there is no such column or its value is neither.
  public func decimal(_ key: ODBCColumnKey) throws -> ODBCDecimal? { try self.typed(key, "a decimal") { $0.decimal } }

  /// The text in a column; `nil` for NULL.
  ///
  /// - Throws: ``ODBCError`` if there is no such column or its value is not text.
  public func text(_ key: ODBCColumnKey) throws -> String? { try self.typed(key, "text") { $0.text } }

  /// The date in a column; `nil` for NULL.
  ///
  /// - Throws: ``ODBCError`` if there is no such column or its value is not a date.
  public func date(_ key: ODBCColumnKey) throws -> ODBCDate? { try self.typed(key, "a date") { $0.date } }

  /// The timestamp in a column; `nil` for NULL.
  ///
  /// - Throws: ``ODBCError`` if there is no such column or its value is not a timestamp.
  public func timestamp(_ key: ODBCColumnKey) throws -> ODBCTimestamp? {
    try self.typed(key, "a timestamp") { $0.timestamp }
  }

  /// The truth value in a column; `nil` for NULL.
  ///
  /// - Throws: ``ODBCError`` if there is no such column or its value is not a truth value.
  public func boolean(_ key: ODBCColumnKey) throws -> Bool? { try self.typed(key, "a boolean") { $0.boolean } }

  /// The bytes in a column; `nil` for NULL.
  ///
  /// - Throws: ``ODBCError`` if there is no such column or its value is not binary.
  public func binary(_ key: ODBCColumnKey) throws -> [UInt8]? { try self.typed(key, "binary") { $0.binary } }

  private func typed<Value>(_ key: ODBCColumnKey, _ name: String, _ get: (ODBCValue) -> Value?) throws -> Value? {
    let position = try self.columns.requirePosition(of: key)
    let value = self[position]
    if value.isNull { return nil }
    if let result = get(value) { return result }
    let column = self.columns[position]
    throw ODBCError(
      code: .conversionFailed,
      operation: "column",
      message: "Column '\(column.name)' holds \(column.type.rawValue), not \(name). Request another type for it in columnTypes."
    )
  }
}
