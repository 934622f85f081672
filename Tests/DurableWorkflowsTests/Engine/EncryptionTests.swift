internal import DurableWorkflows
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

/// An encrypted journal holds no payload in the clear, and is of no use without its key.
@Suite("Encryption at rest", .timeLimit(.minutes(1)))
struct EncryptionTests {
  private static let secret = "the secret of the claim"

  private static func key(_ number: UInt32) throws -> JournalKey {
    try JournalKey(identifier: number, bytes: (0..<32).map { UInt8($0) &+ UInt8(number) })
  }

  /// Whether any file of the journal contains the text.
  private func holds(_ text: String, _ fileSystem: InMemoryFileSystem) throws -> Bool {
    var directories = [WorkflowTestEnvironment.directory]
    while let directory = directories.popLast() {
      for name in try fileSystem.list(directory) {
        if name == "blobs" {
          directories.append("\(directory)/blobs")
        } else if let bytes = fileSystem.contents(of: "\(directory)/\(name)"), bytes.contains(Array(text.utf8)) {
          return true
        }
      }
    }
    return false
  }

  private func run(_ encryption: JournalEncryption?) async throws -> InMemoryFileSystem {
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self], configure: { $0.journal.encryption = encryption }
    ) { env in
      let tally = try await env.client.start(Tally.self, id: "t", input: 1)
      let long = String(repeating: Self.secret, count: 10_000)
      for text in [Self.secret, long] {
        try await tally.signal(name: "unknown", input: [JSONPayloadConverter().payload(for: text)])
      }
      try await env.engine.checkpoint()
      try await tally.signal(name: "unknown", input: [JSONPayloadConverter().payload(for: Self.secret)])
      try await env.restart(.kill)
      try await tally.signal(name: "finish")
      let result = try await tally.result()
      #expect(result == 1)
      try await env.restart(.shutdown)
      return env.fileSystem.crash(.everything)
    }
  }

  @Test("records, checkpoints and files of payloads")
  func hidden() async throws {
    let plain = try await run(nil)
    #expect(try holds(Self.secret, plain))
    let encrypted = try await run(JournalEncryption(key: Self.key(1)))
    #expect(try !holds(Self.secret, encrypted))
  }

  @Test("another key, or none, is refused with the number of the key that is needed")
  func wrongKey() async throws {
    let fileSystem = try await run(JournalEncryption(key: Self.key(1)))
    for encryption in [nil, JournalEncryption(key: try Self.key(2))] {
      let error = await #expect(throws: JournalError.self) {
        try await WorkflowTestEnvironment.withEnvironment(
          workflows: [Tally.self], fileSystem: fileSystem, configure: { $0.journal.encryption = encryption }
        ) { _ in }
      }
      #expect(error?.message.contains("key 1") == true, "\(String(describing: error))")
    }
    let rotated = JournalEncryption(key: try Self.key(2), formerKeys: [try Self.key(1)])
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Tally.self], fileSystem: fileSystem, configure: { $0.journal.encryption = rotated }
    ) { env in
      let result = try await env.client.handle(for: Tally.self, id: "t").result()
      #expect(result == 1)
    }
  }
}
