internal import ArgumentParser
internal import DurableWorkflows
internal import Foundation
internal import Logging
internal import Synchronization
internal import WorkflowJournal

/// The worker: a process with an engine, which does what its parent asks and is killed for it.
///
/// Lines come in over the inherited socket, `number verb workflow-id argument`, and go out, `number ok value` or
/// `number no code message`. A parent that is gone ends the worker.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Runs the engine of a kill loop.", shouldDisplay: false)

  @Option(help: "The journal's directory.")
  var journal: String

  @Option(help: "The ledger's socket.")
  var ledger: String

  @Option(help: "The number of this process life.")
  var life: UInt32

  @Option(help: "Where the process kills itself, as place:side:number.")
  var failpoint: String?

  @Option(help: "How many runs stay in memory.")
  var cache = 1000

  @Option(help: "How many seconds closed runs are kept.")
  var retention = 86_400

  @Flag(help: "Whether the journal is encrypted.")
  var encrypted = false

  func run() async throws {
    let failpoint = failpoint.flatMap(Failpoint.init(argument:))
    let client = try LedgerClient(socket: ledger, life: life, failpoint: failpoint)
    let clock = ContinuousClock()
    let start = clock.now
    let engine = try await WorkflowEngine.open(
      directory: journal, workflows: [LedgerWorkflow.self], activities: [LedgerActivities(client)],
      options: try KillSettings.engineOptions(
        cache: cache, retention: retention, isEncrypted: encrypted, failpoint: failpoint))
    let answers = WorkerAnswers(failpoint: failpoint)
    answers.send(["ready", String((clock.now - start).inNanoseconds / 1000)])
    let lines = WorkerLines.stream()
    for await line in lines {
      guard line.count >= 3 else { continue }
      if line[1] == "quit" { break }
      Task { await answers.answer(line, engine.client) }
    }
    try await engine.shutdown()
    answers.send(["bye"])
  }
}

/// The lines that come from the parent.
private enum WorkerLines {
  static func stream() -> AsyncStream<[String]> {
    let (lines, continuation) = AsyncStream.makeStream(of: [String].self)
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      var pending = LineBuffer()
      while true {
        let count = StreamSocket.receive(into: &buffer, from: PeerProcess.inheritedDescriptor)
        guard count > 0 else { break }
        pending.append(buffer[..<count])
        while let line = pending.next() { continuation.yield(line) }
      }
      // The parent is gone, and with it whoever could use an answer.
      killThisProcess()
    }
    return lines
  }
}

/// Does what is asked and answers.
private final class WorkerAnswers: Sendable {
  private let failpoint: Failpoint?
  private let lock = Mutex(())

  init(failpoint: Failpoint?) { self.failpoint = failpoint }

  func send(_ fields: [String]) {
    let line = LineBuffer.line(fields)
    lock.withLock { _ in _ = StreamSocket.send(line, to: PeerProcess.inheritedDescriptor) }
  }

  func answer(_ line: [String], _ client: WorkflowClient) async {
    let answer: [String]
    do {
      answer = [line[0], "ok", try await perform(line, client)]
    } catch let error as WorkflowServiceError {
      answer = [line[0], "no", error.code.description, error.runID, error.message]
    } catch {
      answer = [line[0], "no", "failed", "", "\(error)"]
    }
    failpoint?.reach(.ack, .before)
    send(answer)
    failpoint?.reach(.ack, .after)
  }

  private func perform(_ line: [String], _ client: WorkflowClient) async throws -> String {
    let (verb, id, argument) = (line[1], line[2], line.count > 3 ? line[3] : "")
    switch verb {
    case "start":
      // The request's id is the workflow's: a repeated start is the same start.
      let response = try await client.start(
        workflowType: LedgerWorkflow.name, id: id, input: [Payload.json(argument)],
        options: .init(idReusePolicy: .rejectDuplicate, requestID: id))
      return response.runID
    case "signal":
      try await client.frontend.signalWorkflowExecution(
        SignalWorkflowExecutionRequest(
          namespace: client.namespace, execution: WorkflowExecution(workflowID: id), signalName: "note",
          input: [Payload.json(argument)], identity: client.identity, requestID: "\(id)-s\(argument)"))
      return ""
    case "update":
      let handle = try await client.startUpdate(
        UpdateRequest(updateID: "\(id)-u\(argument)", name: "add", input: [Payload.json(argument)]),
        of: WorkflowExecution(workflowID: id), waitForStage: .completed, returning: Int.self)
      return String(try await handle.result())
    case "result":
      let payloads = try await client.result(of: WorkflowExecution(workflowID: id, runID: argument))
      return payloads.first.map { String(decoding: $0.data, as: UTF8.self) } ?? ""
    default:
      throw ProcessError("the request '\(verb)'", errno: 0)
    }
  }
}
