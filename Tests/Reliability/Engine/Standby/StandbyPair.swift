internal import Foundation
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// An owner and its standby, seen from the process that kills them.
struct StandbyPair {
  /// One of the two.
  struct Life {
    let process: PeerProcess
    var lines = LineBuffer()
    var isStandby = false
    var isReady = false
    var hasCheckpoint = false
    var hasStarted = false
    var isPrepared: Bool
    var hasEnded = false
    /// How many results it has reported.
    var results = 0
  }

  let journal: String
  let frozenAfter: Int
  var owner: Life
  var standby: Life
  private(set) var lives = 2
  /// The results that were reported, by run.
  private(set) var results: [String: Int] = [:]
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// - Parameter closed: how many closed runs the journal has from the beginning.
  init(journal: String, closed: Int = 0, frozenAfter: Int) throws {
    self.journal = journal
    self.frozenAfter = frozenAfter
    owner = try Self.start(1, journal, frozenAfter, closed: closed)
    standby = owner
    try wait(for: "the first owner's runs", seconds: 30 + Double(closed) / 500) {
      $0.owner.hasStarted && $0.owner.isPrepared
    }
    try beginStandby(2)
  }

  private static func start(
    _ life: Int, _ journal: String, _ frozenAfter: Int, closed: Int = 0
  ) throws -> Life {
    let process = try PeerProcess.start([
      "standby-worker", "--journal", journal, "--life", String(life), "--closed", String(closed), "--frozen-after",
      String(frozenAfter),
    ])
    return Life(process: process, isPrepared: life > 1)
  }

  /// Starts a standby, and lets the owner work once it has read the journal: otherwise the journal would grow with every
  /// take-over by a share of itself.
  private mutating func beginStandby(_ life: Int) throws {
    standby = try Self.start(life, journal, frozenAfter)
    try wait(for: "the standby") { $0.standby.isStandby }
    order("work")
  }

  /// Tells the owner what to do.
  func order(_ what: String) {
    _ = StreamSocket.send(LineBuffer.line([what]), to: owner.process.socket)
  }

  /// The standby has taken over: it is the owner from now on, and a new standby is started.
  mutating func promote() throws {
    owner = standby
    lives += 1
    try beginStandby(lives)
  }

  /// Takes in what both say until something holds.
  mutating func wait(for what: String, seconds: Double = 30, until isDone: (StandbyPair) -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !isDone(self) {
      guard ContinuousClock.now < deadline else { throw ProcessError("waiting for \(what)", errno: ETIMEDOUT) }
      try takeLines()
    }
  }

  /// Takes in what both say for a time; true if something held before it was over.
  mutating func listen(milliseconds: Int, until isDone: (StandbyPair) -> Bool = { _ in false }) throws -> Bool {
    let deadline = ContinuousClock.now + .milliseconds(milliseconds)
    while ContinuousClock.now < deadline {
      if isDone(self) { return true }
      try takeLines()
    }
    return isDone(self)
  }

  private mutating func takeLines() throws {
    var polled = [owner, standby].map { life in
      pollfd(fd: life.hasEnded ? -1 : life.process.socket, events: Int16(POLLIN), revents: 0)
    }
    guard poll(&polled, 2, 5) > 0 else { return }
    if polled[0].revents != 0 { try take(\.owner) }
    if polled[1].revents != 0, standby.process !== owner.process { try take(\.standby) }
  }

  private mutating func take(_ path: WritableKeyPath<StandbyPair, Life>) throws {
    let socket = self[keyPath: path].process.socket
    let count = StreamSocket.receive(into: &buffer, from: socket)
    guard count > 0 else {
      self[keyPath: path].hasEnded = true
      return
    }
    self[keyPath: path].lines.append(buffer[..<count])
    while let line = self[keyPath: path].lines.next() {
      switch line[0] {
      case "standby": self[keyPath: path].isStandby = true
      case "ready": self[keyPath: path].isReady = true
      case "first": self[keyPath: path].hasStarted = true
      case "prepared": self[keyPath: path].isPrepared = true
      case "checkpointed": self[keyPath: path].hasCheckpoint = true
      case "done" where line.count == 3:
        self[keyPath: path].results += 1
        results[line[1]] = Int(line[2])
      default: throw ProcessError("understanding '\(line.joined(separator: " "))'", errno: EINVAL)
      }
    }
  }

  /// Ends both.
  func end() {
    for life in [standby, owner] {
      life.process.kill()
      life.process.wait()
    }
  }
}
