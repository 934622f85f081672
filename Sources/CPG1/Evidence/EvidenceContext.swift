/// Who and what produced the evidence.
public struct EvidenceContext: Sendable, Hashable, Codable {
  /// Commit of the running code.
  public let gitCommitID: String
  /// Name of the host.
  public let executionHost: String
  /// Version of the program.
  public let runnerVersion: String
  /// The workflow execution, if any.
  public let workflowID: String?
  /// The run of the workflow execution, if any.
  public let runID: String?

  /// Creates a context.
  public init(
    gitCommitID: String,
    executionHost: String,
    runnerVersion: String,
    workflowID: String? = nil,
    runID: String? = nil
  ) {
    self.gitCommitID = gitCommitID
    self.executionHost = executionHost
    self.runnerVersion = runnerVersion
    self.workflowID = workflowID
    self.runID = runID
  }

  var json: OrderedJSON {
    var members: [OrderedJSON.Member] = [
      .init("git_commit_id", .string(gitCommitID)), .init("execution_host", .string(executionHost)),
      .init("runner_version", .string(runnerVersion)), .init("language", .string("Swift")),
    ]
    if let workflowID { members.append(.init("workflow_id", .string(workflowID))) }
    if let runID { members.append(.init("run_id", .string(runID))) }
    return .object(members)
  }
}

/// Everything about the execution of one query that its evidence records.
public struct QueryEvidence: Sendable {
  /// The catalog item.
  public var item: CatalogItem
  /// The last day of the period.
  public var cutoff: CivilDate
  /// Country code, nil for all countries.
  public var country: String?
  /// The statements that were executed, with `?` for values; usually one.
  public var statements: [BoundStatement]
  /// The rows fetched.
  public var frame: Frame
  /// The tests of the result.
  public var validation: ValidationReport
  /// The checks of the item's rules.
  public var quality: QualityReport
  /// When the execution started.
  public var startedAt: CivilTimestamp
  /// When the rows were fetched.
  public var extractedAt: CivilTimestamp
  /// The name of the secret that held the connection, never the secret; nil when none was used.
  public var secretName: String?

  /// Creates a record.
  public init(
    item: CatalogItem,
    cutoff: CivilDate,
    country: String?,
    statements: [BoundStatement],
    frame: Frame,
    validation: ValidationReport,
    quality: QualityReport,
    startedAt: CivilTimestamp,
    extractedAt: CivilTimestamp,
    secretName: String? = nil
  ) {
    self.item = item
    self.cutoff = cutoff
    self.country = country
    self.statements = statements
    self.frame = frame
    self.validation = validation
    self.quality = quality
    self.startedAt = startedAt
    self.extractedAt = extractedAt
    self.secretName = secretName
  }

  /// The period as `YYYYMM`.
  var period: String {
    let (year, month, _) = cutoff.components
    return String(year * 100 + month)
  }

  /// The columns that trace the extraction.
  var traceColumns: [(name: String, value: String)] {
    [
      ("_ipe_id", item.id), ("_extraction_date", extractedAt.text(separator: "T")),
      ("_cutoff_date", cutoff.description),
    ]
  }
}

extension Frame {
  /// The frame with additional text columns that hold one value each.
  func addingConstants(_ constants: [(name: String, value: String)]) throws -> Frame {
    var columns = columns
    var storage = storage
    for constant in constants {
      let column = FrameColumn(constant.name, .string)
      var builder = FrameColumnBuilder(column: column, expectedRows: rowCount)
      for _ in 0..<rowCount { try builder.append(.string(constant.value)) }
      columns.append(column)
      storage.append(builder.finish())
    }
    return Frame(columns: columns, rowCount: rowCount, storage: storage)
  }
}
