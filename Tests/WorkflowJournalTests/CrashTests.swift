internal import Testing
internal import WorkflowJournal

/// The machine stops at every call, and again while it recovers.
///
/// Would fail if a file were renamed before it is synced, if a directory were not synced after a rename, if a segment
/// were used before its name is durable, if the epoch were reused, or if recovery were not repeatable.
@Suite struct CrashTests {
  /// All the ways in which the changes of a crash may have survived that are worth telling apart.
  static func survivals(_ fileSystem: InMemoryFileSystem, _ number: Int) -> [CrashSurvival] {
    var all: [CrashSurvival] = [.synced, .everything]
    for count in 0..<fileSystem.pendingChangeCount {
      all.append(.prefix(count: count))
      all.append(.prefix(count: count, tornBytes: 40))
      all.append(.prefix(count: count, tornBytes: 512))
    }
    for seed in 0..<3 { all.append(.random(seed: UInt64(number * 31 + seed))) }
    return all
  }

  /// The file system of a machine that stops during call `number`, of which a write still does `tornBytes`.
  static func stop(at number: Int, tornBytes: Int = 0, _ life: inout Life) -> InMemoryFileSystem {
    let fileSystem = InMemoryFileSystem()
    fileSystem.setFaults { call in
      guard call.number >= number else { return nil }
      return call.number == number && tornBytes > 0 && call.operation == .write
        ? .tornWrite(errno: 5, keeping: tornBytes) : .error(5)
    }
    life.live(on: fileSystem)
    return fileSystem
  }

  @Test func aStopAtAnyCallKeepsWhatWasAcknowledged() {
    for number in 1...FaultTests.callCount() {
      for tornBytes in [0, 300, 1 << 20] {
        var life = Life()
        let fileSystem = Self.stop(at: number, tornBytes: tornBytes, &life)
        for survival in Self.survivals(fileSystem, number) {
          if let complaint = life.complaint(about: fileSystem.crash(survival)) {
            Issue.record("stopped at call \(number), torn \(tornBytes), \(survival): \(complaint)")
            return
          }
        }
      }
    }
  }

  @Test func aSecondStopDuringRecoveryChangesNothing() throws {
    for number in stride(from: 1, through: FaultTests.callCount(), by: 2) {
      var life = Life()
      let stopped = Self.stop(at: number, tornBytes: 600, &life)
      for survival in [CrashSurvival.synced, .everything, .random(seed: UInt64(number))] {
        let first = stopped.crash(survival)
        var second = 1
        while true {
          let recovering = first.copy()
          recovering.failCall(second, errno: 5, sticky: true)
          let isOpen = (try? open(recovering)) != nil
          for survival in [CrashSurvival.synced, .everything, .random(seed: UInt64(second))] {
            if let complaint = life.complaint(about: recovering.crash(survival)) {
              Issue.record("stopped at call \(number), then at \(second): \(complaint)")
              return
            }
          }
          if isOpen { break }
          second += 1
        }
      }
    }
  }

  @Test func aStoppedMachineKeepsItsUnsyncedChangesApart() throws {
    for number in 1...FaultTests.callCount() {
      var life = Life()
      let fileSystem = InMemoryFileSystem()
      fileSystem.setFaults { $0.number == number ? .stop : nil }
      life.live(on: fileSystem)
      // The number of calls stands still, and the failed sync has lost nothing that may survive.
      #expect(fileSystem.callCount == number)
      for survival in Self.survivals(fileSystem, number) {
        if let complaint = life.complaint(about: fileSystem.crash(survival)) {
          Issue.record("stopped at call \(number), \(survival): \(complaint)")
          return
        }
      }
    }
    let fileSystem = InMemoryFileSystem()
    let file = try fileSystem.open("/f", .create)
    let written = try file.write([1, 2, 3].span, at: 0)
    #expect(written == 3)
    fileSystem.setFaults { $0.operation == .synchronize ? .stop : nil }
    #expect(throws: JournalFileSystemError.self) { try file.synchronize() }
    #expect(throws: JournalFileSystemError.self) { _ = try file.write([4].span, at: 0) }
    #expect(fileSystem.crash(.everything).contents(of: "/f") == [1, 2, 3])
    #expect(fileSystem.crash(.synced).contents(of: "/f") == nil)
  }

  @Test func epochsAreNeverReused() throws {
    var fileSystem = InMemoryFileSystem()
    var last: UInt32 = 0
    for round in 0..<12 {
      let opened = try open(fileSystem)
      #expect(opened.report.epoch > last)
      last = opened.report.epoch
      if round % 3 == 0 { try opened.journal.commit([TestRecord(1, [1])]) }
      if round % 4 == 1 { try opened.journal.close() }
      fileSystem = fileSystem.crash()
    }
  }

  @Test func aCleanCloseIsRecognised() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    try journal.append(type: 1, body: [1])
    try journal.close()
    try journal.close()
    let error = #expect(throws: JournalError.self) { try journal.append(type: 1, body: [1]) }
    #expect(error?.code == .closed)
    let opened = try open(fileSystem.crash())
    #expect(opened.report.wasClosedCleanly)
    #expect(opened.report.records == 1)
    #expect(try open(fileSystem.copy()).report.wasClosedCleanly)
    try opened.journal.commit([TestRecord(1, [2])])
  }

  @Test func aFullSegmentCanBeClosedAndReopened() throws {
    var fileSystem = InMemoryFileSystem()
    var expected = Transcript()
    for round in 0..<30 {
      let opened = try open(fileSystem)
      guard opened.transcript == expected else {
        Issue.record("round \(round): \(opened.transcript), not \(expected)")
        return
      }
      #expect(opened.report.wasClosedCleanly == (round > 0))
      let record = TestRecord(1, [UInt8](repeating: 1, count: 400 * (round % 4)))
      if round % 3 != 2 {
        try opened.journal.commit([record])
        expected.append(record.type, record.body.span)
      }
      try opened.journal.markIdle()
      try opened.journal.close()
      fileSystem = fileSystem.crash()
    }
  }
}
