import Foundation
import Testing

@testable import CPG1

@Suite struct EvidencePublisherTests {
  private func context(run: String) -> EvidenceContext {
    EvidenceContext(gitCommitID: "c", executionHost: "h", runnerVersion: "1", workflowID: "w", runID: run)
  }

  private func evidence() throws -> QueryEvidence {
    let parameters = try SampleData.parameters()
    let item = try Catalog.bundled().item("CR_05")
    let frame = try SampleData.frame("CR_05")
    let moment = try SampleData.scope().moment()
    return QueryEvidence(
      item: item,
      cutoff: parameters.cutoff,
      country: "NG",
      statements: try item.bind(parameters.queryValues),
      frame: frame,
      validation: ValidationReport(expectedCount: 15, actualCount: 15, witnessCount: nil, violationCount: 0),
      quality: try item.checkQuality(of: frame),
      startedAt: moment,
      extractedAt: moment
    )
  }

  private func names(_ sandbox: Sandbox) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sandbox.evidence).sorted()
  }

  @Test func aRepeatedAttemptLeavesTheSamePackage() async throws {
    let sandbox = try Sandbox()
    let publisher = EvidencePublisher(directory: sandbox.evidence)
    let moment = try SampleData.scope().moment()
    let first = try await publisher.save(evidence(), at: moment, context: context(run: "1"))
    let second = try await publisher.save(evidence(), at: moment, context: context(run: "1"))
    #expect(first == second)
    #expect(first.name == "CR_05_NG_202509_20251001_080000")
    #expect(try names(sandbox) == [first.name, first.name + "_evidence.zip"])
    #expect(EvidenceVerifier.verify(folder: second.path, anchor: first).isValid)
  }

  @Test func aZipWithoutItsFolderIsReplaced() async throws {
    let sandbox = try Sandbox()
    let publisher = EvidencePublisher(directory: sandbox.evidence)
    let moment = try SampleData.scope().moment()
    let first = try await publisher.save(evidence(), at: moment, context: context(run: "1"))
    try FileManager.default.removeItem(atPath: first.path)
    #expect(try await publisher.save(evidence(), at: moment, context: context(run: "1")) == first)
    #expect(try names(sandbox).count == 2)
  }

  @Test func evidenceOfAnotherRunIsNeverTouched() async throws {
    let sandbox = try Sandbox()
    let publisher = EvidencePublisher(directory: sandbox.evidence)
    let moment = try SampleData.scope().moment()
    let first = try await publisher.save(evidence(), at: moment, context: context(run: "1"))
    let other = try await publisher.save(evidence(), at: moment, context: context(run: "2"))
    #expect(other.name == first.name + "_2")
    #expect(try await publisher.save(evidence(), at: moment, context: context(run: "2")) == other)
    #expect(EvidenceVerifier.verify(folder: first.path, anchor: first).isValid)
    #expect(EvidenceVerifier.verify(folder: other.path, anchor: other).isValid)
    #expect(try names(sandbox).count == 4)
  }

  @Test func onlyOldLeftoversAreRemoved() throws {
    let sandbox = try Sandbox()
    let folder = sandbox.evidence + "/.evidence-x"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try EvidencePublisher.removeLeftovers(in: sandbox.evidence)
    #expect(try names(sandbox) == [".evidence-x"])
    try EvidencePublisher.removeLeftovers(in: sandbox.evidence, now: Date().addingTimeInterval(3700))
    #expect(try names(sandbox).isEmpty)
  }
}
