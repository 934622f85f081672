internal import ArgumentParser

/// Asks the worker for things, as the API of a participant would.
@main
struct PixClaimsStarter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pix-claims-starter",
    abstract: "Starts and signals the workflows of pix-claims-worker, through the API's checks.",
    discussion: """
      The environment is the worker's: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TASK_QUEUE, and POSTGRES_… or \
      PIX_SQLITE_PATH for the API's own database connection. PIX_DAY_SECONDS shortens the days of what is started. \
      Answers are JSON on the standard output. Exit codes: 1 refused or failed, 3 not reachable.
      """,
    subcommands: [
      CreateEntry.self, UpdateEntry.self, DeleteEntry.self, CancelDeletion.self, ShowEntry.self, CreateClaim.self,
      ConfirmClaim.self, CancelClaim.self, ShowClaim.self, ReportInfraction.self, AddEvidence.self,
      CompleteInvestigation.self, Synchronize.self, StartScheduler.self,
    ]
  )
}
