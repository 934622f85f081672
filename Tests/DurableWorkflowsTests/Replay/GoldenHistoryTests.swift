internal import Foundation
internal import Testing
internal import WorkflowTesting

@testable internal import DurableWorkflows

/// A history that was recorded once, by a debug build, replays in every build: debug and release interleave alike.
///
/// It was recorded by `Medley`. If that workflow has to change, record it anew: `swift test --filter
/// GoldenHistoryTests` with the environment variable `RECORD_GOLDEN=1` prints the text.
@Suite("A golden history", .timeLimit(.minutes(1)))
struct GoldenHistoryTests {
  private var history: [HistoryEvent] {
    get throws {
      let lines = goldenMedley.split(separator: "\n").joined()
      let data = try #require(Data(base64Encoded: lines))
      var reader = ByteReader(Array(data))
      _ = try reader.unsigned()
      return try reader.events(started: nil)
    }
  }

  @Test("replays, with the recorded result")
  func replays() async throws {
    let history = try history
    guard case .workflowExecutionCompleted(let result, _, _)? = history.last?.attributes else {
      Issue.record("the history does not end with its result")
      return
    }
    for _ in 0..<20 {
      let outcome = try await WorkflowReplayer(workflows: [Medley.self]).replay(history)
      #expect(outcome.result == result)
    }
  }

  @Test("is recorded on demand", .enabled(if: ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"))
  func record() async throws {
    try await WorkflowTestEnvironment.withEnvironment(workflows: [Medley.self]) { env in
      env.mock("echo") { arguments in
        await shuffle()
        return try arguments.decode(0, as: String.self)
      }
      let handle = try await env.client.start(Medley.self, id: "golden", input: Medley.Part.allCases)
      for number in 1...3 {
        try await handle.signal(name: "poke", input: [JSONPayloadConverter().payload(for: number)])
        await shuffle()
      }
      _ = try await handle.result()
      let history = try await handle.fetchHistory()
      guard case .workflowExecutionStarted(let started) = history[0].attributes else { return }
      var writer = ByteWriter()
      let state = RunState(key: RunKey(rawValue: 1), started: started, startTime: history[0].time)
      writer.events(history, of: state.key, state: state)
      var text = Substring(Data(writer.bytes).base64EncodedString())
      while !text.isEmpty {
        print("golden: \(text.prefix(112))")
        text = text.dropFirst(112)
      }
    }
  }
}
