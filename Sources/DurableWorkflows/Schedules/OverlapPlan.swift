/// What becomes of the starts that wait, by their overlap policies and by what is running.
struct OverlapPlan {
  typealias BufferedStart = ScheduleProgress.BufferedStart

  /// What is started at once: all that may overlap, and at most one that may not, which comes last.
  private(set) var starts: [(start: BufferedStart, isOverlapping: Bool)] = []
  /// What goes on waiting.
  private(set) var waiting: [BufferedStart] = []
  /// What is done to the running workflows.
  private(set) var ending = ScheduleProgress.RunningWorkflow.Ending.none
  /// How many times were skipped.
  private(set) var skipped: Int64 = 0

  /// - Parameter policy: for the starts that have none of their own.
  init(_ buffer: [BufferedStart], isRunning: Bool, policy: ScheduleOverlapPolicy) {
    var overlapping: [BufferedStart] = []
    var single: BufferedStart?
    for start in buffer {
      let policy = start.overlap ?? policy
      if policy == .allowAll {
        overlapping.append(start)
        continue
      }
      if !isRunning, single == nil {
        single = start
        continue
      }
      switch policy {
      case .skip: skipped += 1
      case .bufferOne:
        if waiting.isEmpty { waiting.append(start) } else { skipped += 1 }
      case .bufferAll: waiting.append(start)
      case .cancelOther, .terminateOther:
        if isRunning {
          ending = max(ending, policy == .terminateOther ? .terminated : .cancelRequested)
          waiting.append(start)
        } else {
          // Nothing runs yet: the later start takes the place of the one that was about to begin.
          single = start
        }
      case .allowAll: break
      }
    }
    starts = overlapping.map { ($0, true) }
    if let single { starts.append((single, false)) }
  }
}
