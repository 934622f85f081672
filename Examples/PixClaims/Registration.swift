public import DurableWorkflows

/// What the worker registers, and what its operating guide says that it registers.
public struct PixRegistration: Sendable {
  /// The workflows.
  public static let workflows: [any WorkflowDefinition.Type] = [
    ClaimWorkflow.self, CreateEntryWorkflow.self, UpdateEntryWorkflow.self, DeleteEntryWorkflow.self,
    InvestigateInfractionWorkflow.self, VSyncWorkflow.self, VSyncSchedulerWorkflow.self,
  ]

  /// The names of the guide's activities. The guide lists `UpdateEntryOwnershipActivity` twice, which no engine
  /// accepts; the one of entries is `UpdateEntryRecordOwnershipActivity`.
  public static let guideActivities: Set<String> = [
    "CreateClaimActivity", "NotifyDonorActivity", "CompleteClaimActivity", "CancelClaimActivity",
    "ExpireClaimActivity", "GetClaimStatusActivity", "ValidateClaimEligibilityActivity",
    "SendClaimConfirmationActivity", "UpdateEntryOwnershipActivity", "PublishClaimEventActivity",
    "CreateEntryActivity", "UpdateEntryActivity", "DeleteEntryActivity", "ActivateEntryActivity",
    "DeactivateEntryActivity", "GetEntryStatusActivity", "ValidateEntryActivity", "CreateInfractionActivity",
    "InvestigateInfractionActivity", "ResolveInfractionActivity", "DismissInfractionActivity",
    "EscalateInfractionActivity", "AddEvidenceActivity", "GetInfractionStatusActivity",
    "ValidateInfractionEligibilityActivity", "NotifyReportedParticipantActivity", "NotifyBacenActivity",
    "PublishInfractionEventActivity", "FetchBacenEntriesActivity", "CompareEntriesActivity",
    "GenerateSyncReportActivity",
  ]

  /// The activities, bound to services.
  public let activities: [any ActivityContainer]

  /// Creates the activities.
  public init(_ services: PixServices) {
    activities = [
      ClaimActivities(services), EntryActivities(services), InfractionActivities(services), SyncActivities(services),
    ]
  }

  /// The names of all registered activities.
  public var activityNames: [String] { activities.flatMap { $0.activities.map(\.name) } }

  /// The names of the activities that the guide does not have.
  public var additionalActivities: [String] { activityNames.filter { !Self.guideActivities.contains($0) }.sorted() }
}
