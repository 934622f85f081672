internal import ArgumentParser
internal import DurableWorkflows
internal import Foundation
internal import Logging
internal import Synchronization

/// One of two processes over one journal: it stands by, takes over, and works until it is killed.
///
/// It says `standby` when it waits and has read the journal, `ready` when it owns the journal, `first` when its first
/// request is durable, and `done id result` for every run whose result it has seen. It rests until its parent says
/// `work`; after `checkpoint` it makes one and says `checkpointed`. A parent that is gone ends it.
struct StandbyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "standby-worker", abstract: "Stands by and takes over.", shouldDisplay: false)

  @Option(help: "The journal's directory.")
  var journal: String

  @Option(help: "The number of this process life.")
  var life: Int

  @Option(help: "How many runs lie parked in the journal.")
  var parked = 500

  @Option(help: "How many runs lie closed in it.")
  var closed = 0

  @Option(help: "How many runs are under way at once.")
  var width = 8

  @Option(help: "After how many milliseconds a silent owner is ended; 0 for never.")
  var frozenAfter = 0

  func run() async throws {
    let orders = Orders()
    Thread.detachNewThread {
      orders.take()
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
      // To have read the journal once is part of standing by.
      while await health.report().components[0].values["rehearsal_seconds"] == nil {
        try await Task.sleep(for: .milliseconds(2))
      }
      StandbyCommand.say(["standby"])
    }
    let engine = try await WorkflowEngine.open(
      directory: journal, workflows: [StandbyRun.self], activities: [StandbySteps()], options: options)
    report.cancel()
    StandbyCommand.say(["ready"])
    try await work(engine, orders)
  }

  private func work(_ engine: WorkflowEngine, _ orders: Orders) async throws {
    let client = engine.client
    try await start(client, "first-\(life)", StandbyRun.Plan(number: life))
    StandbyCommand.say(["first"])
    if life == 1 {
      for number in 0..<parked {
        try await start(client, "parked-\(number)", StandbyRun.Plan(number: number, seconds: 86_400))
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<100 {
          group.addTask { [closed] in
            for number in stride(from: worker, to: closed, by: 100) {
              _ = try await client.execute(
                StandbyRun.self, id: "closed-\(number)", input: StandbyRun.Plan(number: number))
            }
          }
        }
        try await group.waitForAll()
      }
      StandbyCommand.say(["prepared"])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<width {
        group.addTask { [life] in
          for number in 0... {
            while orders.rests { try await Task.sleep(for: .milliseconds(1)) }
            let id = "run-\(life)-\(worker)-\(number)"
            let result = try await client.execute(StandbyRun.self, id: id, input: StandbyRun.Plan(number: number))
            StandbyCommand.say(["done", id, String(result)])
          }
        }
      }
      group.addTask {
        while true {
          if orders.takeCheckpoint() {
            try await engine.checkpoint()
            StandbyCommand.say(["checkpointed"])
          }
          try await Task.sleep(for: .milliseconds(1))
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

/// What the parent has asked for.
private final class Orders: Sendable {
  private struct State {
    var rests = true
    var wantsCheckpoint = false
  }

  private let state = Mutex(State())

  var rests: Bool { state.withLock { $0.rests } }

  /// Whether a checkpoint was asked for since the last call.
  func takeCheckpoint() -> Bool {
    state.withLock { state in
      defer { state.wantsCheckpoint = false }
      return state.wantsCheckpoint
    }
  }

  /// Takes orders until the parent is gone.
  func take() {
    var buffer = [UInt8](repeating: 0, count: 256)
    var lines = LineBuffer()
    while true {
      let count = StreamSocket.receive(into: &buffer, from: PeerProcess.inheritedDescriptor)
      guard count > 0 else { return }
      lines.append(buffer[..<count])
      while let line = lines.next() {
        state.withLock { state in
          switch line[0] {
          case "work": state.rests = false
          case "checkpoint": state.wantsCheckpoint = true
          default: killThisProcess()
          }
        }
      }
    }
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
