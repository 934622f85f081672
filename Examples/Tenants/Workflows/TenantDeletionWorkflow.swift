public import DurableWorkflows
internal import ExampleSupport
internal import Logging

/// Deletes a tenant: switches it off, waits for people, perhaps waits on, and removes everything. Until data is being
/// removed the tenant can be had back.
@Workflow(name: "tenantDeletionWorkflow")
public actor TenantDeletionWorkflow {
  /// How many days there are for a confirmation; then silence confirms.
  public static let confirmationDays = 90
  /// How long a chain of runs may take: silence until the last day, then the longest delay, then the work.
  public static let executionTimeout = Duration.days(190)

  /// What was added to the workflow after runs of it were under way: each call under a patch of its own.
  enum Patch {
    static let suspendEmail = "tenant-deletion-suspend-email"
    static let suspendActivity = "tenant-deletion-suspend-activity"
    static let teardownEmail = "tenant-deletion-teardown-email"
    static let resumeEmail = "tenant-deletion-resume-email"
    static let resumeActivity = "tenant-deletion-resume-activity"
  }

  private var state = TenantDeletionState()
  private var confirmation: DeletionConfirmation?
  private var rollback: DeletionRollback?

  /// Creates the workflow; engines call it.
  public init() {}

  /// The id of a tenant's deletion.
  public static func id(tenant: String) -> String { "tenant-deletion-\(tenant)" }

  /// Deletes the tenant.
  public func run(input: TenantDeletionInput) async throws -> TenantDeletionState {
    try await failing {
      let trigger = try input.validated()
      state.tenantId = input.tenantId
      let activities = context.activities(DeletionActivities.self)
      var subject: DeletionSubject?
      do {
        let found = try await activities.validateTenantDeletion(tenantID: input.tenantId)
        subject = found
        state.tenantName = found.name
        try await switchOff(input, trigger, found, activities)
        return try await decide(trigger, found, activities)
      } catch let error as ActivityError {
        state.status = .failed
        state.error = error.reason
        if let subject {
          try await tolerating("record", context) { try await record(trigger, subject, activities) }
        }
        throw error
      }
    }
  }

  /// People agree.
  @WorkflowSignal
  public func confirmDeletion(confirmation: DeletionConfirmation) {
    if self.confirmation == nil, rollback == nil { self.confirmation = confirmation }
  }

  /// The tenant is to stay. Once data is being removed it is too late.
  @WorkflowSignal
  public func rollbackDeletion(rollback: DeletionRollback) {
    if self.rollback == nil { self.rollback = rollback }
  }

  /// Where the deletion is.
  @WorkflowQuery
  public func getDeletionState() -> TenantDeletionState { state }

  /// Where the deletion is, under the name that other workflows use.
  @WorkflowQuery
  public func getState() -> TenantDeletionState { state }

  // MARK: Switching off

  private func switchOff(
    _ input: TenantDeletionInput, _ trigger: DeletionTrigger, _ subject: DeletionSubject,
    _ activities: DeletionActivities.Proxy
  ) async throws {
    let id = input.tenantId
    try await export(id)
    try await activities.deactivateTenantUsers(tenantID: id, deletionID: context.info.execution.owner)
    if context.patch(Patch.suspendEmail) {
      try await tolerating("suspend e-mail", context) { _ = try await activities.suspendTenantEmail(tenantID: id) }
    }
    if context.patch(Patch.suspendActivity) {
      try await tolerating("suspend activity", context) {
        _ = try await activities.suspendTenantActivity(tenantID: id)
      }
    }
    if !trigger.isWebhook {
      try await activities.cancelTenantSubscription(
        tenantID: id, subscriptionID: input.subscriptionExternalId ?? subject.subscriptionID)
    }
    if trigger == .extension_ {
      try await tolerating("e-mail", context) {
        try await activities.sendCancellationEmail(tenantID: id, email: subject.email)
      }
    }
    try await activities.tagCustomerAsCanceled(tenantID: id, isSet: true)
    try await activities.setCustomerInactive(tenantID: id, isInactive: true)
    state.statistics = try await activities.collectTenantStats(tenantID: id)
    state.status = .awaitingConfirmation
    try await record(trigger, subject, activities)
  }

  private func export(_ id: String) async throws {
    do {
      let result = try await context.executeChildWorkflow(
        TenantExportWorkflow.self,
        input: TenantExportInput(tenantID: id, requestedBy: context.info.execution.workflowID),
        options: ChildWorkflowOptions(
          workflowID: "tenant-export-deletion-\(id)", executionTimeout: TenantExportWorkflow.executionTimeout))
      state.exportKey = result.s3Key
    } catch let error as ChildWorkflowError where !error.isCancellation {
      context.logger.warning("the export failed and is left out", metadata: ["reason": "\(error)"])
    }
  }

  // MARK: Deciding

  private func decide(
    _ trigger: DeletionTrigger, _ subject: DeletionSubject, _ activities: DeletionActivities.Proxy
  ) async throws -> TenantDeletionState {
    let deadline = context.moment + .days(Self.confirmationDays)
    state.confirmationDeadline = deadline
    try await wait(until: deadline) { confirmation != nil || rollback != nil }
    if rollback == nil {
      state.status = .confirmed
      state.confirmedBy = confirmation?.confirmedBy
      let begin = context.moment + .days(confirmation?.type.days ?? 0)
      state.deletionScheduledFor = begin
      try await record(trigger, subject, activities)
      try await wait(until: begin) { rollback != nil }
    }
    if let rollback {
      try await undo(rollback, trigger, subject, activities)
    } else {
      try await remove(trigger, subject, activities)
    }
    return state
  }

  private func wait(until deadline: Moment, _ predicate: () -> Bool) async throws {
    do {
      try await context.condition(timeout: deadline - context.moment, predicate)
    } catch is TimeoutError {
      // Silence is an answer.
    }
  }

  private func remove(
    _ trigger: DeletionTrigger, _ subject: DeletionSubject, _ activities: DeletionActivities.Proxy
  ) async throws {
    let id = state.tenantId
    state.status = .deleting
    try await record(trigger, subject, activities)
    try await tolerating("delete schedules", context) { try await activities.deleteTenantSchedules(tenantID: id) }
    if context.patch(Patch.teardownEmail) {
      try await tolerating("tear down e-mail", context) { try await activities.teardownTenantEmail(tenantID: id) }
    }
    try await activities.deleteTenantData(tenantID: id)
    state.status = .deleted
    try await record(trigger, subject, activities)
  }

  /// Gives the tenant back, in the reverse order. What fails here is left for people; nothing is undone again.
  private func undo(
    _ rollback: DeletionRollback, _ trigger: DeletionTrigger, _ subject: DeletionSubject,
    _ activities: DeletionActivities.Proxy
  ) async throws {
    let id = state.tenantId
    state.rollbackReason = rollback.reason
    try await activities.reactivateTenantUsers(tenantID: id, deletionID: context.info.execution.owner)
    if context.patch(Patch.resumeEmail) {
      try await tolerating("resume e-mail", context) { try await activities.resumeTenantEmail(tenantID: id) }
    }
    if context.patch(Patch.resumeActivity) {
      try await tolerating("resume activity", context) { try await activities.resumeTenantActivity(tenantID: id) }
    }
    try await activities.tagCustomerAsCanceled(tenantID: id, isSet: false)
    try await activities.setCustomerInactive(tenantID: id, isInactive: false)
    if let subscription = rollback.reactivation?.subscriptionExternalId {
      do {
        try await activities.linkReactivationSubscription(tenantID: id, subscriptionID: subscription)
      } catch let error as ActivityError {
        try await alert("TenantSubscriptionNotLinked", error.reason, activities)
        throw error
      }
    }
    try await activities.stampReactivation(tenantID: id, by: rollback.rolledBackBy)
    do {
      try await activities.sendPasswordReset(tenantID: id, email: subject.email)
    } catch let error as ActivityError {
      try await alert("TenantPasswordResetNotSent", error.reason, activities)
    }
    state.status = .rolledBack
    try await record(trigger, subject, activities)
  }

  private func alert(_ name: String, _ message: String, _ activities: DeletionActivities.Proxy) async throws {
    let id = state.tenantId
    try await tolerating("alert", context) {
      try await activities.raiseOperatorAlert(name: name, tenantID: id, message: message)
    }
  }

  private func record(
    _ trigger: DeletionTrigger, _ subject: DeletionSubject, _ activities: DeletionActivities.Proxy
  ) async throws {
    try await activities.recordTenantDeletion(
      record: DeletionRecord(
        deletionID: context.info.execution.owner, tenantID: state.tenantId, tenantName: subject.name, trigger: trigger,
        status: state.status, note: state.error ?? state.rollbackReason, statistics: state.statistics))
  }
}
