internal import Foundation
internal import GoldenJournals
internal import Testing

/// Journals that this and every earlier version wrote: each is read, its open runs are replayed, it is opened, and
/// every run is found and replayed as it was recorded.
///
/// A release adds a set: `Tests/reliability golden write Tests/Golden/VERSION`. Sets never change. That of 1.1 was written
/// with `--operated --first 1000 --count 96`: it has what 1.0 has no records of; that of 1.2 with `--operated --first 1096
/// --count 60`: it has batches that reset.
@Suite("Golden journals", .timeLimit(.minutes(5)))
struct GoldenJournalTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden")

  static let versions: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()

  @Test("are there")
  func exist() {
    #expect(!Self.versions.isEmpty)
  }

  @Test("are read, opened and replayed", arguments: versions)
  func read(version: String) async throws {
    let folder = Self.folder.appendingPathComponent(version)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") }.sorted()
    #expect(names.count >= (version == "1.0" ? 200 : 50))
    for name in names {
      let data = try Data(contentsOf: folder.appendingPathComponent(name))
      let journal = try JSONDecoder().decode(GoldenJournal.self, from: data)
      let problem = try await journal.problem()
      #expect(problem == nil, "\(version)/\(name)")
    }
  }

  @Test("another end of a run is noticed")
  func differenceIsNoticed() async throws {
    let version = try #require(Self.versions.first)
    let data = try Data(contentsOf: Self.folder.appendingPathComponent(version).appendingPathComponent("000.json"))
    var journal = try JSONDecoder().decode(GoldenJournal.self, from: data)
    try #require(!journal.runs.isEmpty)
    journal.runs[0].digest = String(journal.runs[0].digest.reversed())
    #expect(try await journal.problem() != nil)
  }
}
