/// What is known of a column of a result before its first row.
public struct ODBCColumn: Hashable, Sendable {
  /// The name or alias in the query.
  public let name: String
  /// The type that values are delivered in.
  public let type: ODBCColumnType
  /// The name of the type in the database, such as `numeric` or `VARCHAR(400)`; empty if the driver does not know.
  public let typeName: String
  /// Whether NULL can occur; `nil` if the driver does not know.
  public let isNullable: Bool?
}
