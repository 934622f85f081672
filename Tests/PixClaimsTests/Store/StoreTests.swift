import DurableWorkflows
import ExampleSupport
import ODBC
import Testing

@testable import PixClaims

@Suite("The store", .timeLimit(.minutes(2)))
struct StoreTests {
  private static let now = Moment(microseconds: 1_767_225_600_123_456)
  private static let origin = ChangeOrigin(now: now, actor: "test")

  /// Runs `body` with a store in a fresh database.
  private func withStore(
    _ database: TestDatabase,
    _ body: (PixStore, PixDatabase.Settings) async throws -> Void
  ) async throws {
    try await withSandbox { sandbox in
      let settings = try await database.settings(in: sandbox.path)
      let opened = try await PixDatabase.open(settings)
      do {
        try await body(PixStore(database: opened), settings)
      } catch {
        await opened.close()
        throw error
      }
      await opened.close()
    }
  }

  private func claim(_ number: Int = 1, change: (inout Claim) -> Void = { _ in }) -> Claim {
    let entry = PixWorld.entry(number)
    var claim = Claim(
      claimID: "CLAIM-\(number)",
      entryID: entry.entryID,
      type: .ownership,
      key: entry.key,
      keyType: .cpf,
      status: .open,
      donorISPB: PixWorld.owner,
      claimerISPB: PixWorld.claimer,
      completionPeriodEnd: Self.now + .days(7),
      expiresAt: Self.now + .days(30),
      createdAt: Self.now
    )
    change(&claim)
    return claim
  }

  @Test("rows come back as they were written, with microseconds and any text", arguments: TestDatabase.allCases)
  func roundTrip(_ database: TestDatabase) async throws {
    try await withStore(database) { store, _ in
      var entry = PixWorld.entry(1)
      entry.ownerName = "José \"Zé\" d'Ávila \\ 🛒"
      try await store.createEntry(entry, Self.origin)
      var stored = try #require(try await store.entry("ENTRY-1"))
      #expect(stored.updatedAt == Self.now)
      stored.updatedAt = nil
      #expect(stored == entry)

      let claim = claim {
        $0.claimerBranch = "1"
        $0.claimerAccount = "2"
        $0.claimerAccountType = "SVGS"
        $0.correlationID = "c"
        $0.notes = "line\nline"
      }
      _ = try await store.createClaim(claim, Self.origin)
      #expect(try await store.claim("CLAIM-1") == claim)
      #expect(try await store.openClaims().count == 1)
      #expect(try await store.openClaims().oldest == Self.now)

      var report = Infraction(
        infractionID: "I-1",
        key: entry.key,
        type: .duplicateKey,
        description: "d",
        reporterISPB: PixWorld.owner,
        evidenceURLs: ["a,b", "{c}", "\"d\"", "e\\f", ""],
        entryID: "ENTRY-1"
      )
      try await store.createInfraction(report, Self.origin)
      report.reportedAt = Self.now
      #expect(try await store.infraction("I-1") == report)
    }
  }

  @Test("a change, its audit and its event are one: if one fails, none is there", arguments: TestDatabase.allCases)
  func atomic(_ database: TestDatabase) async throws {
    try await withStore(database) { store, _ in
      try await store.createEntry(PixWorld.entry(1), Self.origin)
      let events = try await store.events()
      let audits = try await store.auditCount()
      struct Stop: Error {}
      await #expect(throws: Stop.self) {
        try await store.change(Self.origin) { transaction in
          let old = try await transaction.requireEntry("ENTRY-1")
          var entry = old
          entry.ownerName = "Nobody"
          try await transaction.save(entry, replacing: old, operation: "test")
          try await transaction.record(.entry("test", entry))
          throw Stop()
        }
      }
      #expect(try await store.entry("ENTRY-1")?.ownerName == "Ada Lovelace")
      #expect(try await store.events() == events)
      #expect(try await store.auditCount() == audits)
    }
  }

  @Test(
    "what the original's tables got wrong: a deleted key is free, no account type is no error",
    arguments: TestDatabase.allCases
  )
  func corrections(_ database: TestDatabase) async throws {
    try await withStore(database) { store, _ in
      try await store.createEntry(PixWorld.entry(1), Self.origin)
      var second = PixWorld.entry(1)
      second.entryID = "ENTRY-1b"
      let error = await #expect(throws: PixError.self) { try await store.createEntry(second, Self.origin) }
      #expect(error?.code == .keyAlreadyExists)
      try await store.deleteEntry("ENTRY-1", Self.origin)
      try await store.createEntry(second, Self.origin)
      #expect(try await store.entry(forKey: second.key)?.entryID == "ENTRY-1b")
      #expect(try await store.entry("ENTRY-1")?.deletedAt == Self.now)
      #expect(try await store.createClaim(claim(), Self.origin).claimerAccountType == nil)
      let deleted = try #require(try await store.events().first { $0.type == "entry_deleted" })
      #expect(deleted.payload["deleted_at"]?.string == Self.now.description, "the original always said null")
    }
  }

  @Test(
    "the database itself refuses a second open claim and a claim to one's own key",
    arguments: TestDatabase.allCases
  )
  func constraints(_ database: TestDatabase) async throws {
    try await withStore(database) { store, _ in
      _ = try await store.createClaim(claim(), Self.origin)
      let twin = claim { $0.claimID = "CLAIM-2" }
      let error = await #expect(throws: ODBCError.self) {
        try await store.change(Self.origin) { try await $0.insert(twin) }
      }
      #expect(error?.isUniqueViolation == true)
      let own = claim(2) { $0.claimerISPB = PixWorld.owner }
      await #expect(throws: ODBCError.self) { try await store.change(Self.origin) { try await $0.insert(own) } }
      #expect(try await store.claim("CLAIM-2") == nil)
    }
  }

  @Test(
    "migrations are applied once, also by several processes at a time, and a newer database is refused",
    arguments: TestDatabase.allCases
  )
  func migrations(_ database: TestDatabase) async throws {
    try await withStore(database) { store, settings in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { await (try await PixDatabase.open(settings)).close() } }
        try await group.waitForAll()
      }
      let count = try await store.read { try await $0.rows("SELECT version FROM schema_migrations", []).count }
      #expect(count == Migrations.all.count)
      #expect(Migrations.all.map(\.version) == Array(1...Migrations.all.count))
      try await store.database.withConnection {
        _ = try await $0.execute("UPDATE schema_migrations SET version = 99 WHERE version = 3")
      }
      let error = await #expect(throws: SQLDatabaseError.self) { _ = try await PixDatabase.open(settings) }
      #expect(error?.message.contains("99") == true)
    }
  }

  @Test("many tasks share few connections, and a cancelled one gives its place up", arguments: TestDatabase.allCases)
  func pool(_ database: TestDatabase) async throws {
    try await withStore(database) { store, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...60 {
          group.addTask {
            var entry = PixWorld.entry(number)
            entry.branch = nil
            try await store.createEntry(entry, Self.origin)
          }
        }
        for _ in 0..<20 {
          let waiting = Task { try await store.database.ping() }
          waiting.cancel()
          // Cancelled before or after it got a connection.
          _ = await waiting.result
        }
        try await group.waitForAll()
      }
      #expect(try await store.entries(participant: "").count == 60)
      await store.database.close()
      await #expect(throws: SQLDatabaseError.self) { try await store.database.ping() }
    }
  }
}
