internal import DurableWorkflows
internal import Foundation
internal import Synchronization
internal import Testing
internal import WorkflowJournal
internal import WorkflowTesting

@testable internal import WorkflowCodecs

/// Runs whose data goes through codecs: nothing lies in the clear, everything replays, and a key that is missing blocks
/// a run instead of losing it.
@Suite("Runs with codecs", .timeLimit(.minutes(2)))
struct EncodedRunTests {
  private static let secret = "the secret of the claim"

  private static func keys(_ id: String, _ byte: UInt8 = 7) throws -> EncryptionKeys {
    try EncryptionKeys([(id, [UInt8](repeating: byte, count: 32))])
  }

  private static func converter(_ keys: EncryptionKeys) -> DataConverter {
    DataConverter(codecs: [ZlibCodec(), EncryptionCodec(keys)], encodesFailures: true)
  }

  /// Whether any file of the journal contains the text.
  private func holds(_ text: String, _ fileSystem: InMemoryFileSystem) throws -> Bool {
    for directory in [WorkflowTestEnvironment.directory, WorkflowTestEnvironment.directory + "/blobs"] {
      for name in try fileSystem.list(directory) {
        if let bytes = fileSystem.contents(of: "\(directory)/\(name)"), bytes.contains(Array(text.utf8)) { return true }
      }
    }
    return false
  }

  @Test("inputs, results, signals, updates, queries, heartbeats and failures, through a restart; none in the clear")
  func everything() async throws {
    let converter = Self.converter(try Self.keys("a"))
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Confidant.self], configure: { $0.payloadConverter = converter }
    ) { env in
      let check = env.mock("check") { arguments in
        let text: String = try arguments.decode(0)
        if text.hasPrefix("refuse") {
          throw ApplicationError("no: \(Self.secret)", type: "Refused", isNonRetryable: true)
        }
        return text + "!"
      }
      let handle = try await env.client.start(Confidant.self, id: "c", input: Self.secret)
      try await handle.signal(name: "note", input: [converter.payload(for: Self.secret)])
      #expect(try await converter.value(of: handle.query(name: "notes"), as: [String].self) == [Self.secret])
      let update = try await env.client.startUpdate(
        UpdateRequest(updateID: "u", name: "say", input: [try converter.payload(for: Self.secret)]),
        of: handle.execution, waitForStage: .completed, returning: String.self)
      #expect(try await update.result() == Self.secret + "!")
      let refusal = await #expect(throws: WorkflowUpdateFailedError.self) {
        let refused = try await env.client.startUpdate(
          UpdateRequest(updateID: "v", name: "say", input: [try converter.payload(for: "refuse")]),
          of: handle.execution, waitForStage: .accepted, returning: String.self)
        _ = try await refused.result()
      }
      #expect(refusal?.cause.root.message == "no: \(Self.secret)")
      try await env.restart(.kill)
      try await handle.signal(name: "finish")
      let error = await #expect(throws: WorkflowFailedError.self) { _ = try await handle.result() }
      // What the code saw and what the client sees are the failure as it was thrown.
      #expect(error?.cause.message.contains("saw Refused: no: \(Self.secret)") == true)
      #expect(error?.cause.applicationType == "Final")
      #expect(check.callCount >= 3)
      #expect(try !holds(Self.secret, env.fileSystem))
      #expect(try holds("Confidant", env.fileSystem), "types and names stay readable")
      let replayer = WorkflowReplayer(workflows: [Confidant.self], payloadConverter: converter)
      try await replayer.replay(try await env.client.history(of: handle.execution))
    }
  }

  @Test("without its key, or with a wrong one, a run is blocked and says why; with the right key it goes on")
  func missingKey() async throws {
    let right = Self.converter(try Self.keys("a"))
    let current = Mutex(right)
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Confidant.self], configure: { $0.payloadConverter = current.withLock { $0 } }
    ) { env in
      env.mock("check") { try $0.decode(0, as: String.self) }
      _ = try await env.client.start(Confidant.self, id: "c", input: "begin")
      for (wrong, reason) in [
        (Self.converter(try Self.keys("b")), "missingKey: the key 'a' is needed"),
        (Self.converter(try Self.keys("a", 8)), "wrongKey: the key that was given as 'a'"),
      ] {
        current.withLock { $0 = wrong }
        try await env.restart(.kill)
        let handle = env.client.handle(for: Confidant.self, id: "c")
        try await handle.signal(name: "note", input: [right.payload(for: "while it is blocked")])
        let error = await #expect(throws: WorkflowBlockedError.self) { _ = try await handle.result() }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
      }
      current.withLock { $0 = right }
      try await env.restart(.kill)
      let handle = env.client.handle(for: Confidant.self, id: "c")
      #expect(
        try await right.value(of: handle.query(name: "notes"), as: [String].self)
          == ["while it is blocked", "while it is blocked"])
    }
  }

  @Test("code that catches everything cannot swallow a codec's error")
  func swallowed() async throws {
    let right = Self.converter(try Self.keys("a"))
    let current = Mutex(right)
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Careless.self], configure: { $0.payloadConverter = current.withLock { $0 } }
    ) { env in
      let check = env.mock("check") { try $0.decode(0, as: String.self) }
      _ = try await env.client.start(Careless.self, id: "c")
      try await check.waitForCalls(1)
      while try await env.engine.statistics().runningActivities > 0 { await Task.yield() }
      // The recorded result is encrypted with a key that the next process does not have.
      let wrong = Self.converter(try Self.keys("b"))
      current.withLock { $0 = wrong }
      try await env.restart(.kill)
      let blocked = env.client.handle(for: Careless.self, id: "c")
      try await blocked.signal(name: "go")
      let error = await #expect(throws: WorkflowBlockedError.self) { _ = try await blocked.result() }
      #expect(error?.reason.contains("missingKey") == true)
      current.withLock { $0 = right }
      try await env.restart(.kill)
      #expect(try await env.client.handle(for: Careless.self, id: "c").result() == "fine")
      #expect(check.callCount == 1)
    }
  }

  @Test("killed at every durable write, they come to the same end", arguments: [1, 2])
  func crashes(seed: UInt64) async throws {
    let converter = Self.converter(try Self.keys("a"))
    var options = CrashSimulationOptions()
    options.configure = { $0.payloadConverter = converter }
    // Equal values have other bytes each time.
    options.comparesRuns = false
    try await CrashSimulation.run(
      workflows: [Careless.self, Confidant.self], activities: { [Checks()] }, seed: seed, options: options,
      drive: { client in
        let careless = try await client.start(Careless.self, id: "careless")
        // Its own request id: the input has other bytes in every life.
        let confidant = try await client.start(
          Confidant.self, id: "confidant", input: Self.secret, options: .init(requestID: "confidant"))
        try await careless.signal(name: "go")
        try await confidant.signal(name: "finish")
        let result = try await careless.result()
        do {
          return try await confidant.result() + result
        } catch let error as WorkflowFailedError {
          return error.cause.message + result
        }
      })
  }

  @Test("data of a run is erased with its key, in the journal and for clients; other runs go on")
  func erased() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "erased-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let keys = try RunKeys(directory: directory, master: try Self.keys("m"))
    let converter = DataConverter(codecs: [RunEncryptionCodec(keys)], encodesFailures: true)
    try await WorkflowTestEnvironment.withEnvironment(
      workflows: [Careless.self], configure: { $0.payloadConverter = converter }
    ) { env in
      env.mock("check") { try $0.decode(0, as: String.self) }
      func execute(_ id: String) async throws -> String {
        let handle = try await env.client.start(Careless.self, id: id)
        try await handle.signal(name: "go")
        return try await handle.result()
      }
      #expect(try await execute("one") == "fine")
      #expect(try await execute("two") == "fine")
      #expect(try keys.erase(workflowID: "one"))
      for _ in 0..<2 {
        let error = await #expect(throws: PayloadCodecError.self) {
          _ = try await env.client.handle(for: Careless.self, id: "one").result()
        }
        #expect(error?.code == .erased)
        #expect(try await env.client.handle(for: Careless.self, id: "two").result() == "fine")
        try await env.restart(.kill)
      }
      #expect(try await execute("one") == "fine", "a new run of the id has a new key")
    }
  }
}

