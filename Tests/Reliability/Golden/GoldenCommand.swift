internal import ArgumentParser
internal import Foundation
internal import GoldenJournals

/// Writes journals that every later version has to read, and reads those that earlier ones wrote.
struct GoldenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "golden", abstract: "Writes and checks journals that every later version has to read.",
    subcommands: [Write.self, Check.self])

  /// Writes a set of this version.
  struct Write: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a set of journals into a folder that does not exist: Tests/Golden/VERSION.")

    @Argument(help: "The folder, named after the version.")
    var folder: String

    @Option(help: "How many journals.")
    var count = 220

    @Option(help: "The number of the first one.")
    var first = 0

    @Flag(help: "Operators take part: pauses, deletions, resets, batches, priorities, encoded failures.")
    var operated = false

    func run() async throws {
      guard !FileManager.default.fileExists(atPath: folder) else {
        throw ValidationError("\(folder) exists: the journals of a version never change.")
      }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var size = 0
      for seed in first..<(first + count) {
        let journal = try await GoldenScenario(seed: UInt64(seed), isOperated: operated).record()
        if let problem = try await journal.problem() { throw RowError("journal \(seed) cannot be read: \(problem)") }
        let data = try encoder.encode(journal)
        size += data.count
        let digits = String(seed)
        let name = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        try data.write(to: URL(fileURLWithPath: "\(folder)/\(name).json"))
      }
      say("\(count) journals, \(size) bytes")
    }
  }

  /// Reads sets.
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Reads all journals of a folder.")

    @Argument(help: "The folder.")
    var folder: String

    func run() async throws {
      var problems = 0
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
      for name in names {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        guard let problem = try await JSONDecoder().decode(GoldenJournal.self, from: data).problem() else { continue }
        problems += 1
        say("\(name): \(problem)")
      }
      say("\(names.count) journals, \(problems) with problems")
      if problems > 0 { throw ExitCode(1) }
    }
  }
}
