internal import ArgumentParser
internal import DurableWorkflows
internal import Foundation
internal import Logging

/// A process with an engine on the machine's own clock, for a parent that fakes that clock.
///
/// It starts a workflow with a short and a long timer, and answers every line from its parent with which of the two
/// have fired.
struct ClockProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clock-probe", abstract: "Waits for timers on a faked clock.", shouldDisplay: false)

  @Option(help: "The journal's directory.")
  var journal: String

  @Option(help: "The times of the timers in milliseconds.")
  var timers: [Int]

  func run() async throws {
    var options = WorkflowEngineOptions()
    options.logger = Logger(label: "probe") { _ in SwiftLogNoOpLogHandler() }
    // The clock that it is measured with is the one that jumps.
    options.deadlockDetectionTimeout = nil
    let engine = try await WorkflowEngine.open(
      directory: journal, workflows: [ClockWorkflow.self], options: options)
    for (index, timer) in timers.enumerated() {
      _ = try await engine.client.start(ClockWorkflow.self, id: "t\(index)", input: ClockPlan(timers: [timer]))
    }
    StreamSocket.send(LineBuffer.line(["ready"]), to: PeerProcess.inheritedDescriptor)
    let lines = AsyncStream { continuation in
      Thread.detachNewThread {
        var buffer = [UInt8](repeating: 0, count: 256)
        while StreamSocket.receive(into: &buffer, from: PeerProcess.inheritedDescriptor) > 0 { continuation.yield() }
        continuation.finish()
      }
    }
    for await _ in lines {
      engine.wake()
      var answer: [String] = []
      for index in timers.indices {
        let history = try await engine.client.history(of: WorkflowExecution(workflowID: "t\(index)"))
        let fired = history.count { if case .timerFired = $0.attributes { true } else { false } }
        answer.append("\(fired)")
      }
      StreamSocket.send(LineBuffer.line(answer), to: PeerProcess.inheritedDescriptor)
    }
    try await engine.shutdown()
  }
}
