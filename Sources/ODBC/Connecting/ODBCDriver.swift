/// An installed driver.
public struct ODBCDriver: Hashable, Sendable {
  /// The name for `DRIVER={…}`.
  public let name: String
  /// The attributes of its entry in `odbcinst.ini`, such as `Driver`, the path of the library.
  public let attributes: [String: String]
}

/// A configured data source.
public struct ODBCDataSource: Hashable, Sendable {
  /// The name for `DSN=…`.
  public let name: String
  /// The driver or its description.
  public let driver: String
}

/// The driver and the database behind an open connection.
public struct ODBCDriverInfo: Hashable, Sendable {
  /// The file name of the driver, such as `psqlodbcw.so`.
  public let driverName: String
  /// The version of the driver.
  public let driverVersion: String
  /// The name of the database system, such as `PostgreSQL`.
  public let databaseName: String
  /// The version of the database system.
  public let databaseVersion: String
}
