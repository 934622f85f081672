/// What the engine knows of code that may bring the process down. Confined to the engine's thread.
final class QuarantineWatch {
  private let file: InFlightFile
  private let directory: String
  /// How often the process trapped while each piece of code ran; code that ends is cleared.
  private(set) var suspects: [InFlightCode: Int]
  /// The places of the marks of suspects that do not run.
  private var places: [InFlightCode: Int] = [:]
  /// The suspect that runs alone, until it has ended or has run for a while.
  private(set) var alone: (code: InFlightCode, mark: Int)?
  /// Suspects that wait until they can run alone.
  private(set) var waiting: [QueuedTask] = []
  /// What the process before this one did when it ended.
  let trap: ProcessTrap?
  let accused: Set<InFlightCode>
  /// Whether the engine has looked at what was found.
  var hasJudged = false

  /// How long a suspect runs alone before the next one may begin.
  static let probation = Duration.seconds(1)

  init(directory: String) throws {
    file = try InFlightFile(directory: directory)
    self.directory = directory
    trap = file.trap
    let verdict = CrashVerdict(file.found, after: file.trap)
    suspects = verdict.suspects
    accused = verdict.accused
    for (code, crashes) in suspects { places[code] = file.set(code, .suspect, crashes: crashes) }
  }

  func adoptThread() { file.adoptThread() }

  /// The engine has ended in order: nobody is under suspicion.
  func end() { file.end(removing: suspects.isEmpty ? directory : nil) }

  // MARK: Workflow code

  func beginTask(_ run: RunKey) { file.beginTask(run, crashes: suspects.isEmpty ? 0 : suspects[.task(run)] ?? 0) }

  func endTask() { file.endTask() }

  /// A workflow task of the run has done something that it had not done before. Replaying what it did clears nobody.
  func taskCompleted(_ run: RunKey) {
    if !suspects.isEmpty { clear(.task(run)) }
  }

  // MARK: Activities

  /// Whether an attempt may start now; if not it is kept until ``takeWaiting()``.
  func admit(_ task: QueuedTask) -> Bool {
    if suspects.isEmpty || alone == nil || suspects[code(task)] == nil { return true }
    waiting.append(task)
    return false
  }

  private func code(_ task: QueuedTask) -> InFlightCode { InFlightCode(run: task.run, part: task.scheduledEventID) }

  /// An attempt begins.
  /// - Returns: its mark, and whether it is on probation.
  func begin(_ code: InFlightCode) -> (mark: Int?, isOnProbation: Bool) {
    guard !suspects.isEmpty, let crashes = suspects[code] else {
      return (file.set(code, .running, crashes: 0), false)
    }
    if let place = places.removeValue(forKey: code) { file.clear(place) }
    guard alone == nil, code.part > 0, let mark = file.set(code, .alone, crashes: crashes) else {
      return (file.set(code, .running, crashes: crashes), false)
    }
    alone = (code, mark)
    return (mark, true)
  }

  /// An attempt has ended, however: it is not what brings the process down.
  func end(_ code: InFlightCode, mark: Int?) {
    if let mark { file.clear(mark) }
    if alone?.code == code, alone?.mark == mark { alone = nil }
    if !suspects.isEmpty { clear(code) }
  }

  /// The suspect that runs alone has run for a while: another one may begin.
  func endProbation() {
    if let alone { file.change(alone.mark, to: .running) }
    alone = nil
  }

  /// The suspects that may try again.
  func takeWaiting() -> [QueuedTask] {
    guard alone == nil, !waiting.isEmpty else { return [] }
    defer { waiting = [] }
    return waiting
  }

  /// The code is no longer under suspicion.
  func clear(_ code: InFlightCode) {
    guard suspects.removeValue(forKey: code) != nil else { return }
    if let place = places.removeValue(forKey: code) { file.clear(place) }
  }

  /// Nothing of the run is under suspicion any more.
  func clear(_ run: RunKey) {
    for code in suspects.keys where code.run == run { clear(code) }
  }
}
