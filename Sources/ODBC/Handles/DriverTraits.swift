/// What has to be done differently for a driver. Each line was found by a test or in the driver's manual.
struct DriverTraits: Sendable {
  enum Family: Sendable { case sqlite, postgreSQL, sqlServer, other }

  /// How text crosses the interface.
  enum TextEncoding: Sendable {
    /// `char` calls and `SQL_C_CHAR`, as UTF-8.
    case utf8
    /// Wide calls and `SQL_C_WCHAR`, as UTF-16.
    case utf16
  }

  var family: Family
  var encoding: TextEncoding

  init(driverName: String) {
    let name = driverName.lowercased()
    if name.contains("sqlite") {
      self.family = .sqlite
    } else if name.contains("psqlodbc") || name.contains("postgresql") {
      self.family = .postgreSQL
    } else if name.contains("msodbcsql") || name.contains("sql server") || name.contains("tdsodbc")
      || name.contains("freetds")
    {
      self.family = .sqlServer
    } else {
      self.family = .other
    }
    // SQLite's driver has no wide functions, and what it takes as char is UTF-8. For the others char means the
    // charset of the process's locale, which is "C" unless somebody calls setlocale.
    let isNarrow = self.family == .sqlite || name.contains("psqlodbca") || name.contains("postgresql ansi")
    self.encoding = isNarrow ? .utf8 : .utf16
  }

  /// SQLite's driver keeps every value as text and converts with `strtoll` and `strtod`, which take a prefix and
  /// ignore the rest; reading the text itself loses nothing and finds what does not fit.
  var readsEverythingAsText: Bool { self.family == .sqlite }

  /// Expressions have no declared type in SQLite. Its driver calls them text, or guesses from the first row if it has
  /// that already, which depends on how the query is executed. So they are text, always.
  var expressionsHaveNoType: Bool { self.family == .sqlite }

  /// SQLite's driver forgets to reset a statement whose rows were read as they were asked for: executed again, it
  /// would go on in the middle of the old result. Preparing it anew helps.
  var mustPrepareAfterRows: Bool { self.family == .sqlite }

  /// SQLite's driver frees the result in `SQLCancel`, while the thread that fetches still uses it. But it
  /// interrupts the whole connection, so cancelling an idle statement of the same connection does what is wanted.
  var cancelsThroughIdleStatement: Bool { self.family == .sqlite }

  /// How many digits of a second the database keeps.
  var fractionDigits: Int {
    switch self.family {
    case .postgreSQL: 6
    case .sqlServer: 7
    case .sqlite, .other: 9
    }
  }

  /// Whether a diagnostic means that another connection holds a lock: SQLITE_BUSY (5) and SQLITE_LOCKED (6).
  func isBusy(_ diagnostic: ODBCDiagnostic) -> Bool {
    self.family == .sqlite && diagnostic.sqlState == "HY000" && [5, 6].contains(diagnostic.nativeCode & 0xff)
  }

  /// The statement that makes a session refuse to write.
  var readOnlyStatement: String? {
    switch self.family {
    case .postgreSQL: "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
    case .sqlite: "PRAGMA query_only = 1"
    case .sqlServer, .other: nil
    }
  }
}
