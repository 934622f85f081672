import DurableWorkflows
import ExampleSupport
import Foundation
import Logging
import Testing

@testable import Tenants

/// What histories hold of passwords.
@Suite("Encrypted histories", .timeLimit(.minutes(2)))
struct EncryptionTests {
  private static let password = "Correct-Horse-17"
  private static let address = "ada@example.com"

  /// Opens the engine of a sandbox with a database of its own, and closes both.
  private func withEngine<Result>(
    _ sandbox: Sandbox, key: String? = nil, isEncrypted: Bool = true,
    _ body: (WorkflowEngine, TenantStore) async throws -> Result
  ) async throws -> Result {
    let configuration = try TenantWorld.configuration(sandbox, key: key)
    let store = try await TenantStore.open(configuration.database)
    let services = TenantServices(
      store: store, credentials: Credentials(secret: "s", iterations: 2), outside: SimulatedServices())
    var options = configuration.engineOptions
    options.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    if !isEncrypted { options.payloadConverter = JSONPayloadConverter() }
    let engine = try await WorkflowEngine.open(
      directory: sandbox.path + "/journal", workers: TenantRegistration(services).workers(configuration),
      options: options)
    do {
      let result = try await body(engine, store)
      try await engine.shutdown()
      await store.close()
      return result
    } catch {
      try? await engine.shutdown()
      await store.close()
      throw error
    }
  }

  private func create(_ engine: WorkflowEngine, _ store: TenantStore) async throws -> TenantCreationResult {
    try await store.ensureManagementTenant(named: "Provider", id: TenantWorld.management, now: Moment(microseconds: 1))
    var input = TenantWorld.input()
    input.adminUser = AdminUser(
      firstName: "Ada", lastName: "Lovelace", email: Self.address, password: Self.password)
    return try await engine.client.execute(TenantCreationWorkflow.self, id: "creation", input: input)
  }

  /// Whether a file below the sandbox's journal holds a text.
  private func journal(of sandbox: Sandbox, holds text: String) throws -> Bool {
    let root = URL(filePath: sandbox.path + "/journal")
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    var bytes = 0
    for file in files ?? [] {
      guard let data = try? Data(contentsOf: file) else { continue }
      bytes += data.count
      if data.range(of: Data(text.utf8)) != nil { return true }
    }
    #expect(bytes > 0)
    return false
  }

  @Test("a journal holds neither a password nor an address of a created tenant")
  func noPassword() async throws {
    let sandbox = try Sandbox()
    let result = try await withEngine(sandbox) { try await create($0, $1) }
    #expect(result.temporaryPassword == Self.password)
    for text in [Self.password, Self.address] { #expect(try !journal(of: sandbox, holds: text), "\(text)") }
    // It would, without the keys.
    let plain = try Sandbox()
    _ = try await withEngine(plain, isEncrypted: false) { try await create($0, $1) }
    for text in [Self.password, Self.address] { #expect(try journal(of: plain, holds: text), "\(text)") }
  }

  @Test("what was encrypted is read with its key, also after a rotation, and with no other one")
  func otherKeys() async throws {
    let sandbox = try Sandbox()
    let result = try await withEngine(sandbox) { try await create($0, $1) }
    let other = Data(repeating: 9, count: 32).base64EncodedString()
    func read(_ key: String) async throws -> TenantCreationResult {
      try await withEngine(sandbox, key: key) { engine, _ in
        try await engine.client.handle(for: TenantCreationWorkflow.self, id: "creation").result()
      }
    }
    #expect(try await read("next:\(other),test:\(TenantWorld.testKey)") == result)
    let wrong = await #expect(throws: PayloadCodecError.self) { _ = try await read("test:\(other)") }
    #expect(wrong?.code == .wrongKey && wrong?.message.contains("'test'") == true)
    let missing = await #expect(throws: PayloadCodecError.self) { _ = try await read("next:\(other)") }
    #expect(missing?.code == .missingKey && missing?.message.contains("'test'") == true)
  }
}
