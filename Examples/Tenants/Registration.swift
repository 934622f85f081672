public import DurableWorkflows

/// What the worker registers.
public struct TenantRegistration: Sendable {
  /// The workflows.
  public static let workflows: [any WorkflowDefinition.Type] = [
    TenantCreationWorkflow.self, TenantDeletionWorkflow.self, TenantExportWorkflow.self,
    ResendWelcomeEmailWorkflow.self, ProductUpgradeWorkflow.self, PortalDomainRegistrationWorkflow.self,
    ManagedEmailDomainWorkflow.self, SLATicketWorkflow.self, MaintenanceFanOutWorkflow.self,
    MaintenanceJobWorkflow.self, EntraSyncWorkflow.self, HealthCheckWorkflow.self, TestEmailWorkflow.self,
  ]

  /// The activities, bound to services.
  public let activities: [any ActivityContainer]

  /// Creates the activities.
  public init(_ services: TenantServices) {
    activities = [
      TenantActivities(services), AccountActivities(services), DeletionActivities(services),
      PortalActivities(services), SLAActivities(services), MaintenanceActivities(services),
    ]
  }
}
