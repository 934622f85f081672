internal import DurableWorkflows
internal import Testing

@testable internal import WorkflowTesting

@Suite("Invariants of a crash simulation")
struct SimulationInvariantsTests {
  private let execution = WorkflowExecution(workflowID: "w", runID: "r")
  private let crash = Timestamp(nanosecondsSinceEpoch: 1000)

  private func history(_ attributes: [EventAttributes]) -> [HistoryEvent] {
    attributes.enumerated().map { index, attributes in
      HistoryEvent(
        id: Int64(index + 1), time: Timestamp(nanosecondsSinceEpoch: Int64(index * 10)), attributes: attributes)
    }
  }

  private var sound: [EventAttributes] {
    [
      .workflowExecutionStarted(
        WorkflowExecutionStartedAttributes(workflowType: "T", workflowID: "w", runID: "r", taskQueue: "q", input: [])),
      .workflowExecutionSignaled(signalName: "s", input: [], identity: "", header: [:], requestID: "one"),
      .activityTaskScheduled(
        ActivityTaskScheduledAttributes(
          activityID: "1", activityType: "A", taskQueue: "q", input: [], workflowTaskCompletedEventID: 1)),
      .activityTaskCompleted(scheduledEventID: 3, startedEventID: 3, identity: "", result: []),
      .workflowExecutionCompleted(result: [], workflowTaskCompletedEventID: 1),
    ]
  }

  private func code(
    _ history: [HistoryEvent], acknowledged: [Acknowledgement] = [], again: [String] = []
  ) -> CrashSimulationError.Code? {
    let invariants = SimulationInvariants(
      runs: [SimulatedRun(execution: execution, history: history, isSettled: true)], acknowledgements: acknowledged,
      lives: [.init(start: .epoch, invocations: ["w/r/1"]), .init(start: crash, invocations: again)])
    do {
      try invariants.check()
      return nil
    } catch {
      return (error as? CrashSimulationError)?.code
    }
  }

  @Test("a sound history with everything that was acknowledged is accepted")
  func accepted() {
    let events = history(sound)
    let acknowledged: [Acknowledgement] = [
      .started(execution), .signaled(WorkflowExecution(workflowID: "w"), requestID: "one"),
      .cancelRequested(execution), .closed(execution, events[4]),
    ]
    #expect(code(events, acknowledged: acknowledged, again: ["w/r/2"]) == nil)
  }

  @Test("gaps, second ends and events after the end are found")
  func broken() {
    var gap = history(sound)
    gap.remove(at: 1)
    #expect(code(gap) == .historyBroken)
    var twice = sound
    twice.insert(twice[3], at: 4)
    #expect(code(history(twice)) == .historyBroken)
    #expect(code(history(sound + [sound[1]])) == .historyBroken)
  }

  @Test("a result that was recorded before a life and computed again in it is found")
  func computedAgain() {
    #expect(code(history(sound), again: ["w/r/1"]) == .resultComputedAgain)
    let later = history(sound).map { event in
      HistoryEvent(id: event.id, time: event.id < 4 ? event.time : crash, attributes: event.attributes)
    }
    #expect(code(later, again: ["w/r/1"]) == nil, "the result was recorded in that life")
  }

  @Test("what was acknowledged and is not there, or there twice, is found")
  func lost() {
    let events = history(sound)
    for acknowledgement: Acknowledgement in [
      .started(WorkflowExecution(workflowID: "other", runID: "x")), .signaled(execution, requestID: "two"),
      .terminated(execution), .closed(execution, events[3]),
    ] {
      #expect(code(events, acknowledged: [acknowledgement]) == .acknowledgementLost)
    }
    var doubled = sound
    doubled.insert(doubled[1], at: 2)
    doubled.removeSubrange(3...)
    #expect(code(history(doubled), acknowledged: [.signaled(execution, requestID: "one")]) == .acknowledgementLost)
    #expect(
      code(history(Array(sound.prefix(2))), acknowledged: [.cancelRequested(execution)]) == .acknowledgementLost)
  }
}
