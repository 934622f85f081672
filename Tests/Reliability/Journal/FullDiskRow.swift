internal import Foundation
internal import Synchronization
internal import WorkflowJournal

/// Row i: the disk is full, in memory and on a loop device, and space returns; and a disk that promised more than it
/// has, where the sync fails.
struct FullDiskRow: ReliabilityRow {
  let id = "i"
  let title = "full disks that get space again, and thin ones whose syncs fail"
  let contractLines = [7, 8]

  /// What a run's disk is.
  private enum Kind: String {
    case tmpfs = "tmpfs"
    case ext4 = "loop ext4"
    case thin = "thin disk"

    /// Most on a small tmpfs, one in five on ext4, one in twenty on a thin disk.
    init(run number: Int) {
      self = number % 20 == 19 ? .thin : number % 5 == 4 ? .ext4 : .tmpfs
    }
  }

  func run(_ order: RowOrder) async throws -> RowResult {
    let runs = order.size.units(ci: 200)
    let only = order.onlyCase.flatMap { Int($0) }
    let impossible = Mutex<Set<Kind>>([])
    return try await inParallel(runs) { number in
      let kind = Kind(run: number)
      var result = RowResult()
      guard only.map({ $0 == number }) ?? true, !impossible.withLock({ $0.contains(kind) }) else { return result }
      do {
        switch kind {
        case .tmpfs: try await tmpfs(number, order, &result)
        case .ext4: try await loop(number, order, &result)
        case .thin: try await thin(number, order, &result)
        }
      } catch let failure as ChildProcess.Failure {
        let isFirst = impossible.withLock { $0.insert(kind).inserted }
        if isFirst { result.skipped.append("full disks, \(kind.rawValue): \(failure)") }
      }
      return result
    }
  }

  private func tmpfs(_ number: Int, _ order: RowOrder, _ result: inout RowResult) async throws {
    let disk = try await SmallTmpfs.make(in: order.scratch, name: "tmpfs-\(number)", kilobytes: 1024)
    fill(disk.mountPoint, number, order, &result)
    try await disk.unmount()
    result.count("runs on tmpfs")
  }

  private func loop(_ number: Int, _ order: RowOrder, _ result: inout RowResult) async throws {
    let disk = try await LoopDevice.make(in: order.scratch, name: "ext4-\(number)", megabytes: 4)
    fill(disk.mountPoint, number, order, &result)
    try await disk.remount()
    if let problem = FullDisk.complaint(about: disk.mountPoint + "/journal", number, order) {
      result.fail("full ext4 \(number), mounted again: \(problem)", reproduce: command(number, order))
    }
    try await disk.unmount()
    try FileManager.default.removeItem(atPath: disk.image)
    result.count("runs on ext4")
  }

  private func fill(_ mountPoint: String, _ number: Int, _ order: RowOrder, _ result: inout RowResult) {
    var disk = FullDisk(mountPoint: mountPoint, number: number, order: order)
    do {
      if let problem = try disk.run() {
        result.fail("full disk \(number): \(problem)", reproduce: command(number, order))
      }
    } catch {
      result.fail("full disk \(number): \(error)", reproduce: command(number, order))
    }
    result.count("runs")
    result.count("times full", disk.timesFull)
    result.count("times the reserve was used", disk.timesReserved)
    result.count("acknowledged batches", disk.acknowledged)
  }

  /// An ext4 that believes to have 64 MiB, in a file on a tmpfs that has 3: its syncs fail for good.
  private func thin(_ number: Int, _ order: RowOrder, _ result: inout RowResult) async throws {
    let below = try await SmallTmpfs.make(in: order.scratch, name: "thin-\(number)", kilobytes: 3 << 10)
    let disk = try await LoopDevice.make(in: below.mountPoint, name: "disk", megabytes: 64)
    let directory = disk.mountPoint + "/journal"
    var writer = FullDisk(mountPoint: disk.mountPoint, number: number, order: order)
    let ending = try writer.runUntilStopped()
    result.count("runs")
    result.count("runs on a thin disk")
    result.count("thin disks that ended with \(ending.code)")
    result.count("acknowledged batches", writer.acknowledged)
    // The missing space appears, and the file system's own journal is played back.
    try await below.resize(kilobytes: 80 << 10)
    try await disk.remount()
    if let problem = FullDisk.complaint(about: directory, number, order, acknowledged: writer.acknowledged) {
      result.fail("thin disk \(number): \(problem)", reproduce: command(number, order))
    }
    try await disk.unmount()
    try await below.unmount()
  }

  private func command(_ number: Int, _ order: RowOrder) -> String {
    order.command(row: "i", onlyCase: String(number))
  }
}

/// A journal on a disk that becomes full.
struct FullDisk {
  private(set) var acknowledged = 0
  private(set) var timesFull = 0
  private(set) var timesReserved = 0
  private let mountPoint: String
  private let number: Int
  private let order: RowOrder
  private var random: SeededRandom

