internal import CUnixODBC

/// An ODBC connection with its environment and its statements.
///
/// `@unchecked Sendable`: everything here is used on the thread of the connection only. The handle crosses threads
/// once, when that thread has opened it and hands it to the actor, whose executor is the same thread.
final class ConnectionHandle: @unchecked Sendable {
  let traits: DriverTraits
  let redactor: Redactor
  let info: ODBCDriverInfo
  /// The bits of `SQL_GETDATA_EXTENSIONS`.
  let getDataExtensions: Int
  private let environment: EnvironmentHandle
  private var raw: SQLHDBC?
  /// All statements that were allocated and may need to be freed before the connection.
  private var statements: [ObjectIdentifier: StatementHandle] = [:]
  /// For drivers whose running statement must not be cancelled itself.
  private(set) var idleStatement: StatementHandle?

  /// Opens a connection. This blocks.
  init(_ string: ODBCConnectionString, options: ODBCConnectionOptions) throws {
    let redactor = Redactor(secrets: string.secrets)
    let environment = try EnvironmentHandle()
    let driverName = try DriverLookup(environment).driverName(for: string)
    let encoding = DriverTraits(driverName: driverName).encoding
    let raw = try Self.open(string, encoding: encoding, environment: environment, options: options, redactor: redactor)
    self.environment = environment
    self.raw = raw
    self.redactor = redactor
    let info = ODBCDriverInfo(
      driverName: Self.text(raw, Int(SQL_DRIVER_NAME)),
      driverVersion: Self.text(raw, Int(SQL_DRIVER_VER)),
      databaseName: Self.text(raw, Int(SQL_DBMS_NAME)),
      databaseVersion: Self.text(raw, Int(SQL_DBMS_VER))
    )
    self.info = info
    var traits = DriverTraits(driverName: "\(driverName) \(info.driverName)")
    traits.encoding = encoding
    self.traits = traits
    var extensions: SQLUINTEGER = 0
    let result = SQLGetInfo(raw, SQLUSMALLINT(SQL_GETDATA_EXTENSIONS), &extensions, 4, nil)
    self.getDataExtensions = succeeded(result) ? Int(extensions) : 0
    do {
      if traits.cancelsThroughIdleStatement { self.idleStatement = try self.allocateStatement() }
      if options.isReadOnly, let sql = traits.readOnlyStatement {
        let statement = try self.allocateStatement()
        _ = try statement.execute(sql, parameters: [])
        self.free(statement)
      }
    } catch {
      self.close()
      throw error
    }
  }

  /// Frees all statements and disconnects. A transaction that is still open is rolled back.
  func close() {
    guard let raw else { return }
    self.raw = nil
    for statement in self.statements.values { statement.free() }
    self.statements = [:]
    self.idleStatement = nil
    if !succeeded(SQLDisconnect(raw)) {
      // 25000: a transaction is open.
      SQLEndTran(SQLSMALLINT(SQL_HANDLE_DBC), raw, SQLSMALLINT(SQL_ROLLBACK))
      SQLDisconnect(raw)
    }
    SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_DBC), raw)
  }

  func requireRaw(_ operation: String) throws -> SQLHDBC {
    if let raw { return raw }
    throw ODBCError.closedConnection(operation)
  }

  func allocateStatement() throws -> StatementHandle {
    let raw = try self.requireRaw("SQLAllocHandle")
    let statement = try StatementHandle(connection: raw, traits: self.traits, redactor: self.redactor)
    self.statements[ObjectIdentifier(statement)] = statement
    return statement
  }

  func free(_ statement: StatementHandle) {
    self.statements[ObjectIdentifier(statement)] = nil
    statement.free()
  }

  func check(_ result: SQLRETURN, _ operation: String, code: ODBCError.Code = .statementFailed) throws {
    guard !succeeded(result), let raw else { return }
    throw DiagnosticReader.error(
      .connection(raw), operation: operation, code: code, traits: self.traits, redactor: self.redactor
    )
  }

  private static func open(
    _ string: ODBCConnectionString,
    encoding: DriverTraits.TextEncoding,
    environment: EnvironmentHandle,
    options: ODBCConnectionOptions,
    redactor: Redactor
  ) throws -> SQLHDBC {
    var handle: SQLHANDLE?
    guard succeeded(SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_DBC), environment.raw, &handle)), let raw = handle else {
      throw DiagnosticReader.error(.environment(environment.raw), operation: "SQLAllocHandle")
    }
    if let timeout = options.loginTimeout {
      // Drivers may refuse it; ConnectionOpening keeps the time itself.
      SQLSetConnectAttr(raw, SQL_ATTR_LOGIN_TIMEOUT, UnsafeMutableRawPointer(bitPattern: timeout.wholeSeconds), 0)
    }
    if options.isReadOnly {
      SQLSetConnectAttr(raw, SQL_ATTR_ACCESS_MODE, UnsafeMutableRawPointer(bitPattern: Int(SQL_MODE_READ_ONLY)), 0)
    }
    let noPrompt = SQLUSMALLINT(SQL_DRIVER_NOPROMPT)
    let result: SQLRETURN
    switch encoding {
    case .utf8:
      var text = Array(string.unredacted.utf8) + [0]
      result = SQLDriverConnect(raw, nil, &text, SQLSMALLINT(SQL_NTS), nil, 0, nil, noPrompt)
    case .utf16:
      var text = Array(string.unredacted.utf16) + [0]
      result = SQLDriverConnectW(raw, nil, &text, SQLSMALLINT(SQL_NTS), nil, 0, nil, noPrompt)
    }
    if succeeded(result) { return raw }
    let records = DiagnosticReader.records(.connection(raw), encoding: encoding, redactor: redactor)
    SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_DBC), raw)
    throw try DriverLookup(environment).connectError(records, string: string)
  }

  private static func text(_ raw: SQLHDBC, _ type: Int) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    var length: SQLSMALLINT = 0
    let result = SQLGetInfo(raw, SQLUSMALLINT(type), &buffer, 256, &length)
    return succeeded(result) ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : ""
  }
}
