import ExampleSupport
import ODBC
import Testing

@testable import Tenants

/// What the two users of the database may do.
@Suite("The database's administrator", .timeLimit(.minutes(2)))
struct AdministrationTests {
  @Test("the server's user works with tenants, but neither adds nor removes them, nor changes tables")
  func privileges() async throws {
    let sandbox = try Sandbox()
    let access = try await TestDatabase.postgreSQL.make(in: sandbox.path)
    let store = try await access.open()
    let now = Moment(microseconds: 1)
    try await store.ensureManagementTenant(named: "Provider", id: TenantWorld.management, now: now)
    // Again, as every start of a worker does.
    await (try await access.open()).close()
    let server = try await TenantStore.connect(access.server)
    #expect(try await server.tenant(TenantWorld.management)?.name == "Provider")
    try await server.createTicket("T-1", tenant: TenantWorld.management, title: "x", now: now)
    _ = try await server.database.withConnection { connection in
      try await connection.execute("UPDATE tenants SET name = 'Provider 2'")
    }
    for statement in [
      "DELETE FROM tenants", "INSERT INTO tenants (tenant_id) VALUES ('x')", "DROP TABLE tickets",
      "UPDATE schema_migrations SET name = 'x'", "CREATE TABLE more (number INTEGER)",
    ] {
      let error = await #expect(throws: ODBCError.self) {
        try await server.database.withConnection { try await $0.execute(statement) }
      }
      #expect(error?.message.contains("permission denied") == true || error?.message.contains("owner") == true)
    }
    let origin = ChangeOrigin(now: now, actor: "test", idempotencyKey: "x")
    let new = try TenantWorld.input().validated(id: "11111111-2222-4333-8444-555555555555").tenant
    await #expect(throws: ODBCError.self) { _ = try await server.createTenant(new, origin) }
    _ = try await store.createTenant(new, origin)
    #expect(try await store.removeTenant(new.tenantID, createdBy: nil, origin))
    await server.close()
    await store.close()
  }

  @Test("a server's user that the database does not have is named, with the statement that makes it")
  func unknownUser() async throws {
    let sandbox = try Sandbox()
    var access = try await TestDatabase.postgreSQL.make(in: sandbox.path)
    try access.server.connectionString.set("Username", "nobody\"s")
    let error = await #expect(throws: ConfigurationProblems.self) { _ = try await access.open() }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("DB_USER_SERVER is 'nobody\"s'") && text.contains("CREATE ROLE \"nobody\"\"s\""), "\(text)")
  }
}
