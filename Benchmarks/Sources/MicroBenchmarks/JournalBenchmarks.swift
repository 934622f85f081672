internal import Foundation
internal import Measuring
internal import WorkflowJournal

enum JournalBenchmarks {
  static let all = [
    Benchmark(name: "crc32c", unit: "4 KiB block", units: 40_000, countedUnits: 2_000) {
      let block = [UInt8]((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      return .init { units in
        for _ in 0..<units { keep(CRC32C.checksum(block)) }
      }
    },
    Benchmark(
      name: "journal-commit-memory", unit: "batch of one record of 200 bytes", units: 2_000, countedUnits: 500
    ) {
      let journal = try open(InMemoryFileSystem(), "/journal")
      return .init { try commit(journal, batches: $0, records: 1) }
    },
    Benchmark(
      name: "journal-commit-64-memory", unit: "batch of 64 records of 200 bytes", units: 500, countedUnits: 200
    ) {
      let journal = try open(InMemoryFileSystem(), "/journal")
      return .init { try commit(journal, batches: $0, records: 64) }
    },
    Benchmark(name: "journal-commit-disk", unit: "batch of one record of 200 bytes", units: 500, countedUnits: 0) {
      let directory = try TemporaryDirectory()
      let journal = try open(PosixFileSystem(), directory.path)
      return .init {
        try commit(journal, batches: $0, records: 1)
        withExtendedLifetime(directory) {}
      }
    },
    Benchmark(
      name: "journal-commit-64-disk", unit: "batch of 64 records of 200 bytes", units: 300, countedUnits: 0
    ) {
      let directory = try TemporaryDirectory()
      let journal = try open(PosixFileSystem(), directory.path)
      return .init {
        try commit(journal, batches: $0, records: 64)
        withExtendedLifetime(directory) {}
      }
    },
    Benchmark(name: "journal-read", unit: "record of 200 bytes, from the file", units: 20_000, countedUnits: 1_000) {
      let directory = try TemporaryDirectory()
      let journal = try open(PosixFileSystem(), directory.path)
      for _ in 0..<64 { _ = try journal.append(type: 1, body: record) }
      let batch = try journal.commit()
      return .init { units in
        for unit in 0..<units { keep(try journal.read(batch.pointer(at: unit % 64))) }
        withExtendedLifetime(directory) {}
      }
    },
    Benchmark(
      name: "journal-scan", unit: "record of 200 bytes, written and found at an open", units: 20_000,
      countedUnits: 5_000
    ) {
      .init { units in
        // Writing them, in batches of 5,000, is part of it.
        let files = InMemoryFileSystem()
        let journal = try open(files, "/journal")
        for start in stride(from: 0, to: units, by: 5_000) {
          for _ in start..<min(units, start + 5_000) { try journal.append(type: 1, body: record) }
          _ = try journal.commit()
        }
        try journal.close()
        var found = 0
        _ = try Journal.read(directory: "/journal", fileSystem: files) { _, body, _ in found += body.count }
        guard found == units * record.count else { throw BenchmarkError("\(found) bytes were found") }
      }
    },
    Benchmark(
      name: "checkpoint-open", unit: "open of a checkpoint of 10,000 records of 200 bytes", units: 10, countedUnits: 2
    ) {
      let files = InMemoryFileSystem()
      try makeCheckpoint(of: 10_000, in: files)
      return .init { opens in
        for _ in 0..<opens {
          var found = 0
          let (journal, _) = try Journal.open(directory: "/journal", fileSystem: files.copy()) { _, _, _ in found += 1 }
          guard found == 10_000 else { throw BenchmarkError("\(found) records were found") }
          try journal.close()
        }
      }
    },
  ]

  private static func makeCheckpoint(of records: Int, in files: InMemoryFileSystem) throws {
    let journal = try open(files, "/journal")
    try journal.append(type: 1, body: record)
    _ = try journal.commit()
    let builder = try CheckpointBuilder(
      try journal.beginCheckpoint(), directory: "/journal", fileSystem: files, options: JournalOptions())
    for _ in 0..<records { try builder.append(type: 1, body: record.span) }
    try journal.install(try builder.finish())
    try journal.close()
  }

  private static let record = [UInt8](repeating: 0x5A, count: 200)

  private static func open(_ files: any JournalFileSystem, _ directory: String) throws -> Journal {
    try Journal.open(directory: directory, fileSystem: files) { _, _, _ in }.journal
  }

  private static func commit(_ journal: Journal, batches: Int, records: Int) throws {
    for _ in 0..<batches {
      for _ in 0..<records { try journal.append(type: 1, body: record) }
      _ = try journal.commit()
    }
  }
}

/// A directory that is removed with the last reference to it.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    let base = ProcessInfo.processInfo.environment["BENCHMARK_DIRECTORY"] ?? FileManager.default.currentDirectoryPath
    path = "\(base)/.benchmark-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // What cannot be removed stays behind, which hurts nobody.
    try? FileManager.default.removeItem(atPath: path)
  }
}
