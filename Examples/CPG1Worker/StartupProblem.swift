internal import CPG1
internal import DurableWorkflows
internal import ODBC
internal import WorkflowJournal

/// Why the worker cannot start or go on: one line that names the thing and the remedy.
enum StartupProblem {
  static func line(for error: any Error) -> String {
    oneLine(text(for: error))
  }

  private static func text(for error: any Error) -> String {
    switch error {
    case let error as CPG1Error:
      return error.message
    case let error as WorkflowEngineError:
      if let cause = error.cause as? JournalError { return text(for: cause, in: error.message) }
      return error.cause.map { "\(error.message): \($0)" } ?? error.message
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

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }.joined(separator: " ")
  }
}
