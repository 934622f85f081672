internal import ArgumentParser
internal import DurableWorkflows
internal import Foundation
internal import Logging

/// One of two processes over one journal: it stands by, takes over, and works until it is killed.
///
/// It says `standby` when it waits, `ready` when it owns the journal, `first` when its first request is durable, and
/// `done id result` for every run whose result it has seen. A parent that is gone ends it.
struct StandbyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "standby-worker", abstract: "Stands by and takes over.", shouldDisplay: false)

  @Option(help: "The journal's directory.")
  var journal: String

  @Option(help: "The number of this process life.")
  var life: Int

  @Option(help: "How many runs lie parked in the journal.")
  var parked = 500

  @Option(help: "How many runs are under way at once.")
  var width = 8

  @Option(help: "After how many milliseconds a silent owner is ended; 0 for never.")
  var frozenAfter = 0

  func run() async throws {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 64)
      while StreamSocket.receive(into: &buffer, from: PeerProcess.inheritedDescriptor) > 0 {}
      killThisProcess()
    }
    let health = WorkflowHealth()
    var options = WorkflowEngineOptions()
    options.health = health
    options.standby = StandbyOptions(takeOverFrozenOwnerAfter: frozenAfter == 0 ? nil : .milliseconds(frozenAfter))
    options.logger = Logger(label: "standby") { _ in SwiftLogNoOpLogHandler() }
    options.deadlockDetectionTimeout = .seconds(60)
    options.gracefulShutdownPeriod = .zero
    let report = Task {
      while health.phase == .starting { try await Task.sleep(for: .milliseconds(1)) }
      guard health.phase == .standby else { return }
      // The rehearsal is part of standing by, unless the journal changes too quickly for it.
      for _ in 0..<1000 {
        if await health.report().components[0].values["rehearsal_seconds"] != nil { break }
        try await Task.sleep(for: .milliseconds(2))
      }
      StandbyCommand.say(["standby"])
    }
    let engine = try await WorkflowEngine.open(
      directory: journal, workflows: [StandbyRun.self], activities: [StandbySteps()], options: options)
    report.cancel()
    StandbyCommand.say(["ready"])
    try await work(engine.client)
  }

  private func work(_ client: WorkflowClient) async throws {
    try await start(client, "first-\(life)", StandbyRun.Plan(number: life))
    StandbyCommand.say(["first"])
    if life == 1 {
      for number in 0..<parked {
        try await start(client, "parked-\(number)", StandbyRun.Plan(number: number, seconds: 86_400))
      }
      StandbyCommand.say(["parked"])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<width {
        group.addTask { [life] in
          for number in 0... {
            let id = "run-\(life)-\(worker)-\(number)"
            let result = try await client.execute(StandbyRun.self, id: id, input: StandbyRun.Plan(number: number))
            StandbyCommand.say(["done", id, String(result)])
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func start(_ client: WorkflowClient, _ id: String, _ plan: StandbyRun.Plan) async throws {
    _ = try await client.start(StandbyRun.self, id: id, input: plan)
  }

  private static func say(_ fields: [String]) {
    _ = StreamSocket.send(LineBuffer.line(fields), to: PeerProcess.inheritedDescriptor)
  }
}

/// Three steps, then perhaps a long sleep.
actor StandbyRun: WorkflowDefinition {
  struct Plan: Codable, Sendable {
    var number = 0
    var seconds = 0
  }

  nonisolated let context = WorkflowContext.current

  func run(input: Plan) async throws -> Int {
    var sum = 0
    for _ in 0..<3 {
      sum += try await context.executeActivity("add", input.number, options: StandbyRun.options, returning: Int.self)
    }
    if input.seconds > 0 { try await context.sleep(for: .seconds(input.seconds)) }
    return sum
  }

  private static let options = ActivityOptions(startToCloseTimeout: .hours(1))
}

/// The steps.
struct StandbySteps: ActivityContainer {
  /// Nothing to call: the workflow names the activities itself.
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }

  let activities = [ActivityDefinition("add") { try $0.decode(0, as: Int.self) + 1 }]
}
