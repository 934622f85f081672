/// Finds out which driver a connection string means, and explains when there is none.
struct DriverLookup {
  private let environment: EnvironmentHandle

  init(_ environment: EnvironmentHandle) { self.environment = environment }

  /// The name of the driver, with the path of its library if it is known.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/driverMissing``, or
  ///   ``ODBCError/Code/invalidConnectionString`` if the string names neither a driver nor a data source.
  func driverName(for string: ODBCConnectionString) throws -> String {
    if let name = string.value(for: "DRIVER") {
      // The path of a library needs no installation.
      if name.contains("/") { return name }
      let drivers = try self.environment.drivers()
      guard let driver = drivers.first(where: { $0.name.lowercased() == name.lowercased() }) else {
        throw self.missing("The ODBC driver '\(name)' is not installed.", name: name, drivers: drivers)
      }
      return "\(driver.name) \(driver.attributes["Driver"] ?? "")"
    }
    if let name = string.value(for: "DSN") {
      let sources = try self.environment.dataSources()
      guard let source = sources.first(where: { $0.name.lowercased() == name.lowercased() }) else {
        let known = sources.isEmpty ? "none" : sources.map(\.name).joined(separator: ", ")
        throw ODBCError(
          code: .driverMissing,
          operation: "connect",
          message: "The data source '\(name)' is not configured. Configured are: \(known). "
            + "Add it to odbc.ini (odbcinst -j shows where), or name a driver: DRIVER={…}."
        )
      }
      let driver = try self.environment.drivers().first { $0.name.lowercased() == source.driver.lowercased() }
      return "\(source.driver) \(driver?.attributes["Driver"] ?? "")"
    }
    if string.value(for: "FILEDSN") != nil { return "" }
    throw ODBCError(
      code: .invalidConnectionString,
      operation: "connect",
      message: "The connection string names neither DRIVER={…} nor DSN=…."
    )
  }

  /// The error for what the driver manager said when it could not connect.
  func connectError(_ records: [ODBCDiagnostic], string: ODBCConnectionString) throws -> ODBCError {
    // IM002 and IM003: no such data source, the library cannot be loaded. 01000 says the latter too.
    let isMissing = records.contains {
      ["IM002", "IM003", "IM004"].contains($0.sqlState) || $0.message.contains("Can't open lib")
    }
    if isMissing {
      let name = string.value(for: "DRIVER") ?? string.value(for: "DSN") ?? ""
      var error = self.missing(
        "The ODBC driver for '\(name)' cannot be loaded: \(records.first?.message ?? "no reason given").",
        name: name,
        drivers: try self.environment.drivers()
      )
      error.diagnostics = records
      return error
    }
    let isTimeout = records.contains { $0.sqlState == "HYT00" || $0.sqlState == "HYT01" }
    return ODBCError(
      code: isTimeout ? .timeout : .connectionFailed,
      operation: "SQLDriverConnect",
      message: records.first?.message ?? "The driver reported a failure without a diagnostic record.",
      diagnostics: records
    )
  }

  private func missing(_ what: String, name: String, drivers: [ODBCDriver]) -> ODBCError {
    let installed = drivers.isEmpty ? "none" : drivers.map(\.name).joined(separator: ", ")
    return ODBCError(
      code: .driverMissing,
      operation: "connect",
      message: "\(what) Installed drivers: \(installed). \(Self.remedy(name))"
    )
  }

  private static func remedy(_ name: String) -> String {
    let name = name.lowercased()
    if name.contains("sqlite") { return "Install it: apt-get install libsqliteodbc." }
    if name.contains("postgres") || name.contains("psqlodbc") { return "Install it: apt-get install odbc-postgresql." }
    if name.contains("freetds") || name.contains("tdsodbc") { return "Install it: apt-get install tdsodbc." }
    if name.contains("sql server") || name.contains("msodbcsql") {
      return "Install it from Microsoft's repository: apt-get install msodbcsql18."
    }
    return "Install its package, and check with: odbcinst -q -d."
  }
}
