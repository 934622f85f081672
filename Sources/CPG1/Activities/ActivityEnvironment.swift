internal import DurableWorkflows
internal import FoundationEssentials
internal import Logging

/// What the activities work with: catalog, database, stores.
struct ActivityEnvironment: Sendable {
  let catalog: Catalog
  let database: DatabaseSettings
  let frames: FrameStore
  let evidence: EvidencePublisher
  let gitCommitID: String
  let host: String
  let version: String

  /// Who produces the evidence, with the execution that the activity belongs to.
  func evidenceContext() -> EvidenceContext {
    let execution = ActivityExecutionContext.current?.info.workflowExecution
    return EvidenceContext(
      gitCommitID: gitCommitID,
      executionHost: host,
      runnerVersion: version,
      workflowID: execution?.workflowID,
      runID: execution?.runID
    )
  }

  /// Runs an activity's work: logs begin, end and duration, and turns errors into those of activities.
  func perform<Result: Sendable>(
    _ action: String,
    item: String?,
    rows: (Result) -> Int?,
    _ body: () async throws -> Result
  ) async throws -> Result {
    var logger = ActivityExecutionContext.current?.logger
    if let item { logger?[metadataKey: "item_id"] = "\(item)" }
    let clock = ContinuousClock()
    let start = clock.now
    logger?.info("activity started")
    do {
      try Task.checkCancellation()
      let result = try await body()
      let milliseconds = (clock.now - start) / .milliseconds(1)
      var metadata: Logger.Metadata = ["duration_ms": "\(Int(milliseconds))"]
      if let rows = rows(result) { metadata["rows"] = "\(rows)" }
      logger?.info("activity completed", metadata: metadata)
      return result
    } catch {
      throw ActivityFailure.translate(error, doing: action)
    }
  }

  /// Heartbeats every few seconds while `body` runs, with the rows so far.
  func withHeartbeat<Result: Sendable>(
    _ progress: FetchProgress,
    _ body: () async throws -> Result
  ) async throws -> Result {
    guard let context = ActivityExecutionContext.current else { return try await body() }
    let ticker = Task {
      while !Task.isCancelled {
        do {
          try context.heartbeat(progress.rows)
          try await Task.sleep(for: .seconds(5))
        } catch {
          // Cancelled: the activity has ended.
          return
        }
      }
    }
    defer { ticker.cancel() }
    return try await body()
  }
}
