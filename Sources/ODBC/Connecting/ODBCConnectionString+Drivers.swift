extension ODBCConnectionString {
  /// A connection string for SQLite's ODBC driver.
  ///
  /// `StepAPI=1` makes the driver read rows as they are asked for instead of all at once. It does so for queries
  /// without parameters, outside a transaction and while no other such result is open; otherwise the driver reads the
  /// complete result into memory when the query is executed.
  ///
  /// - Parameters:
  ///   - path: The database file, or `:memory:`.
  ///   - driver: The name of the installed driver.
  ///   - lockTimeout: How long a statement waits for another connection's lock.
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidConnectionString`` for a path with a semicolon or a
  ///   brace: this driver cannot quote them.
  public static func sqlite(
    path: String,
    driver: String = "SQLite3",
    lockTimeout: Duration = .seconds(5)
  ) throws -> ODBCConnectionString {
    if path.contains(where: { ";{}".contains($0) }) {
      throw ConnectionStringParser.invalid("SQLite's driver knows no quotes: the path must not contain ';', '{' or '}'.")
    }
    var string = ODBCConnectionString()
    try string.set("DRIVER", driver)
    string.entries.append(Entry(key: "Database", value: path, written: "Database=\(path)"))
    try string.set("StepAPI", "1")
    try string.set("Timeout", String(max(1, lockTimeout.wholeMilliseconds)))
    return string
  }

  /// A connection string for PostgreSQL's ODBC driver, with the settings that this module is tested with.
  ///
  /// `UseDeclareFetch=1` reads through a cursor, `Fetch` rows at a time, so that a large result never is in memory;
  /// `BoolsAsChar=0` reports booleans as such; `MaxVarcharSize=4000` keeps text of that length in the row array.
  ///
  /// This driver declares a cursor with the parameters of a query written into it as quoted literals, because it
  /// declares cursors without the extended protocol. Pass `nil` as `fetchSize` to have it send parameters apart from
  /// the text; the driver then holds the complete result in memory.
  ///
  /// - Parameters:
  ///   - server: Host name or address.
  ///   - port: The TCP port.
  ///   - database: The database.
  ///   - user: The role.
  ///   - password: The password; `nil` to send none.
  ///   - sslMode: libpq's `sslmode`; `nil` for the driver's default.
  ///   - driver: The name of the installed driver. Use the Unicode one: the ANSI one depends on the locale.
  ///   - fetchSize: How many rows the driver reads at a time through a cursor; `nil` for no cursor. Best equal to
  ///     ``ODBCConnectionOptions/batchSize``.
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidConnectionString`` for a NUL in a value.
  public static func postgreSQL(
    server: String,
    port: Int = 5432,
    database: String,
    user: String,
    password: String? = nil,
    sslMode: String? = nil,
    driver: String = "PostgreSQL Unicode",
    fetchSize: Int? = 1000
  ) throws -> ODBCConnectionString {
    var string = ODBCConnectionString()
    try string.set("DRIVER", driver)
    try string.set("Servername", server)
    try string.set("Port", String(port))
    try string.set("Database", database)
    try string.set("Username", user)
    if let password { try string.set("Password", password) }
    if let sslMode { try string.set("SSLmode", sslMode) }
    try string.set("UseDeclareFetch", fetchSize == nil ? "0" : "1")
    if let fetchSize { try string.set("Fetch", String(fetchSize)) }
    try string.set("BoolsAsChar", "0")
    try string.set("MaxVarcharSize", "4000")
    return string
  }
}

extension Duration {
  /// Milliseconds, rounded up.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = self.components
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }

  /// Seconds, rounded up, at least 1: the unit of ODBC's timeouts, where 0 means none.
  var wholeSeconds: Int { max(1, Int((self.wholeMilliseconds + 999) / 1000)) }
}
