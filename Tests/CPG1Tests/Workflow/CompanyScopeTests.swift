import DurableWorkflows
import Testing

@testable import CPG1

@Suite struct CompanyScopeTests {
  @Test(.timeLimit(.minutes(2)))
  func aCountryLimitsTheCompaniesAndNamesTheEvidence() async throws {
    let sandbox = try Sandbox()
    let activities = try sandbox.activities(try await sandbox.sqlite())
    var input = try SampleData.input()
    input.companies = nil
    input.country = "ng"
    let result = try await sandbox.reconcile(activities, input) { try await $0.result() }
    #expect(result.evidencePaths.allSatisfy { $0.contains("_NG_202509_") })
    #expect(result.warnings.contains { $0.contains("limited to EC_NG") })
    let ids = try sandbox.frames.load(try #require(result.ipeResults["IPE_08"]).data)
    let company = try #require(ids.position(of: "ID_COMPANY"))
    #expect(ids.rowCount > 0)
    #expect((0..<ids.rowCount).allSatisfy { ids.value(row: $0, column: company).text == "EC_NG" })
  }
}
