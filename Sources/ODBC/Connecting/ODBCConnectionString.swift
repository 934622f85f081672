/// An ODBC connection string: `KEY=VALUE;…`, values in braces where needed.
///
/// Printing one, also with `dump` or in a string interpolation, shows the values of harmless keys only.
public struct ODBCConnectionString: Sendable {
  struct Entry: Hashable, Sendable {
    var key: String
    var value: String
    /// The entry as it was written, so that a string that was parsed reaches the driver unchanged.
    var written: String
  }

  var entries: [Entry]

  /// An empty connection string.
  public init() { self.entries = [] }

  /// Parses a connection string.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidConnectionString``. The message tells the position,
  ///   never the text.
  public init(_ text: String) throws {
    var parser = ConnectionStringParser(text)
    self.entries = try parser.entries()
    if self.entries.isEmpty { throw ConnectionStringParser.invalid("It is empty.") }
  }

  /// The value of a keyword, regardless of its case; `nil` if it is absent. The first one counts, as in ODBC.
  public func value(for key: String) -> String? {
    self.entries.first { $0.key.lowercased() == key.lowercased() }?.value
  }

  /// Sets a keyword, replacing all earlier ones of that name. The value is put into braces if it needs them.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidConnectionString`` if the keyword has characters that
  ///   no keyword can have, or the value a NUL.
  public mutating func set(_ key: String, _ value: String) throws {
    let forbidden = "[]{}(),;?*=!@\\"
    if key.isEmpty || key.contains(where: { forbidden.contains($0) || $0.isNewline || $0 == "\0" }) {
      throw ConnectionStringParser.invalid("'\(key)' cannot be a keyword.")
    }
    if value.utf8.contains(0) { throw ConnectionStringParser.invalid("The value of \(key) contains a NUL.") }
    let entry = Entry(key: key, value: value, written: "\(key)=\(Self.braced(value, key: key))")
    let position = self.entries.firstIndex { $0.key.lowercased() == key.lowercased() }
    self.entries.removeAll { $0.key.lowercased() == key.lowercased() }
    self.entries.insert(entry, at: min(position ?? self.entries.count, self.entries.count))
  }

  /// The complete text, secrets included: for the driver alone.
  var unredacted: String { self.entries.map { $0.written + ";" }.joined() }

  /// The values that must not appear in any message: those of keywords that name a secret, and longer ones of
  /// keywords that this module does not know. User names stay: a refused login is useless without them.
  var secrets: [String] {
    self.entries.filter { entry in
      let key = entry.key.lowercased()
      if Self.isHarmless(key) || ["uid", "user", "username"].contains(key) { return false }
      if ["pwd", "pass", "secret", "token", "key"].contains(where: { key.contains($0) }) { return true }
      return entry.value.utf8.count >= 6
    }.map(\.value)
  }

  private static func braced(_ value: String, key: String) -> String {
    let special = "[]{}(),;?*=!@"
    let needsBraces =
      key.lowercased() == "driver" || value.contains { special.contains($0) } || value.first == " " || value.last == " "
    return needsBraces ? "{" + value.split(separator: "}", omittingEmptySubsequences: false).joined(separator: "}}") + "}"
      : value
  }
}

extension ODBCConnectionString: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The keywords whose values may be shown. Everything else may hold a secret, so it is an allow-list.
  private static let harmless: Set<String> = [
    "driver", "dsn", "filedsn", "server", "servername", "address", "addr", "host", "port", "database", "db", "dbname",
    "encrypt", "trustservercertificate", "applicationintent", "sslmode", "stepapi", "bigint", "longnames", "timeout",
    "usedeclarefetch", "fetch", "boolsaschar", "maxvarcharsize", "maxlongvarcharsize", "textaslongvarchar",
    "unknownsizes", "readonly", "byteaaslongvarbinary", "multisubnetfailover", "mars_connection", "tds_version",
  ]

  static func isHarmless(_ key: String) -> Bool { self.harmless.contains(key.lowercased()) }

  /// The connection string with every value replaced by `***` that is not known to be harmless.
  public var description: String {
    self.entries.map { Self.isHarmless($0.key) ? $0.written : "\($0.key)=***" }.joined(separator: ";")
  }

  /// The same as ``description``.
  public var debugDescription: String { self.description }

  /// Shows the redacted text only.
  public var customMirror: Mirror { Mirror(self, children: ["redacted": self.description]) }
}
