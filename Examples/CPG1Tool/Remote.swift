internal import ArgumentParser
internal import CPG1
internal import DurableWorkflows
internal import Foundation
internal import WorkflowService

struct Wait: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Waits until a worker answers at an address; exit code 1 when the time is over."
  )

  @Option(help: "The worker's address, host:port.")
  var address: String

  @Option(help: "The longest wait in seconds.")
  var timeout: Int = 60

  func run() async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(timeout)
    while true {
      do {
        try await withRemoteFrontend(address: address) { frontend in
          let info = try await frontend.getSystemInfo()
          print("\(address) answers: version \(info.serverVersion)")
        }
        return
      } catch let error as WorkflowServiceError where error.code == .unavailable || error.code == .deadlineExceeded {
        guard clock.now < deadline else { throw ToolFailure(description: error.message) }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }
}

struct History: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the history of a workflow as Temporal's JSON."
  )

  @Option(help: "The worker's address, host:port.")
  var address: String

  @Option(help: "The workflow id.")
  var workflowId: String

  func run() async throws {
    let environment = try Cpg1Configuration(ProcessInfo.processInfo.environment)
    let events = try await withRemoteFrontend(address: address) { frontend in
      try await WorkflowClient(frontend: frontend, namespace: environment.namespace)
        .history(of: WorkflowExecution(workflowID: workflowId))
    }
    print(try HistoryJSON.export(events))
  }
}
