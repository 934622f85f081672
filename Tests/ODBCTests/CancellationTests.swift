internal import ODBC
internal import Testing

@Suite("Cancellation and timeouts")
struct CancellationTests {
  /// A query that takes far longer than any test may.
  private func endless(on database: Database) -> String {
    switch database {
    case .sqlite:
      "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series) SELECT COUNT(*) FROM series"
    case .postgreSQL, .postgreSQLWithoutCursor:
      "SELECT pg_sleep(600)"
    }
  }

  private func expectUsable(_ connection: ODBCConnection) async throws {
    for _ in 0..<5 { #expect(try await connection.query("SELECT 42").collect()[0].integer(0) == 42) }
  }

  @Test("A timeout ends a query", arguments: Database.allCases)
  func timeout(_ database: Database) async throws {
    try await database.withConnection { connection in
      let clock = ContinuousClock()
      let start = clock.now
      let error = await #expect(throws: ODBCError.self) {
        try await connection.query(self.endless(on: database), timeout: .milliseconds(200)).collect()
      }
      #expect(error?.code == .timeout)
      #expect(error?.sqlState == "HYT00")
      #expect(error?.isTransient == true)
      #expect(clock.now - start < .seconds(10))
      try await self.expectUsable(connection)
    }
  }

  @Test("The timeout of the options holds for every statement", arguments: Database.allCases)
  func defaultTimeout(_ database: Database) async throws {
    try await database.withConnection(.init(queryTimeout: .milliseconds(200))) { connection in
      for _ in 0..<2 {
        let statement = try await connection.prepare(self.endless(on: database))
        let error = await #expect(throws: ODBCError.self) { try await statement.query().collect() }
        #expect(error?.code == .timeout)
      }
      try await self.expectUsable(connection)
    }
  }

  @Test("Cancelling the task ends its query on the server", arguments: Database.allCases)
  func task(_ database: Database) async throws {
    try await database.withConnection { connection in
      let sql = self.endless(on: database)
      for _ in 0..<3 {
        let task = Task { try await connection.query(sql).collect().count }
        // Wherever the cancellation meets the task, before, in or between the calls, the task must end.
        await Task.yield()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await self.expectUsable(connection)
      }
    }
  }

  @Test("Cancelling while the query runs on the server")
  func running() async throws {
    let database = Database.postgreSQL
    try await database.withConnection { connection in
      let task = Task { try await connection.query("SELECT pg_sleep(600) /* observed */").collect().count }
      defer { task.cancel() }
      try await database.withConnection { observer in
        let sql = """
          SELECT COUNT(*) FROM pg_stat_activity
          WHERE state = 'active' AND query LIKE '%observed *%' AND pid <> pg_backend_pid()
          """
        while try await observer.query(sql).collect()[0].integer(0) == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await observer.query(sql).collect()[0].integer(0) == 0)
      }
      try await self.expectUsable(connection)
    }
  }

  @Test("Another task cancels what the connection runs", arguments: Database.allCases)
  func request(_ database: Database) async throws {
    try await database.withConnection { connection in
      let sql = self.endless(on: database)
      let canceller = Task {
        // Until the operation has started there is nothing to cancel.
        while !Task.isCancelled {
          connection.cancelRunningOperation()
          await Task.yield()
        }
      }
      let error = await #expect(throws: ODBCError.self) { try await connection.query(sql).collect() }
      canceller.cancel()
      await canceller.value
      #expect(error?.code == .cancelled)
      #expect(error?.sqlState == "HY008")
      try await self.expectUsable(connection)
    }
  }

  @Test("Cancelling while rows are fetched", arguments: [Database.sqlite, .postgreSQL])
  func fetching(_ database: Database) async throws {
    try await database.withConnection { connection in
      let sql =
        switch database {
        case .sqlite:
          "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series) SELECT n FROM series"
        case .postgreSQL, .postgreSQLWithoutCursor:
          "SELECT generate_series(1, 1000000000000) AS n"
        }
      let task = Task {
        var count = 0
        for try await _ in try await connection.query(sql) {
          count += 1
          if count == 5000 { withUnsafeCurrentTask { $0?.cancel() } }
        }
        return count
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      try await self.expectUsable(connection)
    }
  }

  @Test("Closing a connection ends what it runs", arguments: Database.allCases)
  func closing(_ database: Database) async throws {
    let connection = try await ODBCConnection.connect(await database.connectionString())
    let sql = self.endless(on: database)
    let task = Task { try await connection.query(sql).collect().count }
    await Task.yield()
    await connection.close()
    let error = await #expect(throws: ODBCError.self) { try await task.value }
    #expect(error?.code == .cancelled || error?.code == .closed)
  }

  @Test("Blocking calls leave the cooperative pool free", arguments: Database.allCases)
  func pool(_ database: Database) async throws {
    // More connections that block than the pool has threads.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<12 {
        group.addTask {
          try await database.withConnection { connection in
            let error = await #expect(throws: ODBCError.self) {
              try await connection.query(self.endless(on: database), timeout: .milliseconds(500)).collect()
            }
            #expect(error?.code == .timeout)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
