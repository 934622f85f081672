internal import SwiftDiagnostics
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
      let validators = kind == .update ? validators(of: actor, for: handlers, in: context) : [:]
      entries += handlers.map { handler in
        handler.tableEntry(validator: handler.method.flatMap { validators[$0.plainName] })
      }
      let references = handlers.compactMap { $0.reference(actor: name) }
      if references.isEmpty { continue }
      expansion.append(
        """
        /// Typed references to the \(raw: kind.namespace.lowercased()) of `\(raw: name)`.
        \(raw: prefix)nonisolated enum \(raw: kind.namespace) {
          \(raw: references.joined(separator: "\n").indented(1))
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
      func report(_ message: String) {
        context.diagnose(MacroProblem(.duplicateName, message).diagnostic(at: marker))
      }
      if handler.isDynamic, handlers.contains(where: \.isDynamic) {
        report("a workflow has one dynamic \(kind.rawValue) handler; tell the names apart inside it")
        continue
      }
      // Dynamic handlers have no reference, but validators name the methods of all updates.
      if !handler.isDynamic || kind == .update, !memberNames.insert(handler.memberName).inserted {
        report(
          "two handlers would share the reference '\(kind.namespace).\(handler.memberName)'; rename one of the methods"
        )
        continue
      }
      if let text = handler.registeredName?.literalText, !registeredNames.insert(text).inserted {
        report("the \(kind.rawValue) name '\(text)' is taken; give one of the two another with @\(kind.marker)(name:)")
      }
      handlers.append(handler)
    }
    return handlers
  }

  /// The validators by the names of their updates' methods.
  private static func validators(
    of actor: ActorDeclSyntax,
    for updates: [WorkflowHandler],
    in context: some MacroExpansionContext
  ) -> [String: WorkflowUpdateValidator] {
    let members = actor.memberBlock.members
    let declared = Set(members.members(markedBy: WorkflowHandler.Kind.update.marker).map(\.member.memberName))
    var validators: [String: WorkflowUpdateValidator] = [:]
    for (member, marker) in members.members(markedBy: WorkflowUpdateValidator.marker) {
      // A member that cannot be a validator is reported by the expansion of its own marker.
      guard let validator = try? WorkflowUpdateValidator(member, marker: marker, actor: actor.name.text) else {
        continue
      }
      func report(_ code: MacroProblem.Code, _ message: String) {
        context.diagnose(MacroProblem(code, message).diagnostic(at: marker))
      }
      guard let update = updates.first(where: { $0.method?.plainName == validator.update })?.method else {
        // An update that is no update is reported by the expansion of its own marker.
        if declared.contains(validator.update) { continue }
        let meant = updates.first { $0.registeredName?.literalText == validator.update }?.method?.plainName
        let advice =
          meant.map { "name the update's method: \"\($0)\"" }
          ?? "name a method of this actor that is marked @WorkflowUpdate"
        report(.unknownUpdate, "there is no update '\(validator.update)'; \(advice)")
        continue
      }
      if validators[validator.update] != nil {
        report(.duplicateName, "the update '\(validator.update)' has a validator; put all its checks into one")
        continue
      }
      do {
        try validator.check(against: update)
      } catch let error as DiagnosticsError {
        error.diagnostics.forEach(context.diagnose)
      } catch {
        context.addDiagnostics(from: error, node: marker)
      }
      validators[validator.update] = validator
    }
    return validators
  }
}
