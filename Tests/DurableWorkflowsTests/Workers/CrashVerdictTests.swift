internal import Foundation
internal import Testing

@testable internal import DurableWorkflows

/// Who is under suspicion after a crash, and how what ran is kept.
@Suite("Verdicts after crashes")
struct CrashVerdictTests {
  private func mark(
    _ run: UInt64, _ part: Int64, _ state: InFlightMark.State = .running, crashes: Int = 0
  ) -> InFlightMark {
    InFlightMark(code: InFlightCode(run: RunKey(rawValue: run), part: part), state: state, crashes: crashes)
  }

  private let elsewhere = ProcessTrap(signal: 4, isOnEngineThread: false)
  private let engine = ProcessTrap(signal: 4, isOnEngineThread: true)

  @Test("a process that did not trap accuses nobody, and keeps what was known")
  func killed() {
    let verdict = CrashVerdict([mark(1, 5), mark(2, 0), mark(3, 7, .suspect, crashes: 2)], after: nil)
    #expect(verdict.accused.isEmpty)
    #expect(verdict.suspects == [mark(3, 7).code: 2])
  }

  @Test("a trap in workflow code accuses its run alone")
  func task() {
    let verdict = CrashVerdict([mark(1, 5), mark(2, 0, crashes: 1), mark(3, 7, .alone, crashes: 1)], after: engine)
    #expect(verdict.accused == [mark(2, 0).code])
    #expect(verdict.suspects == [mark(2, 0).code: 2, mark(3, 7).code: 1])
  }

  @Test("a trap elsewhere accuses all activities the first time, then those that ran alone")
  func activities() {
    let first = CrashVerdict([mark(1, 5), mark(2, 0), mark(3, 7), mark(4, -1)], after: elsewhere)
    #expect(first.suspects == [mark(1, 5).code: 1, mark(3, 7).code: 1, mark(4, -1).code: 1])
    let second = CrashVerdict(
      [mark(1, 5, .running, crashes: 1), mark(3, 7, .alone, crashes: 1), mark(9, 9), mark(4, -1, .suspect, crashes: 1)],
      after: elsewhere)
    #expect(second.accused == [mark(3, 7).code])
    #expect(second.suspects == [mark(1, 5).code: 1, mark(3, 7).code: 2, mark(4, -1).code: 1])
  }

  @Test("marks come back from the file, however many; what ended is gone")
  func file() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "marks-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let file = try InFlightFile(directory: directory)
    #expect(file.found == [])
    file.beginTask(RunKey(rawValue: 77), crashes: 1)
    var places: [Int?] = []
    for number in 1...1500 {
      places.append(file.set(mark(UInt64(number), Int64(number)).code, .running, crashes: number % 3))
    }
    for (index, place) in places.enumerated() where index >= 10 { place.map(file.clear) }
    places[3].map { file.change($0, to: .alone) }
    file.end(removing: nil)
    let next = try InFlightFile(directory: directory)
    #expect(next.trap == nil)
    #expect(next.found.count == 11)
    #expect(next.found.first == mark(77, 0, crashes: 1))
    #expect(next.found.contains(mark(4, 4, .alone, crashes: 1)))
    next.end(removing: directory)
    #expect(!FileManager.default.fileExists(atPath: directory + "/" + InFlightFile.name))
  }

  @Test("a mark has its space on the disk before it is set: a full disk cannot end the process at a store")
  func space() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "marks-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let file = try InFlightFile(directory: directory)
    for number in 1...600 { _ = file.set(mark(UInt64(number), 1).code, .running, crashes: 0) }
    var status = stat()
    #expect(stat(directory + "/" + InFlightFile.name, &status) == 0)
    #expect(status.st_size == 2 * 16_384)
    #expect(Int(status.st_blocks) * 512 >= Int(status.st_size))
    file.end(removing: directory)
  }

  @Test("any bytes are read without a trap")
  func damaged() {
    var random = SeededValues(seed: 3)
    for _ in 0..<200 {
      var bytes = (0..<random.below(70_000)).map { _ in UInt8.random(in: 0...255, using: &random) }
      if bytes.count > 8 { bytes.replaceSubrange(0..<8, with: [0x57, 0x49, 0x4E, 0x46, 0x4C, 0x54, 0x30, 0x31]) }
      for mark in InFlightFile.decode(bytes).marks { #expect(mark.code.run.rawValue > 0) }
    }
  }
}
