internal import ArgumentParser
internal import DurableWorkflows
internal import ExampleSupport
internal import PixClaims
internal import ProgramSupport

struct ReportInfraction: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Starts the investigation of a report.")

  @Option(help: "The report's id.") var infractionId: String
  @Option(help: "The key that the report is about.") var key: String
  @Option(help: "FRAUD, ACCOUNT_CLOSED, INCORRECT_DATA, UNAUTHORIZED_USE, DUPLICATE_KEY or OTHER.") var type = "FRAUD"
  @Option(help: "What happened.") var description: String
  @Option(help: "The ISPB of the participant that reports.") var reporter: String
  @Option(help: "The ISPB of the participant that is reported.") var reported: String?

  func run() async throws {
    try await Session.run { session in
      var input = InfractionInput(
        infractionID: infractionId, key: key, type: .other, description: description, reporterISPB: reporter)
      input.type = type
      input.reportedISPB = reported
      return Started(try await session.api.reportInfraction(input))
    }
  }
}

struct AddEvidence: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Adds a piece of evidence to an investigation.")

  @Argument(help: "The report's id.") var infractionId: String
  @Option(help: "Where the evidence can be read.") var url: String

  func run() async throws {
    try await Session.run { session in
      try await session.client
        .handle(for: InvestigateInfractionWorkflow.self, id: InvestigateInfractionWorkflow.id(of: infractionId))
        .signal(InvestigateInfractionWorkflow.Signals.evidenceAdded, EvidenceAdded(evidenceURL: url))
      return Done()
    }
  }
}

struct CompleteInvestigation: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Decides an investigation and waits for its end.")

  @Argument(help: "The report's id.") var infractionId: String
  @Option(help: "RESOLVE, DISMISS or ESCALATE.") var decision: String
  @Option(help: "Why.") var notes: String

  func run() async throws {
    try await Session.run { session in
      let handle = session.client.handle(
        for: InvestigateInfractionWorkflow.self, id: InvestigateInfractionWorkflow.id(of: infractionId))
      try await handle.signal(
        InvestigateInfractionWorkflow.Signals.investigationComplete,
        InvestigationComplete(decision: decision, notes: notes))
      return try await handle.result()
    }
  }
}

struct Synchronize: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vsync", abstract: "Compares with Bacen's directory and waits for the result.")

  @Option(help: "The ISPB of one participant; all without it.") var participant = ""
  @Option(help: "FULL or INCREMENTAL.") var type = "FULL"
  @Option(help: "For INCREMENTAL: since when, as 2026-01-31T12:00:00Z.") var since: String?
  @Option(help: "The id of the workflow.") var workflowId = "vsync-manual"

  func run() async throws {
    try await Session.run { session in
      var input = VSyncInput(participant: participant, syncType: .full)
      input.syncType = type
      if let since {
        guard let moment = Moment(since) else {
          throw PixError(.validation, "--since is '\(since)'; write for example 2026-01-31T12:00:00Z")
        }
        input.lastSyncDate = moment
      }
      return try await session.api.synchronize(input, id: workflowId).result()
    }
  }
}

struct StartScheduler: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start-vsync-scheduler", abstract: "Starts the daily comparison, unless it runs already.")

  func run() async throws {
    try await Session.run { session in
      Started(
        try await session.client.start(
          VSyncSchedulerWorkflow.self, id: VSyncSchedulerWorkflow.id, input: nil,
          options: .init(idConflictPolicy: .useExisting)))
    }
  }
}
