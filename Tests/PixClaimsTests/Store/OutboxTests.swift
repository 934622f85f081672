import DurableWorkflows
import ExampleSupport
import Foundation
import Testing

@testable import PixClaims

@Suite("The outbox", .timeLimit(.minutes(2)))
struct OutboxTests {
  private struct Parts {
    let store: PixStore
    let sink: RecordingEventSink
    let alerts: RecordingAlertSink
    let publisher: OutboxPublisher
  }

  private static let origin = ChangeOrigin(now: Moment(microseconds: 1_767_225_600_000_000), actor: "test")

  private func withParts(_ database: TestDatabase, _ body: (Parts) async throws -> Void) async throws {
    try await withSandbox { sandbox in
      let opened = try await PixDatabase.open(try await database.settings(in: sandbox.path))
      let store = PixStore(database: opened)
      let (sink, alerts) = (RecordingEventSink(), RecordingAlertSink())
      let publisher = OutboxPublisher(store: store, sink: sink, alerts: alerts) { Self.origin.now }
      try await body(Parts(store: store, sink: sink, alerts: alerts, publisher: publisher))
      await opened.close()
    }
  }

  private func record(_ count: Int, _ store: PixStore, prefix: String = "e") async throws {
    for number in 0..<count {
      try await store.record(
        DomainEvent(
          "\(prefix)\(number)",
          aggregateType: "test",
          aggregateID: "a",
          payload: ["n": .integer(Int64(number))]
        ),
        Self.origin
      )
    }
  }

  @Test("events are published in order, once, and marked", arguments: TestDatabase.allCases)
  func order(_ database: TestDatabase) async throws {
    try await withParts(database) { parts in
      try await record(130, parts.store)
      #expect(try await parts.store.unpublishedEvents() == 130)
      #expect(try await parts.publisher.publishBatch() == 100)
      #expect(try await parts.publisher.publishBatch() == 30)
      #expect(try await parts.publisher.publishBatch() == 0)
      #expect(parts.sink.events.map(\.type) == (0..<130).map { "e\($0)" })
      #expect(parts.sink.events[7].payload["event_type"]?.string == "e7")
      #expect(Set(parts.sink.events.map(\.eventID)).count == 130)
      #expect(try await parts.store.unpublishedEvents() == 0)
    }
  }

  @Test(
    "what the sink refuses stays, with the error and the attempts, and nothing overtakes it",
    arguments: TestDatabase.allCases
  )
  func refusal(_ database: TestDatabase) async throws {
    try await withParts(database) { parts in
      try await record(3, parts.store)
      parts.sink.refuse("broker down")
      for attempt in 1...2 {
        let error = await #expect(throws: (any Error).self) { _ = try await parts.publisher.publishBatch() }
        #expect("\(String(describing: error))".contains("broker down"))
        let first = try #require(try await parts.store.events().first)
        #expect(first.attempts == attempt)
      }
      #expect(try await parts.store.unpublishedEvents() == 3)
      parts.sink.refuse(nil)
      try await parts.publisher.publishAll()
      #expect(parts.sink.events.map(\.type) == ["e0", "e1", "e2"])
    }
  }

  @Test("a running publisher notices what is recorded")
  func running() async throws {
    try await withParts(.sqlite) { parts in
      try await record(2, parts.store)
      let task = Task { await parts.publisher.run() }
      try await record(2, parts.store, prefix: "later")
      while parts.sink.events.count < 4 { await Task.yield() }
      #expect(parts.sink.events.map(\.type) == ["e0", "e1", "later0", "later1"])
      task.cancel()
      await task.value
    }
  }

  @Test("several publishers publish every event once", arguments: TestDatabase.allCases)
  func several(_ database: TestDatabase) async throws {
    try await withParts(database) { parts in
      try await record(250, parts.store)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { try await parts.publisher.publishAll() } }
        try await group.waitForAll()
      }
      #expect(parts.sink.events.map(\.type) == (0..<250).map { "e\($0)" })
    }
  }

  @Test("a file gets a line per event, with key and properties")
  func file() async throws {
    let sandbox = try Sandbox()
    let path = sandbox.path + "/events.jsonl"
    let sink = try FileEventSink(path: path, topic: "persistent://public/default/dict-events", producer: "p")
    let event = RecordedEvent(
      eventID: "id",
      type: "claim_completed",
      aggregateID: "CLAIM-1",
      payload: .object(["a": .string("\"\n")]),
      createdAt: Self.origin.now,
      attempts: 0
    )
    try await sink.publish([event, event])
    await sink.close()
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    let line = try JSONValue(text: String(lines[0]))
    #expect(line["key"]?.string == "CLAIM-1")
    #expect(line["topic"]?.string == "persistent://public/default/dict-events")
    #expect(line["properties"]?["producer"]?.string == "conn-dict")
    #expect(line["properties"]?["event_time"]?.string == "2026-01-01T00:00:00Z")
    #expect(line["payload"]?["a"]?.string == "\"\n")
    await #expect(throws: FileEventSink.Failure.self) { try await sink.publish([event]) }
    #expect(throws: FileEventSink.Failure.self) {
      _ = try FileEventSink(path: sandbox.path + "/none/x", topic: "t", producer: "p")
    }
  }
}
