internal import DurableWorkflows
internal import ExampleSupport
internal import ODBC
internal import WorkflowJournal

/// Why a program cannot start or go on: one line per problem, which names the thing and the remedy.
public enum StartupProblem {
  /// The lines for an error.
  ///
  /// - Parameter settings: the variables that say where the database is, for example `DB_…`.
  public static func lines(for error: any Error, database settings: String) -> [String] {
    if let problems = error as? ConfigurationProblems { return problems.list.map(oneLine) }
    return [oneLine(text(for: error, settings))]
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }.joined(separator: " ")
  }

  private static func text(for error: any Error, _ settings: String) -> String {
    switch error {
    case let error as any DomainError: return error.message
    case let error as SQLDatabaseError: return error.message
    case let error as PayloadCodecError: return error.message
    case let error as WorkflowServiceError: return error.message
    case let error as ODBCError: return "the database cannot be used: \(error); check \(settings)"
    case let error as WorkflowEngineError:
      if let cause = error.cause as? JournalError { return text(for: cause, in: error.message) }
      return error.cause.map { "\(error.message): \($0)" } ?? error.message
    case let error as JournalError: return text(for: error, in: "the journal cannot be opened")
    default: return "\(error)"
    }
  }

  private static func text(for error: JournalError, in context: String) -> String {
    let place = error.file.map { " [\($0)" + (error.offset.map { " at byte \($0)" } ?? "") + "]" } ?? ""
    return "\(context): \(error.message)\(place) (the option is --journal)"
  }
}
