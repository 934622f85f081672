internal import CPG1
internal import Dispatch
internal import DurableWorkflows
internal import Foundation
internal import WorkflowService

/// One conversation with the worker: start or attach, wait, report.
struct Session {
  let command: CPG1Starter
  let configuration: Cpg1Configuration
  let input: Cpg1Input
  let console: Console

  private static let failed: Int32 = 1
  private static let notConnected: Int32 = 3
  /// How long a worker may be away while the starter waits.
  private static let patience: Duration = .seconds(120)

  func run() async -> Int32 {
    let address = "\(configuration.address)"
    do {
      return try await withRemoteFrontend(address: address) { frontend in
        try await converse(
          WorkflowClient(frontend: frontend, namespace: configuration.namespace, taskQueue: configuration.taskQueue)
        )
      }
    } catch let error as WorkflowServiceError where error.code == .unavailable || error.code == .deadlineExceeded {
      console.error("\(error.message); start the worker (cpg1-worker) or correct TEMPORAL_ADDRESS")
      return Self.notConnected
    } catch let error as WorkflowServiceError {
      console.error(error.message)
      return Self.failed
    } catch {
      console.error("\(error)")
      return Self.failed
    }
  }

  private func converse(_ client: WorkflowClient) async throws -> Int32 {
    console.print("Connected to Temporal server at \(configuration.address)")
    console.print("Namespace: \(configuration.namespace)")
    console.print("Task queue: \(configuration.taskQueue)")
    console.print()
    let handle = try await command.attach ? existing(client) : started(client)
    if command.noWait {
      console.print("The workflow is running. To see its result:")
      console.print("  " + comeBack(handle))
      if command.json { console.result(identity(handle)) }
      return 0
    }
    console.print("Waiting for workflow to complete...")
    let interrupt = Interrupt(console: console, hint: comeBack(handle))
    defer { interrupt.cancel() }
    return try await report(handle)
  }

  private func started(_ client: WorkflowClient) async throws -> WorkflowHandle<Cpg1Workflow> {
    let id = command.workflowId ?? Self.newID()
    console.print("Starting C-PG-1 Reconciliation Workflow")
    console.print("Workflow ID: \(id)")
    let options = WorkflowClient.StartOptions(executionTimeout: .hours(2))
    let handle: WorkflowHandle<Cpg1Workflow>
    do {
      handle = try await client.start(Cpg1Workflow.self, id: id, input: input, options: options)
    } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
      throw WorkflowServiceError(
        .alreadyStarted,
        "a workflow '\(id)' is running already; wait for it with --attach, or give another --workflow-id"
      )
    }
    console.print("Run ID: \(handle.execution.runID)")
    console.print("Cutoff Date: \(input.cutoffDate)")
    console.print("GL Accounts: \((input.glAccounts ?? []).joined(separator: ", "))")
    if let parameters = try? input.parameters() {
      console.print("Year Range: \(parameters.yearStart) to \(parameters.yearEnd)")
    }
    if let country = input.country { console.print("Country: \(country)") }
    console.print()
    console.print("Workflow started successfully!")
    return handle
  }

  private func existing(_ client: WorkflowClient) async throws -> WorkflowHandle<Cpg1Workflow> {
    let handle = client.handle(for: Cpg1Workflow.self, id: command.workflowId ?? "")
    let description = try await handle.describe()
    console.print("Workflow ID: \(handle.execution.workflowID)")
    console.print("State: \(description.info.status)")
    console.print()
    return handle
  }

  private func report(_ handle: WorkflowHandle<Cpg1Workflow>) async throws -> Int32 {
    let shown = console.isTerminal ? Task { await showProgress(of: handle) } : nil
    defer { shown?.cancel() }
    do {
      let result = try await patiently { try await handle.result() }
      shown?.cancel()
      await shown?.value
      for line in Report.lines(for: result) { console.print(line) }
      if command.json { console.result(try Report.json(result)) }
      return 0
    } catch let error as WorkflowFailedError {
      shown?.cancel()
      await shown?.value
      for line in Report.lines(for: error) { console.print(line) }
      console.error(error.cause.root.message)
      return Self.failed
    }
  }

  /// Repeats a request while the worker is being restarted.
  private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
    let clock = ContinuousClock()
    var lost: ContinuousClock.Instant?
    while true {
      let begin = clock.now
      do {
        return try await body()
      } catch let error as WorkflowServiceError where error.code == .unavailable || error.code == .deadlineExceeded {
        // A request that was served for a while proves that the worker was there.
        if clock.now - begin > .seconds(15) { lost = nil }
        let since = lost ?? clock.now
        if lost == nil { console.print("The worker is away; waiting for it to come back...") }
        lost = since
        if clock.now - since > Self.patience { throw error }
        try await Task.sleep(for: .milliseconds(500))
      }
    }
  }

  private func showProgress(of handle: WorkflowHandle<Cpg1Workflow>) async {
    while !Task.isCancelled {
      // A worker that is away shows no progress; the wait for the result reports it.
      if let payload = try? await handle.query(name: "progress"),
        let progress = try? JSONPayloadConverter().value(of: payload, as: Cpg1Progress.self), !Task.isCancelled
      {
        let running = progress.items.filter { $0.value == "running" }.keys.sorted().joined(separator: ", ")
        console.status("[\(progress.percent) %] \(progress.step): \(running)")
      }
      try? await Task.sleep(for: .milliseconds(500))
    }
    console.clearStatus()
  }

  private func comeBack(_ handle: WorkflowHandle<Cpg1Workflow>) -> String {
    "TEMPORAL_ADDRESS=\(configuration.address) cpg1-starter --attach --workflow-id \(handle.execution.workflowID)"
  }

  private func identity(_ handle: WorkflowHandle<Cpg1Workflow>) -> String {
    OrderedJSON.object([
      .init("workflow_id", .string(handle.execution.workflowID)), .init("run_id", .string(handle.execution.runID)),
    ]).text(indent: 0)
  }

  private static func newID() -> String {
    let seconds = Int64(Date().timeIntervalSince1970)
    let stamp = Timestamp(nanosecondsSinceEpoch: seconds * 1_000_000_000).description
    let digits = stamp.filter(\.isNumber)
    return "cpg1-reconciliation-\(digits.prefix(8))_\(digits.dropFirst(8).prefix(6))"
  }
}

/// Ctrl+C: stops waiting and says how to come back.
struct Interrupt {
  private let source: any DispatchSourceSignal

  init(console: Console, hint: String) {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT)
    source.setEventHandler {
      console.print()
      console.print("Stopped waiting. The workflow goes on; to see its result:")
      console.print("  " + hint)
      exit(130)
    }
    source.resume()
  }

  func cancel() { source.cancel() }
}
