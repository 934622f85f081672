import DurableWorkflows
import Testing

@testable import CPG1
@testable import ODBC

@Suite struct ActivityFailureTests {
  private func translated(state: String, code: ODBCError.Code = .statementFailed) -> ApplicationError? {
    let error = ODBCError(
      code: code,
      operation: "query",
      message: "refused",
      diagnostics: [ODBCDiagnostic(sqlState: state, nativeCode: 1, message: "refused")]
    )
    return ActivityFailure.translate(error, doing: "executing IPE_07") as? ApplicationError
  }

  @Test(arguments: ["08001", "08S01", "08003", "HYT00", "HYT01", "40001"])
  func whatMayPassIsRetried(state: String) throws {
    let error = try #require(translated(state: state))
    #expect(error.type == "ConnectionError")
    #expect(!error.isNonRetryable)
    #expect(error.message.contains("IPE_07"))
  }

  @Test(arguments: ["42000", "42S02", "42501", "22003", "28000"])
  func whatWillFailAgainIsFinal(state: String) throws {
    let error = try #require(translated(state: state))
    #expect(error.type == "QueryError")
    #expect(error.isNonRetryable)
  }

  @Test func domainErrorsAreFinalAndKeepTheirCode() throws {
    let error = try #require(
      ActivityFailure.translate(CPG1Error(.missingColumn, "no column"), doing: "x") as? ApplicationError
    )
    #expect(error.type == "MissingColumn")
    #expect(error.isNonRetryable)
  }

  @Test func cancellationStaysCancellation() {
    #expect(ActivityFailure.translate(CancellationError(), doing: "x") is CancellationError)
  }

  @Test func aMissingDriverIsAConfigurationError() throws {
    let error = try #require(translated(state: "IM002", code: .driverMissing))
    #expect(error.type == "ConfigurationError")
    #expect(error.isNonRetryable)
  }
}
