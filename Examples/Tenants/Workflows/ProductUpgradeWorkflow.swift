public import DurableWorkflows
public import ExampleSupport

/// The input of ``ProductUpgradeWorkflow``.
public struct ProductUpgradeInput: Codable, Hashable, Sendable {
  /// The tenant.
  @OrEmpty public var tenantId: String

  /// Creates an input.
  public init(tenantID: String) { tenantId = tenantID }
}

/// The answer to `getState`, and the output, of ``ProductUpgradeWorkflow``.
public struct ProductUpgradeState: Codable, Hashable, Sendable {
  /// What is done, in order.
  public var completedSteps: [String] = []
  /// What went wrong last.
  public var error: String?

  init() {}
}

/// Makes an algadesk tenant a psa one. A step that fails waits for the signal `retry`; steps that are done stay done.
@Workflow(name: "productUpgradeWorkflow")
public actor ProductUpgradeWorkflow {
  private var state = ProductUpgradeState()
  private var retries = 0

  /// Creates the workflow; engines call it.
  public init() {}

  /// Upgrades the tenant.
  public func run(input: ProductUpgradeInput) async throws -> ProductUpgradeState {
    try await failing {
      try requireID(input.tenantId, "tenantId")
      let id = input.tenantId
      let tenant = try await context.activities(AccountActivities.self).getTenant(tenantID: id)
      if tenant.productCode == .psa {
        throw TenantError(.validation, "tenant \(id) has product psa already; there is nothing to upgrade")
      }
      let tenants = context.activities(TenantActivities.self)
      try await step("seeds") { _ = try await tenants.runOnboardingSeeds(tenantID: id, product: .psa) }
      try await step("product") {
        try await context.activities(MaintenanceActivities.self).setProduct(tenantID: id, product: .psa)
      }
      try await step("tag") { try await tenants.tagCustomerClient(tenantID: id, tag: "psa-customer") }
      try await step("mail") {
        try await context.activities(AccountActivities.self).sendEmail(
          message: EmailMessage(to: tenant.email, template: "product-upgraded", provider: tenant.emailProvider))
      }
      return state
    }
  }

  /// The step that failed is to be tried again.
  @WorkflowSignal
  public func retry() { retries += 1 }

  /// Where the upgrade is.
  @WorkflowQuery
  public func getState() -> ProductUpgradeState { state }

  private func step(_ name: String, _ body: () async throws -> Void) async throws {
    while true {
      let seen = retries
      do {
        try await body()
        state.completedSteps.append(name)
        state.error = nil
        return
      } catch let error as ActivityError {
        state.error = "\(name): \(error.reason)"
        try await context.condition { retries != seen }
      }
    }
  }
}
