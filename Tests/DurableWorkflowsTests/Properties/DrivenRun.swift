internal import Logging

@testable internal import DurableWorkflows

/// One run under a ``ProgramDriver``: its state, its live code, its history.
final class DrivenRun {
  var state: RunState
  var instance: WorkflowInstance
  var history: [HistoryEvent] = []
  /// The records that the journal would hold, tagged with their type.
  var records: [(isState: Bool, bytes: [UInt8])] = []
  var lastSeen: Int64 = 0
  /// The run of which this one is a child, and the event that asked for it. Handed on along a chain.
  var parent: (run: DrivenRun, initiatedEventID: Int64)?
  var waitingStarts: [Int64] = []
  var waitingUpdates: [Int] = []
  var localActivities: [Int: LocalAttempt] = [:]
  var localResults: [Activation.Job] = []

  /// A local activity that runs or waits for its next attempt.
  struct LocalAttempt {
    var request: LocalActivityRequest
    var number = 1
    var isRunning = true
    var isCancelRequested = false
  }

  private static let registration = WorkflowRegistration(ProgramWorkflow.self)
  private static let logger = Logger(label: "program") { _ in SwiftLogNoOpLogHandler() }

  init(_ state: RunState) {
    self.state = state
    instance = DrivenRun.makeInstance(state)
  }

  static func makeInstance(_ state: RunState) -> WorkflowInstance {
    WorkflowInstance(
      info: WorkflowInfo(state.started, namespace: "default", startTime: state.startTime), registration: registration,
      converter: JSONPayloadConverter(), logger: logger, onForeignJob: {})
  }

  var input: ProgramInput? {
    state.started.input.first.flatMap { try? JSONPayloadConverter().value(of: $0, as: String.self) }
      .flatMap { ProgramInput($0) }
  }

  /// The live code is thrown away and made again from the history.
  /// - Returns: the events that it has not seen.
  func replay() throws -> [HistoryEvent] {
    instance.abandon()
    instance = DrivenRun.makeInstance(state)
    return try HistoryReplay.replay(history, into: instance)
  }

  /// The state that the records amount to.
  func recovered() throws -> RunState {
    var recovered = RunState(key: state.key, started: state.started, startTime: state.startTime)
    for record in records {
      var reader = ByteReader(record.bytes)
      _ = try reader.unsigned()
      if record.isState {
        recovered.apply(try reader.stateRecord())
      } else {
        for event in try reader.events(started: state.started) { recovered.apply(event) }
      }
    }
    return recovered
  }

  func keep(_ transition: RunTransition) {
    if !transition.events.isEmpty {
      var writer = ByteWriter()
      writer.events(transition.events, of: state.key, state: state)
      records.append((false, writer.bytes))
    }
    for record in transition.records {
      var writer = ByteWriter()
      writer.stateRecord(record, of: state.key)
      records.append((true, writer.bytes))
    }
  }
}
