@testable internal import EngineInternals
internal import Measuring

enum CodingBenchmarks {
  static let all = [
    Benchmark(name: "payload-integer", unit: "integer encoded and decoded", units: 50_000, countedUnits: 5_000) {
      let converter = JSONPayloadConverter()
      return .init { units in
        for unit in 0..<units {
          let payload = try converter.payload(for: unit)
          guard try converter.value(of: payload, as: Int.self) == unit else { throw BenchmarkError("another integer") }
        }
      }
    },
    Benchmark(
      name: "payload-structure", unit: "structure of five fields encoded and decoded", units: 5_000, countedUnits: 500
    ) {
      let converter = JSONPayloadConverter()
      let order = Order(id: "order-17", customer: "Ada", total: 129_95, isExpress: true, items: ["a", "b", "c"])
      return .init { units in
        for _ in 0..<units {
          let payload = try converter.payload(for: order)
          guard try converter.value(of: payload, as: Order.self) == order else { throw BenchmarkError("another order") }
        }
      }
    },
    Benchmark(name: "event-encode", unit: "step: six events as one record", units: 50_000, countedUnits: 5_000) {
      let state = SampleHistory.state
      let events = SampleHistory.eventsOfStep(3)
      return .init { units in
        for _ in 0..<units {
          var writer = ByteWriter()
          writer.events(events, of: state.key, state: state)
          keep(writer.bytes.count)
        }
      }
    },
    Benchmark(name: "event-decode", unit: "step: six events of one record", units: 50_000, countedUnits: 5_000) {
      let state = SampleHistory.state
      let events = SampleHistory.eventsOfStep(3)
      var writer = ByteWriter()
      writer.events(events, of: state.key, state: state)
      let bytes = writer.bytes
      return .init { units in
        for _ in 0..<units {
          var reader = ByteReader(bytes)
          _ = try reader.unsigned()
          let decoded = try reader.events(started: state.started)
          guard decoded.count == events.count else { throw BenchmarkError("\(decoded.count) events") }
        }
      }
    },
  ]

  private struct Order: Codable, Hashable, Sendable {
    var id: String
    var customer: String
    var total: Int
    var isExpress: Bool
    var items: [String]
  }
}

/// The history of a run of trivial steps as the engine records it.
enum SampleHistory {
  static let started = WorkflowExecutionStartedAttributes(
    workflowType: "Steps", workflowID: "steps-17", runID: "0d1a9a2e-6c0f-4f6f-8f0c-1f5d6a7b8c9d", taskQueue: "default",
    input: [json("4000")], attempt: 1)

  static let state = RunState(key: RunKey(rawValue: 17), started: started, startTime: time(0))

  private static let identity = "4711@host"

  /// What the result of step `index` appends: its start and end, a workflow task, the next step's schedule.
  static func eventsOfStep(_ index: Int) -> [HistoryEvent] {
    let first = Int64(6 + 6 * index)
    return close(index, first: first) + task(first + 2, index) + [schedule(index + 1, id: first + 5)]
  }

  /// The history of a run that has made `steps` steps and returned.
  static func closed(steps: Int) -> [HistoryEvent] {
    var events = [HistoryEvent(id: 1, time: time(0), attributes: .workflowExecutionStarted(startedWith(steps)))]
    events += task(2, 0)
    for index in 0..<steps {
      events.append(schedule(index, id: Int64(events.count + 1)))
      events += close(index, first: Int64(events.count + 1))
      events += task(Int64(events.count + 1), index)
    }
    events.append(
      HistoryEvent(
        id: Int64(events.count + 1), time: time(steps),
        attributes: .workflowExecutionCompleted(
          result: [json("\(steps * (steps - 1) / 2)")], workflowTaskCompletedEventID: Int64(events.count))))
    return events
  }

  private static func startedWith(_ steps: Int) -> WorkflowExecutionStartedAttributes {
    var started = started
    started.input = [json("\(steps)")]
    return started
  }

  private static func schedule(_ index: Int, id: Int64) -> HistoryEvent {
    HistoryEvent(
      id: id, time: time(index),
      attributes: .activityTaskScheduled(
        ActivityTaskScheduledAttributes(
          activityID: "\(index + 1)", activityType: "step", taskQueue: "default", input: [json("\(index)")],
          startToCloseTimeout: .seconds(60), retryPolicy: RetryPolicy(), workflowTaskCompletedEventID: id - 1)))
  }

  private static func close(_ index: Int, first: Int64) -> [HistoryEvent] {
    [
      HistoryEvent(
        id: first, time: time(index + 1),
        attributes: .activityTaskStarted(
          scheduledEventID: first - 1, identity: identity, attempt: 1, lastFailure: nil)),
      HistoryEvent(
        id: first + 1, time: time(index + 1),
        attributes: .activityTaskCompleted(
          scheduledEventID: first - 1, startedEventID: first, identity: identity, result: [json("\(index)")])),
    ]
  }

  private static func task(_ first: Int64, _ index: Int) -> [HistoryEvent] {
    let attributes: [EventAttributes] = [
      .workflowTaskScheduled(taskQueue: started.taskQueue, startToCloseTimeout: started.taskTimeout, attempt: 1),
      .workflowTaskStarted(scheduledEventID: first, identity: identity, historySizeBytes: 200 * Int64(index)),
      .workflowTaskCompleted(scheduledEventID: first, startedEventID: first + 1, identity: identity),
    ]
    return attributes.enumerated().map { offset, attributes in
      HistoryEvent(id: first + Int64(offset), time: time(index + 1), attributes: attributes)
    }
  }

  static func json(_ text: String) -> Payload { Payload(encoding: Payload.jsonPlain, data: Array(text.utf8)) }

  static func time(_ step: Int) -> Timestamp {
    Timestamp(nanosecondsSinceEpoch: 1_767_225_600_000_000_000 + Int64(step) * 150_000)
  }
}
