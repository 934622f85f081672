import DurableWorkflows
import Foundation
import TestSupport
import Testing

@testable import CPG1

/// The whole reconciliation in an engine, over a real database.
@Suite struct ReconciliationRunTests {
  @Test(.timeLimit(.minutes(5)))
  func sqliteGivesTheRecommendedResults() async throws {
    let sandbox = try Sandbox()
    let activities = try sandbox.activities(try await sandbox.sqlite())
    let input = try SampleData.input()
    let (result, progress, history) = try await sandbox.reconcile(activities, input) { handle in
      let result = try await handle.result()
      return (result, try await handle.query(Cpg1Workflow.Queries.getState), try await handle.fetchHistory())
    }
    try check(result)
    #expect(progress.status == "completed")
    #expect(progress.percent == 100)
    #expect(progress.completedSteps == ["fetch_data", "calculate_bridges", "save_evidence"])
    #expect(progress.items["IPE_07"] == "completed: 200 rows")

    // Nothing but references and summaries in the history: no payload as large as a small table.
    var sizes: [Int] = []
    for event in history {
      guard case .activityTaskCompleted(_, _, _, let result) = event.attributes else { continue }
      sizes += result.map(\.data.count)
    }
    #expect(sizes.count == 21, "nine items, Jdash, nine bridges, two evidence packages")
    #expect(sizes.allSatisfy { $0 < 16 * 1024 })
  }

  @Test(.timeLimit(.minutes(5)))
  func postgreSQLGivesTheRecommendedResults() async throws {
    let sandbox = try Sandbox()
    let activities = try sandbox.activities(try await Sandbox.postgreSQL())
    let result = try await sandbox.reconcile(activities, SampleData.input()) { try await $0.result() }
    try check(result)
  }

  private func check(_ result: Cpg1Result) throws {
    #expect(result.status == "completed")
    let json = try OrderedJSON(parsing: [UInt8](Data(contentsOf: URL(filePath: result.resultsPath))))
    #expect(try SampleData.differences(of: json) == [])
    #expect(try json == ReconciliationResultsTests.results().json)
    #expect(result.evidencePaths.count == 11)
    for path in result.evidencePaths {
      let verification = EvidenceVerifier.verify(folder: path)
      #expect(verification.isValid, "\(path): \(verification.problems)")
    }
    let items = result.ipeResults.merging(result.crResults) { first, _ in first }
    #expect(Set(items.keys) == Set(ReconciliationResults.requiredItems))
    for item in items.values {
      #expect(item.validationResults.completeness == "PASS", "\(item.itemID)")
      #expect(item.validationResults.accuracyNegative != "FAIL", "\(item.itemID)")
    }
    #expect(result.crResults["CR_03"]?.rowsExtracted == 200)
    #expect(result.warnings.contains { $0.contains("JD_DZ") })
  }

  @Test(.timeLimit(.minutes(5)))
  func withoutJdashTheTimingDifferenceIsAbsentAndNotZero() async throws {
    let sandbox = try Sandbox()
    let activities = try sandbox.activities(try await sandbox.sqlite())
    var input = try SampleData.input()
    input.jdashFile = nil
    let result = try await sandbox.reconcile(activities, input) { try await $0.result() }
    #expect(result.bridgeCalculations.timingDifference == nil)
    #expect(result.warnings.contains { $0.contains("no Jdash file") })
    let json = try OrderedJSON(parsing: [UInt8](Data(contentsOf: URL(filePath: result.resultsPath))))
    #expect(json["timing_difference"] == .null)
  }
}
