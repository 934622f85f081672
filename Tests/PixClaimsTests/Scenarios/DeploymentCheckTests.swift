import DurableWorkflows
import Testing
import WorkflowTesting

@testable import PixClaims

/// The check before a deployment, over claims that wait for their decision.
@Suite("The check before a deployment of the claims", .timeLimit(.minutes(2)))
struct DeploymentCheckTests {
  private func check(
    _ world: PixWorld, _ workflows: [any WorkflowDefinition.Type]
  ) async throws -> WorkflowCheckReport {
    var options = WorkflowEngineOptions()
    options.fileSystem = world.env.fileSystem
    return try await WorkflowCheck.run(
      directory: WorkflowTestEnvironment.directory, workflows: workflows, options: options)
  }

  @Test("a correct deployment passes; one that forgets to create the claim is found, with what differs")
  func deployments() async throws {
    try await PixWorld.run { world in
      try await world.addEntry()
      let claim = try await world.claim()
      try await world.env.sleep(for: .days(1))

      let correct = try await check(world, PixRegistration.workflows)
      #expect(correct.openRuns == 1)
      #expect(correct.isCompatible)

      let others = PixRegistration.workflows.filter { $0.name != ClaimWorkflow.name }
      let broken = try await check(world, others + [ForgetfulClaim.self])
      #expect(broken.brokenRuns.map(\.execution.workflowID) == [ClaimWorkflow.id(of: claim.claimID)])
      let run = try #require(broken.brokenRuns.first)
      #expect(run.eventID != nil)
      #expect(run.expected?.contains("ActivityTaskScheduled") == true)
      #expect(run.actual?.contains("timer") == true)

      let missing = try await check(world, others)
      #expect(missing.brokenRuns.first?.message.contains("not registered") == true)
    }
  }
}

/// A claim whose code has lost its first step.
actor ForgetfulClaim: WorkflowDefinition {
  nonisolated let context = WorkflowContext.current
  static var name: String { ClaimWorkflow.name }

  func run(input: ClaimInput) async throws -> ClaimResult {
    try await context.sleep(for: .seconds(86_400))
    throw ApplicationError("no claim was made")
  }
}
