internal import SwiftDiagnostics
internal import SwiftSyntax
internal import SwiftSyntaxBuilder
internal import SwiftSyntaxMacros

/// `@Workflow`: context, name, initializer, `run`, the handler table, the typed references, and the conformance.
enum WorkflowMacro {
  /// The templates are written as they are meant to be read.
  static var formatMode: FormatMode { .disabled }
}

extension WorkflowMacro: MemberMacro {
  static func expansion(
    of node: AttributeSyntax,
    providingMembersOf declaration: some DeclGroupSyntax,
    conformingTo protocols: [TypeSyntax],
    in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let actor = try plainActor(declaration)
    let members = actor.memberBlock.members
    let prefix = actor.witnessPrefix(in: context)

    let markers = WorkflowHandler.Kind.allCases.map(\.marker) + [WorkflowUpdateValidator.marker]
    for (member, marker) in members.conditionalMembers(markedBy: markers) {
      context.diagnose(member.conditionalProblem(marker: marker).diagnostic(at: marker))
    }

    var expansion: [DeclSyntax] = []
    if !members.declaresProperty(named: "context") {
      expansion.append(
        """
        \(raw: prefix)nonisolated let context: DurableWorkflows.WorkflowContext = DurableWorkflows.WorkflowContext.current
        """
      )
    }
    let isDynamic = try node.flag("dynamic")
    expansion += try registration(of: actor, marker: node, isDynamic: isDynamic, prefix: prefix)
    expansion += initializer(of: actor, prefix: prefix, in: context)
    expansion += run(of: actor, isDynamic: isDynamic, prefix: prefix, in: context)
    expansion += handlers(of: actor, prefix: prefix, in: context)
    checkPurity(of: actor, in: context)
    return expansion
  }

  /// Under which name and version the workflow is registered, where these are not the defaults.
  private static func registration(
    of actor: ActorDeclSyntax,
    marker: AttributeSyntax,
    isDynamic: Bool,
    prefix: String
  ) throws -> [DeclSyntax] {
    var expansion: [DeclSyntax] = []
    if let name = marker.argument("name") {
      if isDynamic {
        throw MacroProblem(
          .dynamicName,
          "a dynamic workflow runs under every name that no other workflow has; remove 'name:' or 'dynamic:'"
        ).error(at: name)
      }
      let name = try marker.registeredName(or: actor.name.plainText)
      expansion.append("\(raw: prefix)static var name: Swift.String { \(name) }")
    }
    if let version = marker.argument("version") {
      if version.integerLiteral.map({ $0 < 0 }) == true {
        throw MacroProblem(
          .invalidVersion,
          "a version is not negative; a type without 'version:' has version 0, so the next one is 1"
        ).error(at: version)
      }
      expansion.append("\(raw: prefix)static var version: Swift.Int { \(version.trimmed) }")
    }
    if isDynamic { expansion.append("\(raw: prefix)static var isDynamic: Swift.Bool { true }") }
    return expansion
  }

  /// The declaration as the actor that it has to be.
  private static func plainActor(_ declaration: some DeclGroupSyntax) throws -> ActorDeclSyntax {
    if let actor = declaration.as(ActorDeclSyntax.self) {
      guard let modifier = actor.modifiers.first(where: { $0.name.tokenKind == .keyword(.distributed) }) else {
        return actor
      }
      throw MacroProblem(.wrongKindOfType, "@Workflow belongs on a plain actor, not on a distributed one")
        .error(at: modifier)
    }
    let keyword = declaration.introducer
    let problem = MacroProblem(.wrongKindOfType, "@Workflow belongs on an actor, not on \(declaration.kindOfType)")
    var fixIts: [FixIt] = []
    if declaration.is(ClassDeclSyntax.self) || declaration.is(StructDeclSyntax.self) {
      let replacement = keyword.with(\.tokenKind, .keyword(.actor))
      fixIts.append(
        FixIt(
          message: MacroFix("replace '\(keyword.text)' with 'actor'"),
          changes: [.replace(oldNode: Syntax(keyword), newNode: Syntax(replacement))]
        )
      )
    }
    throw DiagnosticsError(diagnostics: [problem.diagnostic(at: keyword, fixIts: fixIts)])
  }
}

extension WorkflowMacro: ExtensionMacro {
  static func expansion(
    of node: AttributeSyntax,
    attachedTo declaration: some DeclGroupSyntax,
    providingExtensionsOf type: some TypeSyntaxProtocol,
    conformingTo protocols: [TypeSyntax],
    in context: some MacroExpansionContext
  ) throws -> [ExtensionDeclSyntax] {
    guard !protocols.isEmpty, let actor = declaration.as(ActorDeclSyntax.self), !actor.modifiers.has(.distributed)
    else {
      return []
    }
    return [try ExtensionDeclSyntax("extension \(type.trimmed): DurableWorkflows.WorkflowDefinition {}")]
  }
}

extension ExprSyntax {
  /// The value of an integer literal with or without a minus sign.
  fileprivate var integerLiteral: Int? {
    Int(trimmedDescription.filter { $0 != "_" })
  }
}
