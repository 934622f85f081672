internal import ODBC
internal import Testing

@Suite("Transactions")
struct TransactionTests {
  private struct Refusal: Error {}

  private func count(_ connection: ODBCConnection) async throws -> Int64? {
    try await connection.query("SELECT COUNT(*) AS n FROM ledger").collect().first?.integer("n")
  }

  @Test("A transaction commits when its body returns and rolls back when it throws", arguments: Database.allCases)
  func commitAndRollback(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE ledger (n INTEGER)")
      let inside = try await connection.withTransaction { connection in
        try await connection.execute("INSERT INTO ledger VALUES (1)")
        try await connection.execute("INSERT INTO ledger VALUES (?)", parameters: [2])
        return try await self.count(connection)
      }
      #expect(inside == 2)
      await #expect(throws: Refusal.self) {
        try await connection.withTransaction { connection in
          try await connection.execute("INSERT INTO ledger VALUES (3)")
          throw Refusal()
        }
      }
      #expect(try await self.count(connection) == 2)
      try await connection.execute("INSERT INTO ledger VALUES (4)")
      #expect(try await self.count(connection) == 3)
    }
  }

  @Test("A statement that fails rolls the transaction back and leaves the connection usable", arguments: Database.allCases)
  func failure(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE ledger (n INTEGER)")
      await #expect(throws: ODBCError.self) {
        try await connection.withTransaction(isolation: .serializable) { connection in
          try await connection.execute("INSERT INTO ledger VALUES (1)")
          try await connection.execute("INSERT INTO missing_table VALUES (1)")
        }
      }
      #expect(try await self.count(connection) == 0)
      try await connection.withTransaction { try await $0.execute("INSERT INTO ledger VALUES (1)") }
      #expect(try await self.count(connection) == 1)
    }
  }

  @Test("Cancelling the task rolls back", arguments: Database.allCases)
  func cancelled(_ database: Database) async throws {
    try await database.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE ledger (n INTEGER)")
      let task = Task {
        try await connection.withTransaction { connection in
          try await connection.execute("INSERT INTO ledger VALUES (1)")
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await self.count(connection) == 0)
    }
  }

  @Test("Transactions do not nest", arguments: Database.allCases)
  func nested(_ database: Database) async throws {
    try await database.withConnection { connection in
      let error = await #expect(throws: ODBCError.self) {
        try await connection.withTransaction { try await $0.withTransaction { _ in } }
      }
      #expect(error?.code == .invalidArgument)
      try await connection.withTransaction { _ in }
    }
  }

  @Test("A snapshot does not see what others commit meanwhile")
  func snapshot() async throws {
    let database = Database.postgreSQL
    try await database.withConnection { writer in
      try await writer.execute("CREATE TABLE snapshot_ledger (n INTEGER)")
      try await database.withConnection { reader in
        let counts = { (reader: ODBCConnection) in
          try await reader.query("SELECT COUNT(*) FROM snapshot_ledger").collect()[0].integer(0)
        }
        try await reader.withTransaction(isolation: .snapshot) { reader in
          #expect(try await counts(reader) == 0)
          try await writer.execute("INSERT INTO snapshot_ledger VALUES (1)")
          #expect(try await counts(reader) == 0)
        }
        // The level was for that transaction only.
        try await reader.withTransaction { reader in
          #expect(try await counts(reader) == 1)
          try await writer.execute("INSERT INTO snapshot_ledger VALUES (2)")
          #expect(try await counts(reader) == 2)
        }
      }
      try await writer.execute("DROP TABLE snapshot_ledger")
    }
  }

  @Test("A serialisation failure is transient")
  func serialization() async throws {
    let database = Database.postgreSQL
    try await database.withConnection { first in
      try await first.execute("CREATE TABLE conflict_ledger (n INTEGER)")
      try await first.execute("INSERT INTO conflict_ledger VALUES (1)")
      try await database.withConnection { second in
        let error = await #expect(throws: ODBCError.self) {
          try await first.withTransaction(isolation: .repeatableRead) { first in
            _ = try await first.query("SELECT n FROM conflict_ledger").collect()
            try await second.execute("UPDATE conflict_ledger SET n = 2")
            try await first.execute("UPDATE conflict_ledger SET n = 3")
          }
        }
        #expect(error?.sqlState == "40001")
        #expect(error?.isTransient == true)
        #expect(error?.isConnectionFailure == false)
      }
      try await first.execute("DROP TABLE conflict_ledger")
    }
  }

  @Test("A read-only session refuses to write", arguments: Database.allCases)
  func readOnly(_ database: Database) async throws {
    try await database.withConnection(.init(isReadOnly: true)) { connection in
      await #expect(throws: ODBCError.self) { try await connection.execute("CREATE TABLE forbidden (n INTEGER)") }
      #expect(try await connection.query("SELECT 1").collect().count == 1)
      let rows = try await connection.withTransaction(isolation: .snapshot) { connection in
        try await connection.query("SELECT 1").collect()
      }
      #expect(rows.count == 1)
    }
  }

  @Test("Closing the connection rolls back")
  func closing() async throws {
    let database = Database.postgreSQL
    try await database.withConnection { observer in
      try await observer.execute("CREATE TABLE closing_ledger (n INTEGER)")
      try await database.withConnection { writer in
        await #expect(throws: ODBCError.self) {
          try await writer.withTransaction { writer in
            try await writer.execute("INSERT INTO closing_ledger VALUES (1)")
            await writer.close()
          }
        }
      }
      #expect(try await observer.query("SELECT COUNT(*) FROM closing_ledger").collect()[0].integer(0) == 0)
      try await observer.execute("DROP TABLE closing_ledger")
    }
  }
}
