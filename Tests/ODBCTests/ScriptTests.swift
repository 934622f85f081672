internal import ODBC
internal import Testing

@Suite("Scripts")
struct ScriptTests {
  @Test("Semicolons in quotes, comments and bodies do not split", arguments: [
    ("", []), (" ;; ; ", []), ("-- only a comment; here", []), ("a;b", ["a", "b"]), ("a ;\n b ; ", ["a", "b"]),
    ("SELECT ';' ; SELECT \"a;b\", `c;d`, [e;f]", ["SELECT ';'", "SELECT \"a;b\", `c;d`, [e;f]"]),
    ("SELECT 'it''s; fine'; x", ["SELECT 'it''s; fine'", "x"]),
    ("a -- not; here\nb; c", ["a -- not; here\nb", "c"]),
    ("/* x; /* nested; */ y; */ a; b /* tail; */", ["a", "b"]),
    ("SELECT $$a;b$$; SELECT $tag$ ; $$ ; $tag$; SELECT $1", ["SELECT $$a;b$$", "SELECT $tag$ ; $$ ; $tag$", "SELECT $1"]),
    ("SELECT a[1;2], 'x'", ["SELECT a[1", "2], 'x'"]),
    ("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END; SELECT 1",
      ["CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END", "SELECT 1"]),
    ("BEGIN; INSERT INTO a VALUES ('Échec d''intégration;\n北京 🛒'); COMMIT;",
      ["BEGIN", "INSERT INTO a VALUES ('Échec d''intégration;\n北京 🛒')", "COMMIT"]),
  ] as [(String, [String])])
  func splitting(_ script: String, statements: [String]) throws {
    #expect(try SQLScript.statements(of: script) == statements)
  }

  @Test("What is never closed is named with its line", arguments: ["a;\n'b", "a;\n/* b", "a;\n$x$ b", "a;\n\"b"])
  func unclosed(_ script: String) throws {
    let error = #expect(throws: ODBCError.self) { _ = try SQLScript.statements(of: script) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("line 2") == true)
  }

  @Test("A large script with a transaction of its own is executed", arguments: Database.allCases)
  func execution(_ database: Database) async throws {
    let table = "script_entry_\(database.rawValue)"
    var script = "-- A script.\nBEGIN;\nDROP TABLE IF EXISTS \(table);\n"
    script += "CREATE TABLE \(table) (id INTEGER PRIMARY KEY, name VARCHAR(400), amount NUMERIC(19,6));\n"
    for block in 0..<20 {
      let rows = (0..<100).map { "(\(block * 100 + $0),'N''Diaye; ? \($0)\nline 🛒',\($0).25)" }
      script += "INSERT INTO \(table) (id,name,amount) VALUES\n" + rows.joined(separator: ",\n") + ";\n"
    }
    script += "COMMIT;\n"
    try await database.withConnection { connection in
      #expect(try await connection.executeScript(script) == 24)
      let rows = try await connection.query("SELECT id, name, amount FROM \(table) ORDER BY id").collect()
      #expect(rows.count == 2000)
      #expect(rows.last?.values == [1999, "N'Diaye; ? 99\nline 🛒", .decimal(try #require(ODBCDecimal("99.25")))])
      try await connection.execute("DROP TABLE \(table)")
    }
  }

  @Test("A script that fails names the statement and leaves no transaction open", arguments: Database.allCases)
  func failure(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE kept (n INTEGER)")
      let error = await #expect(throws: ODBCError.self) {
        try await connection.executeScript("BEGIN; INSERT INTO kept VALUES (1); INSERT INTO missing VALUES (1); COMMIT")
      }
      #expect(error?.message.contains("Statement 3 of 4") == true)
      #expect(try await connection.query("SELECT n FROM kept").collect().isEmpty)
      try await connection.withTransaction { try await $0.execute("INSERT INTO kept VALUES (1)") }
      #expect(try await connection.query("SELECT n FROM kept").collect().count == 1)
    }
  }
}
