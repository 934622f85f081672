public import ODBC

/// A transaction: rows change together or not at all.
public struct SQLTransaction: Sendable {
  /// The connection.
  public let connection: ODBCConnection
  /// What the database speaks.
  public let dialect: SQLDialect
  /// Who changes what when.
  public let origin: ChangeOrigin

  /// Creates a transaction on a connection that has begun one.
  public init(connection: ODBCConnection, dialect: SQLDialect, origin: ChangeOrigin) {
    self.connection = connection
    self.dialect = dialect
    self.origin = origin
  }

  /// The time of the change.
  public var now: Moment { origin.now }

  /// Inserts a row.
  public func insert(_ table: String, _ cells: [(column: String, cell: Cell)]) async throws {
    let columns = cells.map(\.column).joined(separator: ", ")
    let values = cells.map { $0.cell.placeholder(dialect) }.joined(separator: ", ")
    try await connection.execute(
      "INSERT INTO \(table) (\(columns)) VALUES (\(values))", parameters: cells.map { $0.cell.parameter(dialect) })
  }

  /// Changes the rows that have a value in a column.
  public func update(
    _ table: String, _ cells: [(column: String, cell: Cell)], where column: String, is value: String
  ) async throws {
    let assignments = cells.map { "\($0.column) = \($0.cell.placeholder(dialect))" }.joined(separator: ", ")
    try await connection.execute(
      "UPDATE \(table) SET \(assignments) WHERE \(column) = ?",
      parameters: cells.map { $0.cell.parameter(dialect) } + [.text(value)])
  }

  /// The rows of a query.
  ///
  /// - Parameter locking: whether other transactions must not change them meanwhile.
  public func rows(_ sql: String, _ parameters: [ODBCValue], locking: Bool = false) async throws -> [ODBCRow] {
    try await connection.query(sql + (locking ? dialect.lockSuffix : ""), parameters: parameters).collect()
  }
}
