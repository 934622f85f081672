internal import Foundation
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// One journal and one ledger, lived in by one worker process after the other; all but the last are killed.
///
/// The client is here, in the parent: it starts runs, sends signals and updates, waits for results, and asks again
/// whatever a process did not answer before it died.
struct KillCampaign {
  let settings: KillSettings
  let number: Int
  let kills: Int
  /// How many runs end in a life, at most, before its parent kills it.
  var resultsPerLife = 70
  /// Whether the journal is encrypted.
  var isEncrypted = false
  /// How a life ends; `nil` draws it.
  var plans: ((_ life: Int, inout SeededRandom) -> KillPlan)?
  /// Called from time to time while a worker lives.
  var onTick: ((pid_t) -> Void)?
  /// No new runs are started once this is true.
  var isOver: () -> Bool = { false }

  private(set) var random: SeededRandom
  private(set) var runs: [ScriptedRun] = []
  /// When every life began, in nanoseconds since 1970, from the first.
  private(set) var lifeStarts: [Int64] = []
  /// From start to readiness of every life that got there, in seconds.
  private(set) var recoveries: [Double] = []
  private(set) var counts: [String: Int] = [:]
  private(set) var problems: [String] = []
  private var active: [Int] = []
  private var finishedRuns = 0

  init(_ settings: KillSettings, number: Int, kills: Int, seed: UInt64, journal: String? = nil) {
    self.settings = settings
    self.number = number
    self.kills = kills
    random = SeededRandom(seed, part: number)
    self.journal = journal ?? "\(settings.journals)/\(number)"
  }

  let journal: String
  var ledgerFile: String { "\(settings.ledgers)/\(number).ledger" }
  private var socketPath: String { "\(settings.ledgers)/\(number).socket" }

  /// Lives through it: kills, then lets everything end.
  mutating func live() throws {
    let ledger = try PeerProcess.start(["ledger", "--file", ledgerFile, "--socket", socketPath])
    defer {
      ledger.kill()
      ledger.wait()
    }
    var buffer = [UInt8](repeating: 0, count: 64)
    guard StreamSocket.receive(into: &buffer, from: ledger.socket) > 0 else {
      throw ProcessError("starting the ledger", errno: 0)
    }
    var done = 0
    while done < kills, !isOver() {
      let plan = plans?(lifeStarts.count, &random) ?? KillPlan.draw(&random, results: resultsPerLife)
      if case .exited = try life(plan) { break }
      done += 1
      counts[plan.name, default: 0] += 1
      counts["kills", default: 0] += 1
    }
    if problems.isEmpty { _ = try life(.never, isLast: true) }
    counts["lives", default: 0] += lifeStarts.count
  }

  // MARK: One life

  private mutating func life(_ plan: KillPlan, isLast: Bool = false) throws -> ProcessEnd {
    var arguments = [
      "worker", "--journal", journal, "--ledger", socketPath, "--life", String(lifeStarts.count + 1), "--cache",
      String([4, 50, 1000][random.below(3)]), "--retention", String(settings.retention),
    ]
    if isEncrypted { arguments.append("--encrypted") }
    if let failpoint = plan.failpoint { arguments += ["--failpoint", failpoint.argument] }
    for index in active { runs[index].forgetProcess() }
    lifeStarts.append(WallClock.wallNanoseconds)
    var life = Life(plan: plan, process: try PeerProcess.start(arguments), isLast: isLast)
    while !life.hasEnded {
      try step(&life)
    }
    let end = life.process.wait()
    switch end {
    case .signaled(SIGKILL) where !isLast: break
    case .exited(0) where isLast && life.saidGoodbye: break
    default:
      problems.append("the worker of life \(lifeStarts.count), \(plan.name), \(end)")
      return .exited(1)
    }
    return end
  }

