internal import SwiftSyntax
internal import SwiftSyntaxMacros

extension WorkflowMacro {
  /// Reports what queries and validators do that would change the run.
  static func checkPurity(of actor: ActorDeclSyntax, in context: some MacroExpansionContext) {
    let members = actor.memberBlock.members
    let checker = PurityChecker(members)
    func report(_ member: DeclSyntax, _ subject: String, _ advice: String) {
      for impurity in checker.impurities(of: member) {
        let copy = impurity.copyHelps ? ", or change a local copy" : ""
        let problem = MacroProblem(.impureBody, "\(subject) \(impurity.deed); \(advice)\(copy)")
        context.diagnose(problem.diagnostic(at: impurity.node))
      }
    }

    for (member, _) in members.members(markedBy: WorkflowHandler.Kind.query.marker) {
      report(
        member,
        "the query '\(member.memberName)'",
        "a query only reads: do that in run, in a signal or in an update"
      )
    }
    for (member, marker) in members.members(markedBy: WorkflowUpdateValidator.marker) {
      let update = marker.argument("for")?.literalText ?? "the update"
      report(
        member,
        "the validator '\(member.memberName)'",
        "an update that is rejected leaves no trace: do that in '\(update)'"
      )
    }
  }
}

extension DeclSyntax {
  /// The method's or the property's name.
  var memberName: String {
    if let function = self.as(FunctionDeclSyntax.self) { return function.name.plainText }
    return self.as(VariableDeclSyntax.self)?.bindings.first?.pattern.trimmedDescription ?? trimmedDescription
  }
}
