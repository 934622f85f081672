internal import SwiftDiagnostics
internal import SwiftSyntax
internal import SwiftSyntaxBuilder
internal import SwiftSyntaxMacros

extension WorkflowMacro {
  /// The witness of `run(input:)`, where the author's `run` takes no input or returns nothing.
  static func run(
    of actor: ActorDeclSyntax,
    isDynamic: Bool,
    prefix: String,
    in context: some MacroExpansionContext
  ) -> [DeclSyntax] {
    do {
      return try runWitness(for: authoredRun(of: actor), of: actor, isDynamic: isDynamic, prefix: prefix)
    } catch let error as DiagnosticsError {
      error.diagnostics.forEach(context.diagnose)
    } catch {
      context.addDiagnostics(from: error, node: actor.name)
    }
    return []
  }

  /// The `run` that the author wrote: the one that takes an input, if there is one.
  private static func authoredRun(of actor: ActorDeclSyntax) throws -> FunctionDeclSyntax {
    let members = actor.memberBlock.members
    let runs = members.members(FunctionDeclSyntax.self).filter(\.isRun)
    let withInput = runs.filter { $0.signature.parameterClause.parameters.first?.firstName.text == "input" }
    if let second = withInput.dropFirst().first {
      throw MacroProblem(.runDeclaredTwice, "a workflow has one run method; rename this one").error(at: second.name)
    }
    if let run = withInput.first ?? runs.first { return run }

    if let run = members.conditionalMembers.lazy.compactMap({ $0.as(FunctionDeclSyntax.self) }).first(where: \.isRun) {
      throw MacroProblem(
        .conditionalMember,
        "@Workflow does not see a run method inside '#if'; put the condition inside its body"
      ).error(at: run.name)
    }
    throw MacroProblem(
      .runMissing,
      "the workflow '\(actor.name.plainText)' has no run method; add 'func run(input: …) async throws -> …' "
        + "or 'func run() async throws'"
    ).error(at: actor.name)
  }

  private static func runWitness(
    for function: FunctionDeclSyntax,
    of actor: ActorDeclSyntax,
    isDynamic: Bool,
    prefix: String
  ) throws -> [DeclSyntax] {
    let parameters = function.signature.parameterClause.parameters
    if parameters.count > 1 || parameters.first.map({ $0.firstName.text != "input" }) == true {
      throw MacroProblem(
        .runParameters,
        "run takes one parameter labelled 'input', or none; put several values into one Codable struct"
      ).error(at: function.signature.parameterClause)
    }
    let run = try Method(function, role: "run", typeName: actor.name.text)
    let input = run.parameters.first
    if isDynamic, !["RawPayloads", "DurableWorkflows.RawPayloads"].contains(input?.type) {
      throw MacroProblem(
        .dynamicInput,
        "a dynamic workflow takes its input as it arrived, because every name has an input of its own; "
          + "write 'func run(input: RawPayloads)'"
      ).error(at: function.signature.parameterClause)
    }
    if input != nil && run.output != nil { return [] }

    let empty = "DurableWorkflows.Empty"
    let members = actor.memberBlock.members
    var expansion: [DeclSyntax] = []
    for (name, authored) in [("Input", input?.type), ("Output", run.output)] {
      if let nested = members.nestedType(named: name), authored == nil {
        let what = name == "Input" ? "takes nothing" : "returns nothing"
        throw MacroProblem(
          .valueTypeConflict,
          "'\(name)' is what the workflow's run takes or returns, but this run \(what); rename the type"
        ).error(at: nested)
      }
      // A type of the author's own that is called Input or Output is found by inference.
      if members.declaresType(named: name) || authored?.contains(name) == true { continue }
      expansion.append("\(raw: prefix)typealias \(raw: name) = \(raw: authored ?? empty)")
    }

    let effects = (run.isThrowing ? "try " : "") + (run.isAsync ? "await " : "")
    let call = "\(effects)run(\(input == nil ? "" : "input: input"))"
    // The author's run(input:) and this one differ in the result alone, so the call says which it means.
    let body =
      switch (input, run.output) {
      case (_, _?): call
      case (_?, nil): "let _: Swift.Void = \(call)\nreturn \(empty)()"
      case (nil, nil): "\(call)\nreturn \(empty)()"
      }
    expansion.append(
      """
      \(raw: prefix)func run(input: \(raw: input?.type ?? empty)) async throws -> \(raw: run.output ?? empty) {
        \(raw: body.indented(1))
      }
      """
    )
    return expansion
  }
}

extension FunctionDeclSyntax {
  /// Whether this is an instance method called `run`.
  fileprivate var isRun: Bool { name.text == "run" && !modifiers.isStatic }
}