  init(mountPoint: String, number: Int, order: RowOrder) {
    self.mountPoint = mountPoint
    self.number = number
    self.order = order
    random = SeededRandom(order.seed, part: number)
  }

  private static let options = JournalOptions(
    segmentSize: 1 << 16, initialSegmentSize: 1 << 14, alignment: 512, reserveSize: 1 << 14, preparation: .inline,
    preparationThreshold: 60)

  private var directory: String { mountPoint + "/journal" }
  private var filler: String { mountPoint + "/filler" }

  /// Fills the disk three times and frees it again; what was accepted must be there each time.
  mutating func run() throws -> String? {
    for round in 0..<3 {
      let (journal, _) = try Journal.open(directory: directory, options: Self.options) { _, _, _ in }
      try fillRest()
      var pointers: [(RecordPointer, [UInt8])] = []
      let failure = try write(journal, upTo: 4000, &pointers)
      guard let failure else { return "round \(round): the disk never becomes full" }
      guard failure.code == .full, !journal.isPoisoned else { return "round \(round): it stops with \(failure)" }
      timesFull += 1
      for (pointer, body) in pointers where try journal.read(pointer) != body {
        return "round \(round): a record of the full journal reads otherwise"
      }
      guard journal.pendingRecords == 1, journal.isShortOfSpace else {
        return "round \(round): the refused record is not pending any more, or nobody is told of the shortage"
      }
      // What was accepted before can still be finished; new work waits for space.
      if random.oneIn(2) {
        _ = try journal.commit(usingReserve: true)
        acknowledged += 1
        timesReserved += 1
      } else if let again = Self.failure({ () throws(JournalError) in _ = try journal.commit() }), again.code != .full {
        return "round \(round): a repeated commit fails with \(again)"
      } else if journal.pendingRecords == 0 {
        acknowledged += 1
      }
      try freeSpace()
      if journal.pendingRecords > 0 {
        _ = try journal.commit()
        acknowledged += 1
      }
      try journal.refillReserve()
      guard !journal.isShortOfSpace else { return "round \(round): it stays short of space" }
      guard try write(journal, upTo: 3, &pointers) == nil else { return "round \(round): it stays full" }
      try journal.close()
      if let problem = Self.complaint(about: directory, number, order, acknowledged: acknowledged) {
        return "round \(round), opened again: \(problem)"
      }
    }
    return nil
  }

  /// Writes until the journal refuses for whatever reason.
  mutating func runUntilStopped() throws -> JournalError {
    let (journal, _) = try Journal.open(directory: directory, options: Self.options) { _, _, _ in }
    var pointers: [(RecordPointer, [UInt8])] = []
    guard let failure = try write(journal, upTo: 100_000, &pointers) else {
      throw RowError("a disk of 3 MiB took everything")
    }
    return failure
  }

  /// Leaves little free space, a different amount each time.
  private mutating func fillRest() throws {
    let free = try free()
    let left = min(free / 2, 40_000 + random.below(100_000))
    guard FileManager.default.createFile(atPath: filler, contents: Data(count: max(0, free - left))) else {
      throw RowError("\(filler) cannot be written")
    }
  }

  /// Removes the filler. Its space returns when nobody has it open, which a child may that is being forked meanwhile.
  private func freeSpace() throws {
    let size = try FileManager.default.attributesOfItem(atPath: filler)[.size] as? Int ?? 0
    try FileManager.default.removeItem(atPath: filler)
    let end = ContinuousClock.now + .seconds(5)
    while try free() < size, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.001) }
  }

  private func free() throws -> Int {
    try FileManager.default.attributesOfFileSystem(forPath: mountPoint)[.systemFreeSize] as? Int ?? 0
  }

  private mutating func write(
    _ journal: Journal, upTo count: Int, _ pointers: inout [(RecordPointer, [UInt8])]
  ) throws -> JournalError? {
    for _ in 0..<count {
      let record = JournalWriterCommand.record(acknowledged, seed: order.seed)
      do throws(JournalError) {
        if journal.pendingRecords == 0 { try journal.append(type: record.type, body: record.body) }
        pointers.append((try journal.commit().pointer(at: 0), record.body))
      } catch {
        return error
      }
      acknowledged += 1
    }
    return nil
  }

  private static func failure(_ body: () throws(JournalError) -> Void) -> JournalError? {
    do throws(JournalError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  /// What is wrong with a journal whose owner is gone, or `nil`. Without a number, any prefix will do.
  static func complaint(
    about directory: String, _ number: Int, _ order: RowOrder, acknowledged: Int? = nil
  ) -> String? {
    do {
      var transcript = Transcript()
      _ = try Journal.open(directory: directory, options: options) { type, body, _ in transcript.append(type, body) }
      if let acknowledged, !(acknowledged...(acknowledged + 1)).contains(transcript.count) {
        return "\(acknowledged) batches were acknowledged, \(transcript.count) are there"
      }
      guard transcript == JournalWriterCommand.transcript(transcript.count, seed: order.seed) else {
        return "the records are not those that were written"
      }
      return nil
    } catch {
      return "opening throws \(error)"
    }
  }
}
