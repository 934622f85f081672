internal import SwiftSyntax

extension WorkflowHandler {
  /// Which table the handler belongs to.
  enum Kind: String, CaseIterable {
    case signal, query, update

    /// The attribute that marks such a handler.
    var marker: String {
      switch self {
      case .signal: "WorkflowSignal"
      case .query: "WorkflowQuery"
      case .update: "WorkflowUpdate"
      }
    }

    /// The type of the typed references.
    var referenceType: String { "DurableWorkflows.\(marker)Reference" }

    /// The enum that holds the typed references.
    var namespace: String {
      switch self {
      case .signal: "Signals"
      case .query: "Queries"
      case .update: "Updates"
      }
    }

    /// The entry in the handler table of a handler without a name of its own.
    var dynamicName: String {
      switch self {
      case .signal: "dynamicSignal"
      case .query: "dynamicQuery"
      case .update: "dynamicUpdate"
      }
    }

    /// The kind as a noun with its article, for messages.
    var withArticle: String { self == .update ? "an update" : "a \(rawValue)" }

    /// Checks that a method has the effects and the result of such a handler.
    ///
    /// - Throws: a ``MacroProblem`` at `name`.
    func check(_ method: Method, at name: TokenSyntax) throws {
      switch self {
      case .signal:
        guard let output = method.output else { return }
        throw MacroProblem(
          .signalReturnsValue,
          "a signal returns nothing, but '\(method.plainName)' returns \(output); remove the result, "
            + "make it a @WorkflowUpdate, or offer it with a @WorkflowQuery"
        ).error(at: name)
      case .query:
        if method.isAsync { throw Kind.asyncQuery(method.plainName).error(at: name) }
        if method.output == nil {
          throw MacroProblem(
            .queryReturnsNothing,
            "a query returns a value, but '\(method.plainName)' returns nothing; add a result"
          ).error(at: name)
        }
      case .update:
        return
      }
    }

    /// What is wrong with a query that is `async`.
    static func asyncQuery(_ name: String) -> MacroProblem {
      MacroProblem(
        .queryIsAsync,
        "queries are synchronous, because they must not wait or change state; remove 'async' from '\(name)'"
      )
    }
  }
}
