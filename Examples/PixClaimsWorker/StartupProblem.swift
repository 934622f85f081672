internal import DurableWorkflows
internal import ExampleSupport
internal import ODBC
internal import PixClaims
internal import WorkflowJournal

/// Why the worker cannot start or go on: one line per problem, which names the thing and the remedy.
enum StartupProblem {
  static func lines(for error: any Error) -> [String] {
    if let problems = error as? PixConfiguration.Problems { return problems.list }
    return [
      text(for: error).split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }.joined(separator: " ")
    ]
  }

  private static func text(for error: any Error) -> String {
    switch error {
    case let error as PixError:
      return error.message
    case let error as ODBCError:
      return "the database cannot be used: \(error); check POSTGRES_… or PIX_SQLITE_PATH"
    case let error as WorkflowEngineError:
      if let cause = error.cause as? JournalError { return text(for: cause, in: error.message) }
      return error.description
    case let error as JournalError:
      return text(for: error, in: "the journal cannot be opened")
    default:
      return "\(error)"
    }
  }

  private static func text(for error: JournalError, in context: String) -> String {
    let place = error.file.map { " [\($0)" + (error.offset.map { " at byte \($0)" } ?? "") + "]" } ?? ""
    return "\(context): \(error.message)\(place) (the option is --journal)"
  }
}
