import DurableWorkflows
import Testing
import WorkflowTesting

@testable import Tenants

/// The worker's queues.
@Suite("The queues of tenants", .timeLimit(.minutes(2)))
struct TenantWorkersTests {
  private func describe(_ world: TenantWorld, _ queue: String) async throws -> TaskQueueDescription {
    try await world.env.client.describeTaskQueue(queue)
  }

  @Test("19: each queue has a worker with slots of its own; one that is full keeps no other from its turn")
  func slots() async throws {
    try await TenantWorld.run(concurrency: 3) { world in
      for queue in TaskQueue.allCases {
        let description = try await describe(world, queue.rawValue)
        #expect(description.pollers.count == 1 && description.activities.slots == 3, "\(queue)")
      }
      let job = world.env.mock("runMaintenanceJob") { _ in Empty() }
      job.hold()
      var handles: [WorkflowHandle<MaintenanceJobWorkflow>] = []
      for number in 0..<5 {
        handles.append(
          try await world.env.client.start(
            MaintenanceJobWorkflow.self, id: "job-\(number)", input: MaintenanceInput(job: "slow"),
            options: .init(taskQueue: TaskQueue.jobs.rawValue)))
      }
      try await job.waitForCalls(3)
      let full = try await describe(world, TaskQueue.jobs.rawValue).activities
      #expect(full.runningCount == 3 && full.backlogCount == 2)
      // Somebody else's queue: a tenant with all its steps.
      #expect(try await world.create().success)
      #expect(job.callCount == 3)
      job.release()
      for handle in handles { _ = try await handle.result() }
      #expect(try await describe(world, TaskQueue.jobs.rawValue).activities.backlogCount == 0)
    }
  }

  @Test("19: what nobody serves waits; what belongs to another program is refused")
  func others() async throws {
    try await TenantWorld.run { world in
      let client = world.env.client
      _ = try await client.start(HealthCheckWorkflow.self, id: "elsewhere", options: .init(taskQueue: "elsewhere"))
      try await world.settle()
      let description = try await describe(world, "elsewhere")
      #expect(description.pollers.isEmpty && description.workflows.backlogCount == 1)
      let error = await #expect(throws: WorkflowServiceError.self) {
        _ = try await client.start(
          HealthCheckWorkflow.self, id: "foreign", options: .init(taskQueue: "workflow-runtime-v2"))
      }
      #expect(error?.message.contains("workflow-runtime-v2") == true)
    }
  }

  @Test("a worker of another program's queue does not open")
  func refused() async throws {
    let sandbox = try Sandbox()
    let configuration = try TenantWorld.configuration(sandbox)
    let store = try await TenantStore.open(configuration.database)
    let services = TenantServices(store: store, credentials: Credentials(secret: "s"), outside: SimulatedServices())
    var workers = TenantRegistration(services).workers(configuration)
    workers[0].taskQueue = "workflow-runtime-v2"
    let error = await #expect(throws: WorkflowEngineError.self) {
      _ = try await WorkflowEngine.open(
        directory: sandbox.path + "/journal", workers: workers, options: configuration.engineOptions)
    }
    #expect(error?.code == .taskQueueRefused)
    await store.close()
  }
}
