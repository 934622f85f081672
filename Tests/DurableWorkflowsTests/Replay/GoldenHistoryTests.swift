internal import Foundation
internal import Logging
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

  @Test("replays in parts, cut anywhere, into what it replays into as a whole")
  func replaysInParts() throws {
    let history = try history
    for length in [1, 2, 3, 5, 7, 11, 13, 64, history.count] {
      for start in 0..<min(length, 8) {
        var ends = Array(stride(from: start, to: history.count, by: length))
        ends.append(history.count)
        #expect(try outcome(of: history, endingAt: ends) == [])
      }
    }
    // Without its last events the history ends with what no task has seen.
    for end in history.indices where !history[end].attributes.isCommandEvent {
      let whole = try outcome(of: history, endingAt: [end])
      #expect(try outcome(of: history, endingAt: Array(0...end)) == whole)
    }
  }

  /// Replays the history in parts and gives what no task has seen.
  private func outcome(of history: [HistoryEvent], endingAt ends: [Int]) throws -> [HistoryEvent] {
    guard case .workflowExecutionStarted(let started) = history[0].attributes else { return history }
    let instance = WorkflowInstance(
      info: WorkflowInfo(started, namespace: "default", startTime: history[0].time),
      registration: WorkflowRegistration(Medley.self), converter: JSONPayloadConverter(),
      logger: Logger(label: "golden") { _ in SwiftLogNoOpLogHandler() }, onForeignJob: {})
    defer { instance.abandon() }
    var replay = HistoryReplay(into: instance)
    var begin = 0
    for end in ends {
      try replay.append(Array(history[begin..<end]), resolve: { $0 }, activate: instance.activate)
      begin = end
    }
    #expect(replay.eventCount == begin)
    return try replay.finish(resolve: { $0 }, activate: instance.activate)
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
