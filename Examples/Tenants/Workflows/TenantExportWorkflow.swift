public import DurableWorkflows
public import ExampleSupport
internal import FoundationEssentials

/// The input of ``TenantExportWorkflow``.
public struct TenantExportInput: Codable, Hashable, Sendable {
  /// The tenant.
  @OrEmpty public var tenantId: String
  /// Who asked for it.
  public var requestedBy: String?

  /// Creates an input.
  public init(tenantID: String, requestedBy: String? = nil) {
    tenantId = tenantID
    self.requestedBy = requestedBy
  }
}

/// Where an export was written.
public struct ExportedFile: Codable, Hashable, Sendable {
  /// The bucket.
  public var bucket: String
  /// The name in it.
  public var s3Key: String
  /// Its size.
  public var fileSizeBytes: Int
  /// How many tables it holds.
  public var tableCount: Int
  /// How many rows.
  public var recordCount: Int
}

/// The answer to `getExportState`, and the output, of ``TenantExportWorkflow``.
public struct TenantExportState: Codable, Hashable, Sendable {
  /// The export's id.
  public var exportId = ""
  /// `running`, `completed` or `failed`.
  public var status = "running"
  /// Whether it is complete.
  public var success = false
  /// The bucket.
  public var bucket: String?
  /// The name in it.
  public var s3Key: String?
  /// Its size.
  public var fileSizeBytes: Int?
  /// How many tables it holds.
  public var tableCount: Int?
  /// How many rows.
  public var recordCount: Int?
  /// What went wrong.
  public var error: String?

  init() {}
}

/// Writes everything that belongs to a tenant to a file. A failure is an answer, not an error.
@Workflow(name: "tenantExportWorkflow")
public actor TenantExportWorkflow {
  /// How long a chain of runs may take.
  public static let executionTimeout = Duration.hours(1)
  /// How long a run may take.
  public static let runTimeout = Duration.minutes(45)

  private var state = TenantExportState()

  /// Creates the workflow; engines call it.
  public init() {}

  /// Exports the tenant.
  public func run(input: TenantExportInput) async throws -> TenantExportState {
    state.exportId = context.uuid().uuidString.lowercased()
    do {
      try requireID(input.tenantId, "tenantId")
      let file = try await context.activities(AccountActivities.self)
        .exportTenantData(tenantID: input.tenantId, exportID: state.exportId)
      state.bucket = file.bucket
      state.s3Key = file.s3Key
      state.fileSizeBytes = file.fileSizeBytes
      state.tableCount = file.tableCount
      state.recordCount = file.recordCount
      state.status = "completed"
      state.success = true
    } catch let error as ActivityError {
      fail(error.reason)
    } catch let error as TenantError {
      fail(error.message)
    }
    return state
  }

  /// Where the export is.
  @WorkflowQuery
  public func getExportState() -> TenantExportState { state }

  private func fail(_ reason: String) {
    state.status = "failed"
    state.error = reason
  }
}