/// The activities of the simulation.
private struct Checks: ActivityContainer {
  /// Nothing to call: the workflows name the activity themselves.
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }

  let activities = [
    ActivityDefinition("check") { arguments in
      let text: String = try arguments.decode(0)
      if text.hasPrefix("refuse") { throw ApplicationError("no", type: "Refused", isNonRetryable: true) }
      return text
    }
  ]
}

/// Keeps what it is told, and fails in the end with what it has seen.
private actor Confidant: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static let name = "Confidant"
  private var notes: [String] = []
  private var isFinished = false

  static var handlers: WorkflowHandlers<Confidant> {
    WorkflowHandlers()
      .signal("note") { workflow, arguments in workflow.notes.append(try arguments.decode(0)) }
      .signal("finish") { workflow, _ in workflow.isFinished = true }
      .query("notes") { workflow, _ in workflow.notes }
      .update("say") { workflow, arguments in
        let text: String = try arguments.decode(0)
        let said: String = try await workflow.context.executeActivity("check", text, options: Confidant.options)
        return said
      }
  }

  func run(input: String) async throws -> String {
    try await context.condition { isFinished }
    do {
      let _: String = try await context.executeActivity("check", "refuse \(input)", options: Confidant.options)
    } catch let error as ActivityError {
      throw ApplicationError(
        "saw \(error.cause.applicationType ?? ""): \(error.cause.message)", type: "Final", cause: error.cause)
    }
    return input
  }

  private static let options = ActivityOptions(startToCloseTimeout: .seconds(60))
}

/// Takes every error of its activity for a result.
private actor Careless: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static let name = "Careless"
  private var mayGo = false

  static var handlers: WorkflowHandlers<Careless> {
    WorkflowHandlers().signal("go") { workflow, _ in workflow.mayGo = true }
  }

  func run(input: Empty) async throws -> String {
    var result: String
    do {
      result = try await context.executeActivity(
        "check", "fine", options: ActivityOptions(startToCloseTimeout: .seconds(60)))
    } catch {
      result = "swallowed"
    }
    try await context.condition { mayGo }
    return result
  }
}
