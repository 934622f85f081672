internal import DurableWorkflows
internal import Synchronization
internal import Testing
internal import WorkflowTesting

/// Suppliers that decide how much runs at once.
@Suite("Slot suppliers", .timeLimit(.minutes(1)))
struct SlotSupplierTests {
  /// Lets one through in every period.
  private final class Metronome: SlotSupplier {
    let period: Duration
    private let state = Mutex((next: Timestamp.epoch, requests: [SlotRequest]()))

    init(period: Duration) { self.period = period }

    var requests: [SlotRequest] { state.withLock { $0.requests } }

    func decide(_ request: SlotRequest) -> SlotDecision {
      state.withLock { state in
        state.requests.append(request)
        if request.now < state.next { return .refused(retryAfter: state.next - request.now) }
        state.next = request.now + period
        return .granted
      }
    }
  }

  @Test("a supplier of the application's own is asked for every attempt, and again when it says so")
  func custom() async throws {
    let metronome = Metronome(period: .seconds(7))
    try await WorkflowTestEnvironment.withEnvironment(
      workers: [
        Worker(
          taskQueue: "default", workflows: [Errands.self], options: WorkerOptions(activitySlots: metronome))
      ]
    ) { env in
      let start = env.now
      let mock = env.mockErrands()
      _ = try await env.execute(Errands.self, input: Errands.Errand.some(4, "x"))
      #expect(mock.calls.map { $0.info.startedTime - start } == (0..<4).map { .seconds(7 * $0) })
      #expect(metronome.requests.first == SlotRequest(taskQueue: "default", usedSlots: 0, queued: 4, now: start))
      #expect(metronome.requests.count < 40, "it is asked when something changes, not again and again")
    }
  }
}
