internal import Dispatch
internal import Logging
internal import Synchronization
@_spi(Ownership) internal import WorkflowJournal

/// What a standby has read of the journal while it waited.
struct FollowedJournal {
  var follower: JournalFollower
  var recovered: RecoveredRuns
}

/// Follows the owner's journal on a thread of its own: reads everything once, as a take-over will, and then what is new,
/// so that a take-over has little left to read. It shows at once what would stop a take-over: a key that is missing,
/// damage, a version that this program does not know.
final class StandbyFollowing: Sendable {
  /// How long it waits between two looks while the owner writes, and while it does not.
  static let interval = Duration.milliseconds(50)
  static let idleInterval = Duration.milliseconds(250)
  /// How long it waits after the journal could not be read.
  static let pause = Duration.seconds(5)
  /// How often reading everything is tried: the owner may remove files that are being read, after a checkpoint.
  private static let attempts = 5

  private let directory: String
  private let options: WorkflowEngineOptions
  private let health: WorkflowHealth
  private let isWanted: @Sendable () -> Bool
  private let wake = DispatchSemaphore(value: 0)
  private let hasEnded = DispatchSemaphore(value: 0)
  private let isOver = Atomic(false)
  private let findings = Findings()

  /// What has been read. Unchecked, because it has one owner at a time: the following thread touches it until it signals
  /// ``hasEnded``, not afterwards, and whoever takes it over has waited for that signal.
  private final class Findings: @unchecked Sendable {
    var followed: FollowedJournal?
  }

  /// Begins to follow.
  ///
  /// - Parameter isWanted: whether the standby still waits for the journal.
  /// - Throws: ``WorkflowEngineError`` if there is no thread.
  init(
    directory: String, options: WorkflowEngineOptions, health: WorkflowHealth,
    isWanted: @escaping @Sendable () -> Bool
  ) throws {
    self.directory = directory
    self.options = options
    self.health = health
    self.isWanted = isWanted
    try EngineThread.start { [self] in
      var unfinished: RecoveredRuns?
      run(&unfinished)
      hasEnded.signal()
      // Nobody waits for a large journal's runs to be let go.
      unfinished = nil
    }
  }

  /// Ends the following, between two batches. Does not wait for the end.
  func end() {
    isOver.store(true, ordering: .releasing)
    wake.signal()
  }

  /// Ends the following and gives what was read, once; `nil` if that is of no use.
  func take() -> FollowedJournal? {
    end()
    hasEnded.wait()
    hasEnded.signal()
    defer { findings.followed = nil }
    return findings.followed
  }

  private var isEnding: Bool { isOver.load(ordering: .acquiring) || !isWanted() }

  // MARK: On the thread

  /// - Parameter unfinished: becomes what was being read when the following ended.
  private func run(_ unfinished: inout RecoveredRuns?) {
    while !isEnding {
      switch look() {
      case .upToDate(let hasNews):
        wait(hasNews ? Self.interval : Self.idleInterval)
      case .givenUp:
        return
      case nil, .moved, .isAging:
        let start = ContinuousClock.now
        if let followed = readEverything(&unfinished) {
          health.standbyRehearsed(in: .now - start)
          findings.followed = followed
        } else if !isEnding {
          // It cannot be read, or there is nothing to be read yet.
          wait(health.standbyCanRead ? Self.idleInterval : Self.pause)
        }
      }
    }
  }

  private func wait(_ duration: Duration) {
    _ = wake.wait(timeout: .now() + .nanoseconds(Int(clamping: duration.inNanoseconds)))
  }

  /// Reads what is new behind what has been read; `nil` if nothing has.
  private func look() -> JournalFollower.Look? {
    guard var followed = findings.followed else { return nil }
    // Nobody else has what it holds meanwhile: it is changed in place.
    findings.followed = nil
    do {
      let look = try followed.follower.look(isOver: { isEnding }) {
        try followed.recovered.visit(type: $0, body: $1, at: $2)
      }
      if case .moved = look { return look }
      followed.recovered.settle()
      findings.followed = followed
      return look
    } catch {
      // Reading everything tells whether it was more than a moment.
      return .moved
    }
  }

  /// Does what a take-over will do, up to the first change. What was read before, from an older checkpoint on, is kept
  /// up to date meanwhile.
  private func readEverything(_ unfinished: inout RecoveredRuns?) -> FollowedJournal? {
    var asked = 0
    var lastLook = ContinuousClock.now
    func isOver() -> Bool {
      asked += 1
      if asked % 256 == 0, findings.followed != nil, .now - lastLook >= Self.interval {
        _ = look()
        lastLook = .now
      }
      return isEnding
    }
    for attempt in 1...Self.attempts where !isEnding {
      let records = JournalRecordReader(
        directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption)
      var recovered = RecoveredRuns { try records.read($0) }
      do {
        var follower = try JournalFollower(
          directory: directory, fileSystem: options.fileSystem, encryption: options.journal.encryption, isOver: isOver
        ) { try recovered.visit(type: $0, body: $1, at: $2) }
        let look = try follower.look(isOver: isOver) { try recovered.visit(type: $0, body: $1, at: $2) }
        switch look {
        case .givenUp:
          unfinished = recovered
          return nil
        case .moved: continue
        case .upToDate, .isAging: break
        }
        try recovered.finish()
        try recovered.checkNamespaces(options)
        recovered.settle()
        return FollowedJournal(follower: follower, recovered: recovered)
      } catch is JournalFollower.GivenUp {
        unfinished = recovered
        return nil
      } catch is JournalFollower.NotBegun {
        // The owner is about to make it.
        return nil
      } catch where attempt == Self.attempts {
        options.logger.error(
          "the standby cannot read the journal: a take-over would fail",
          metadata: ["directory": "\(directory)", "error": "\(error)"])
        health.standbyCannotRead("\(error)")
      } catch {
        wait(Self.interval)
      }
    }
    return nil
  }
}
