internal import DurableWorkflows
internal import Synchronization
internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The disk of one life: slow, or failing, or both; and the witness of every call.
final class DiskDisturbance: SimulatedDisturbance {
  private struct State {
    var clock: SimulationClock?
    var calls: [InMemoryCall.Operation: Int] = [:]
    var random: SimulationRandom
    var strikes = 0
    var fatalStrikes = 0
  }

  /// `nil` for a disk without faults.
  let fault: DiskFault?
  /// The longest that a sync takes; zero for a disk that needs no time.
  let latency: Duration
  private let trace: SimulationTrace
  private let state: Mutex<State>

  init(fault: DiskFault?, latency: Duration, random: SimulationRandom, trace: SimulationTrace) {
    self.fault = fault
    self.latency = latency
    self.trace = trace
    state = Mutex(State(random: random))
  }

  var hasStruck: Bool { state.withLock { $0.fatalStrikes > 0 } }

  func begin(_ clock: SimulationClock) { state.withLock { $0.clock = clock } }

  func fault(in call: InMemoryCall) -> InMemoryFault? {
    trace.add(call)
    if call.operation == .rename, call.path.contains("checkpoint") { trace.note("a checkpoint was written") }
    if call.operation == .write, call.path.contains("/blobs/") { trace.note("a payload went to a file of its own") }
    let (outcome, clock, time) = state.withLock { state -> (InMemoryFault?, SimulationClock?, Duration) in
      state.calls[call.operation, default: 0] += 1
      var time = Duration.zero
      if latency > .zero, call.operation == .synchronizeData {
        time = state.random.duration(in: .zero ... latency)
      }
      guard let fault, call.operation == fault.operation else { return (nil, state.clock, time) }
      let number = state.calls[call.operation] ?? 0
      // The engine waits for space, in real time: there is some again after a while.
      if fault.kind == .noSpace, state.strikes >= 6 { return (nil, state.clock, time) }
      guard number == fault.number || (fault.isSticky && number > fault.number) else { return (nil, state.clock, time) }
      state.strikes += 1
      if fault.isFatal { state.fatalStrikes += 1 }
      return (Self.outcome(of: fault, in: call, &state.random), state.clock, time)
    }
    if time > .zero {
      clock?.pass(time)
      trace.note("a sync takes time")
    }
    if outcome != nil, let fault { trace.note("\(fault.kind) in \(fault.operation)") }
    return outcome
  }

  private static func outcome(
    of fault: DiskFault, in call: InMemoryCall, _ random: inout SimulationRandom
  ) -> InMemoryFault {
    switch fault.kind {
    case .inputOutputError: .error(EIO)
    case .noSpace: .error(ENOSPC)
    case .tornWrite: .tornWrite(errno: EIO, keeping: random.below(call.length))
    case .short: .short(1 + random.below(call.length))
    }
  }
}
