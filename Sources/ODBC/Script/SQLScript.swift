/// Splits a script into statements: ODBC executes one at a time.
public enum SQLScript {
  /// The statements between semicolons, without the semicolons and without comments around them.
  ///
  /// Semicolons in quotes ('…', "…", `…`, […]), comments (`--`, nested `/* */`) and PostgreSQL's dollar quotes
  /// (`$tag$ … $tag$`) do not count, nor those between the BEGIN and END of a trigger or procedure.
  ///
  /// - Throws: ``ODBCError`` with code ``ODBCError/Code/invalidArgument`` if a quote or comment is never closed; the
  ///   message tells the line.
  public static func statements(of script: String) throws -> [String] {
    var splitter = ScriptSplitter(script)
    return try splitter.statements()
  }

  /// Whether a statement begins a transaction.
  static func beginsTransaction(_ statement: String) -> Bool {
    let words = self.words(statement)
    return words.first == "BEGIN" || words == ["START", "TRANSACTION"]
  }

  /// Whether a statement commits or rolls back a transaction.
  static func endsTransaction(_ statement: String) -> Bool {
    let words = self.words(statement)
    if words == ["ROLLBACK", "TO"] { return false }
    return ["COMMIT", "END", "ROLLBACK"].contains(words.first ?? "")
  }

  private static func words(_ statement: String) -> [String] {
    statement.prefix(64).split { !$0.isLetter }.prefix(2).map { $0.uppercased() }
  }
}
