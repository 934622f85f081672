internal import SwiftSyntax
internal import SwiftSyntaxBuilder
internal import SwiftSyntaxMacros

extension WorkflowMacro {
  /// The handler table and the typed references; nothing for a workflow without handlers.
  static func handlers(
    of actor: ActorDeclSyntax,
    prefix: String,
    in context: some MacroExpansionContext
  ) -> [DeclSyntax] {
    let name = actor.name.text
    var expansion: [DeclSyntax] = []
    var entries: [String] = []
    for kind in WorkflowHandler.Kind.allCases {
      let handlers = handlers(of: actor, kind: kind, in: context)
      if handlers.isEmpty { continue }
      entries += handlers.map(\.tableEntry)
      let references = handlers.map { $0.reference(actor: name) }.joined(separator: "\n").indented(1)
      expansion.append(
        """
        /// Typed references to the \(raw: kind == .signal ? "signals" : "queries") of `\(raw: name)`.
        \(raw: prefix)nonisolated enum \(raw: kind.namespace) {
          \(raw: references)
        }
        """
      )
    }
    if entries.isEmpty { return [] }
    let table: DeclSyntax = """
      \(raw: prefix)static var handlers: DurableWorkflows.WorkflowHandlers<\(raw: name)> {
        DurableWorkflows.WorkflowHandlers<\(raw: name)>()
          \(raw: entries.joined(separator: "\n").indented(2))
      }
      """
    return [table] + expansion
  }

  private static func handlers(
    of actor: ActorDeclSyntax,
    kind: WorkflowHandler.Kind,
    in context: some MacroExpansionContext
  ) -> [WorkflowHandler] {
    var registeredNames = Set<String>()
    var memberNames = Set<String>()
    var handlers: [WorkflowHandler] = []
    for (member, marker) in actor.memberBlock.members.members(markedBy: kind.marker) {
      // A member that cannot be a handler is reported by the expansion of its own marker.
      guard let handler = try? WorkflowHandler(member, kind: kind, marker: marker, actor: actor.name.text) else {
        continue
      }
      guard memberNames.insert(handler.memberName).inserted else {
        let problem = MacroProblem(
          .duplicateName,
          "two handlers would share the reference '\(kind.namespace).\(handler.memberName)'; rename one of the methods"
        )
        context.diagnose(problem.diagnostic(at: marker))
        continue
      }
      if let text = handler.registeredName.literalText, !registeredNames.insert(text).inserted {
        let problem = MacroProblem(
          .duplicateName,
          "the \(kind.rawValue) name '\(text)' is taken; give one of the two another with @\(kind.marker)(name:)"
        )
        context.diagnose(problem.diagnostic(at: marker))
      }
      handlers.append(handler)
    }
    return handlers
  }
}
