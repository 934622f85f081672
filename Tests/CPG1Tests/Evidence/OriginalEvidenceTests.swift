import Foundation
import Testing

@testable import CPG1

/// The package of the original program that lies beside the sample data.
@Suite struct OriginalEvidenceTests {
  static func folder() throws -> (path: String, expected: OrderedJSON) {
    let expected = try #require(try SampleData.expected()["evidence_sample"])
    let name = try #require(expected["directory"]?.string)
    return (SampleData.directory.appending(path: "evidence_sample/" + name).path, expected)
  }

  @Test func packageHashIsRecomputedAndTheRestIsSaid() throws {
    let (path, expected) = try Self.folder()
    let result = EvidenceVerifier.verify(folder: path)
    #expect(result.problems == [])
    let hash = try #require(expected["package_integrity"]?.string)
    #expect(result.verified.contains("package hash \(hash)"))
    #expect(result.verified.contains("content of the zip file"))
    #expect(result.notVerified.contains { $0.hasPrefix("data hash") })
    #expect(result.notVerified.contains { $0.hasPrefix("file hashes") })
    #expect(result.notVerified.count == 3)
  }

  @Test func dataHashIsRecomputedFromTheCompleteData() throws {
    let (path, expected) = try Self.folder()
    let hash = try #require(expected["integrity_hash"]?.string)
    let frame = try SampleData.frame("IPE_07")
    #expect(EvidenceVerifier.verify(folder: path, completeData: frame).verified.contains("data hash \(hash)"))
    var builder = FrameBuilder(columns: frame.columns)
    for row in 1..<frame.rowCount { try builder.append(frame.row(row)) }
    #expect(!EvidenceVerifier.verify(folder: path, completeData: builder.finish()).isValid)
  }

  @Test func tamperingWithTheSnapshotIsFound() throws {
    let (path, _) = try Self.folder()
    let copy = FileManager.default.temporaryDirectory.appending(path: "original-" + UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: copy) }
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    let folder = copy + "/" + (path.split(separator: "/").last.map { String($0) } ?? "")
    try FileManager.default.copyItem(atPath: path, toPath: folder)
    try FileManager.default.copyItem(atPath: path + "_evidence.zip", toPath: folder + "_evidence.zip")
    #expect(EvidenceVerifier.verify(folder: folder).isValid)
    let snapshot = folder + "/03_data_snapshot.csv"
    var bytes = try PackageHash.readFile(snapshot)
    bytes[bytes.count - 10] ^= 1
    try FileManager.default.removeItem(atPath: snapshot)
    try Data(bytes).write(to: URL(filePath: snapshot))
    #expect(!EvidenceVerifier.verify(folder: folder).isValid)
  }
}
