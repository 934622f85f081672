internal import CUnixODBC

/// Reads the diagnostic records of a handle.
enum DiagnosticReader {
  enum Source {
    case environment(SQLHENV)
    case connection(SQLHDBC)
    case statement(SQLHSTMT)

    var type: SQLSMALLINT {
      switch self {
      case .environment: SQLSMALLINT(SQL_HANDLE_ENV)
      case .connection: SQLSMALLINT(SQL_HANDLE_DBC)
      case .statement: SQLSMALLINT(SQL_HANDLE_STMT)
      }
    }

    var handle: SQLHANDLE {
      switch self {
      case .environment(let handle), .connection(let handle), .statement(let handle): handle
      }
    }
  }

  /// More records than this are not read.
  private static let maximumRecords: SQLSMALLINT = 32
  private static let maximumLength = 4096

  /// The error that the last call on a handle left behind.
  static func error(
    _ source: Source,
    operation: String,
    code: ODBCError.Code = .statementFailed,
    traits: DriverTraits? = nil,
    redactor: Redactor = Redactor(secrets: [])
  ) -> ODBCError {
    let records = self.records(source, encoding: traits?.encoding ?? .utf8, redactor: redactor)
    var error = ODBCError(
      code: code,
      operation: operation,
      message: records.first?.message ?? "The driver reported a failure without a diagnostic record.",
      diagnostics: records
    )
    if let traits { error.isDriverBusy = records.contains { traits.isBusy($0) } }
    return error
  }

  static func records(
    _ source: Source,
    encoding: DriverTraits.TextEncoding,
    redactor: Redactor
  ) -> [ODBCDiagnostic] {
    var records: [ODBCDiagnostic] = []
    for number in 1...self.maximumRecords {
      let record =
        switch encoding {
        case .utf8: self.narrow(source, number)
        case .utf16: self.wide(source, number)
        }
      guard var record else { break }
      record.message = redactor.redact(record.message)
      records.append(record)
    }
    return records
  }

  private static func narrow(_ source: Source, _ number: SQLSMALLINT) -> ODBCDiagnostic? {
    var state = [SQLCHAR](repeating: 0, count: 6)
    var text = [SQLCHAR](repeating: 0, count: self.maximumLength)
    var native: SQLINTEGER = 0
    var length: SQLSMALLINT = 0
    let result = SQLGetDiagRec(
      source.type, source.handle, number, &state, &native, &text, SQLSMALLINT(self.maximumLength), &length
    )
    guard succeeded(result) else { return nil }
    let end = min(max(0, Int(length)), text.count - 1)
    return ODBCDiagnostic(
      sqlState: String(decoding: state.prefix(5), as: UTF8.self),
      nativeCode: Int(native),
      message: String(decoding: text[..<end], as: UTF8.self)
    )
  }

  private static func wide(_ source: Source, _ number: SQLSMALLINT) -> ODBCDiagnostic? {
    var state = [SQLWCHAR](repeating: 0, count: 6)
    var text = [SQLWCHAR](repeating: 0, count: self.maximumLength)
    var native: SQLINTEGER = 0
    var length: SQLSMALLINT = 0
    let result = SQLGetDiagRecW(
      source.type, source.handle, number, &state, &native, &text, SQLSMALLINT(self.maximumLength), &length
    )
    guard succeeded(result) else { return nil }
    let end = min(max(0, Int(length)), text.count - 1)
    return ODBCDiagnostic(
      sqlState: String(decoding: state.prefix(5), as: UTF16.self),
      nativeCode: Int(native),
      message: String(decoding: text[..<end], as: UTF16.self)
    )
  }
}
