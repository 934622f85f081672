@testable internal import DurableWorkflows

/// Does what a schedule asks for, as the engine would, and remembers it.
struct ScheduleDriver {
  var machine: ScheduleMachine
  var now: Timestamp
  /// The ids of the runs that were started, in order.
  private(set) var started: [String] = []
  private(set) var cancelled: [String] = []
  private(set) var terminated: [String] = []
  /// The ids that cannot be started.
  var refusedIDs: Set<String> = []

  static let start = Timestamp("2026-01-01T00:00:00Z")

  init(
    _ spec: ScheduleSpec, policy: SchedulePolicy = SchedulePolicy(), state: ScheduleState = ScheduleState(),
    at now: Timestamp = ScheduleDriver.start
  ) throws {
    let action = ScheduleAction.StartWorkflow(workflowType: "Report", workflowID: "r")
    machine = try ScheduleMachine(
      id: "s", schedule: Schedule(action: .startWorkflow(action), spec: spec, policy: policy, state: state), at: now)
    self.now = now
  }

  /// Every hour.
  static func hourly(_ overlap: ScheduleOverlapPolicy, state: ScheduleState = ScheduleState()) throws
    -> ScheduleDriver
  {
    try ScheduleDriver(
      ScheduleSpec(cronExpressions: ["@hourly"]), policy: SchedulePolicy(overlap: overlap), state: state)
  }

  mutating func settle() {
    repeat {
      var effects = machine.advance(to: now)
      while !effects.isEmpty {
        for effect in effects { perform(effect) }
        effects = machine.takeBuffer()
      }
    } while machine.nextWakeUp.map { $0 <= now } ?? false && machine.deletionTime == nil
  }

  private mutating func perform(_ effect: ScheduleMachine.Effect) {
    switch effect {
    case .start(let start):
      if refusedIDs.contains(start.workflowID) {
        machine.refused(start, error: "no such workflow")
      } else {
        started.append(start.workflowID)
        machine.started(start, runID: "run-\(started.count)", at: now)
      }
    case .cancel(let execution): cancelled.append(execution.workflowID)
    case .terminate(let execution):
      terminated.append(execution.workflowID)
      machine.closed(workflowID: execution.workflowID, status: .terminated, failure: nil)
    }
  }

  /// Lets time pass from wake-up to wake-up.
  mutating func run(until end: String) {
    let end = Timestamp(end)
    while let next = machine.nextWakeUp, next <= end, machine.deletionTime == nil {
      now = max(now, next)
      settle()
    }
    now = end
  }

  /// Lets time pass as if the process had not been there.
  mutating func sleep(until end: String) {
    now = Timestamp(end)
    settle()
  }

  mutating func close(_ id: String, _ status: WorkflowExecutionStatus = .completed, message: String? = nil) {
    let failure = message.map {
      Failure(message: $0, info: .application(type: "E", isNonRetryable: false, details: [], nextRetryDelay: nil))
    }
    machine.closed(workflowID: id, status: status, failure: failure)
    settle()
  }

  mutating func patch(_ patch: SchedulePatch) {
    settle()
    machine.patch(patch, at: now)
    settle()
  }

  mutating func update(_ change: (inout Schedule) -> Void) throws {
    settle()
    var schedule = machine.schedule
    change(&schedule)
    try machine.update(schedule, at: now)
    settle()
  }

  /// Through bytes, as a restarted engine gets it.
  mutating func restart() throws {
    var recovered = RecoveredSchedules()
    for record in [
      ScheduleRecord.definition(id: machine.id, machine.definition), .progress(id: machine.id, machine.progress),
      .outcome(id: machine.id, machine.outcome),
    ] {
      var writer = ByteWriter()
      writer.scheduleRecord(record)
      try recovered.visit(writer.bytes)
    }
    machine = recovered.machines[0]
  }

  func ids(_ hours: ClosedRange<Int>) -> [String] { hours.map(id) }
  func id(_ hour: Int) -> String { "r-2026-01-01T\(hour < 10 ? "0" : "")\(hour):00:00Z" }
}