  private struct Life {
    let plan: KillPlan
    let process: PeerProcess
    let isLast: Bool
    let start = ContinuousClock.now
    var lines = LineBuffer()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var isReady = false
    var saidGoodbye = false
    var isAskedToQuit = false
    var hasEnded = false
    var results = 0
    /// When the parent kills it.
    var killTime: ContinuousClock.Instant?
    /// The request behind a number.
    var sent: [(run: Int, request: Int)] = []

    init(plan: KillPlan, process: PeerProcess, isLast: Bool) {
      self.plan = plan
      self.process = process
      self.isLast = isLast
      switch plan {
      case .early(let microseconds): killTime = start + .microseconds(microseconds)
      // A place that the life never comes to.
      case .failpoint: killTime = start + .milliseconds(1500)
      case .afterResults: killTime = start + .seconds(20)
      case .afterTime(let seconds): killTime = start + .seconds(seconds)
      case .never: break
      }
    }
  }

  /// Waits for something to happen and takes it in.
  private mutating func step(_ life: inout Life) throws {
    if let killTime = life.killTime, ContinuousClock.now >= killTime { life.process.kill() }
    onTick?(life.process.id)
    let wait = life.killTime.map { max(0, ($0 - ContinuousClock.now) / .milliseconds(1)) } ?? 200
    var polled = pollfd(fd: life.process.socket, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, Int32(min(200, wait.rounded(.up)))) > 0 else { return }
    let count = StreamSocket.receive(into: &life.buffer, from: life.process.socket)
    guard count > 0 else {
      life.hasEnded = true
      return
    }
    life.lines.append(life.buffer[..<count])
    while let line = life.lines.next() { take(line, &life) }
    if life.isReady { try send(&life) }
  }

  private mutating func take(_ line: [String], _ life: inout Life) {
    if line[0] == "ready" {
      life.isReady = true
      recoveries.append((ContinuousClock.now - life.start) / .seconds(1))
      return
    }
    if line[0] == "bye" {
      life.saidGoodbye = true
      return
    }
    guard let number = Int(line[0]), number < life.sent.count else {
      problems.append("the worker said '\(line.joined(separator: " "))'")
      return
    }
    let (run, request) = life.sent[number]
    if let problem = runs[run].take(line[1...], to: request) { return problems.append(problem) }
    counts["acknowledged \(runs[run].requests[request].verb.rawValue)s", default: 0] += 1
    guard runs[run].isFinished else { return }
    active.removeAll { $0 == run }
    finishedRuns += 1
    life.results += 1
    if case .afterResults(let results, let microseconds) = life.plan, life.results == results {
      life.killTime = .now + .microseconds(microseconds)
    }
  }

  /// Sends what can be sent; while the campaign goes on, new runs take the place of those that have ended.
  private mutating func send(_ life: inout Life) throws {
    while !life.isLast, !isOver(), active.count < settings.width {
      let plan = LedgerPlan.draw(&random, settings)
      active.append(runs.count)
      runs.append(try ScriptedRun(id: "r\(number)-\(runs.count)", plan: plan))
    }
    var bytes: [UInt8] = []
    for run in active {
      for request in runs[run].sendable {
        let verb = runs[run].requests[request].verb
        let argument = verb == .result ? runs[run].runID : runs[run].requests[request].argument
        bytes += LineBuffer.line([String(life.sent.count), verb.rawValue, runs[run].id, argument])
        life.sent.append((run, request))
        runs[run].requests[request].isSent = true
      }
    }
    if life.isLast, !life.isAskedToQuit, active.isEmpty || !problems.isEmpty {
      life.isAskedToQuit = true
      bytes += LineBuffer.line(["0", "quit", ""])
    }
    // A worker that was killed meanwhile shows at the next receive.
    if !bytes.isEmpty { StreamSocket.send(bytes, to: life.process.socket) }
  }
}

/// The clock on the wall.
enum WallClock {
  /// Nanoseconds since 1970.
  static var wallNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
