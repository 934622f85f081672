internal import SwiftSyntax
internal import SwiftSyntaxMacros

/// `@WorkflowSignal`: checks the method. `@Workflow` on the actor writes the code.
enum WorkflowSignalMacro: PeerMacro {
  static func expansion(
    of node: AttributeSyntax,
    providingPeersOf declaration: some DeclSyntaxProtocol,
    in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let actor = try context.enclosingType(markedBy: "Workflow", for: node)
    _ = try WorkflowHandler(declaration, kind: .signal, marker: node, actor: actor)
    return []
  }
}

/// `@WorkflowQuery`: checks the method or property. `@Workflow` on the actor writes the code.
enum WorkflowQueryMacro: PeerMacro {
  static func expansion(
    of node: AttributeSyntax,
    providingPeersOf declaration: some DeclSyntaxProtocol,
    in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let actor = try context.enclosingType(markedBy: "Workflow", for: node)
    _ = try WorkflowHandler(declaration, kind: .query, marker: node, actor: actor)
    return []
  }
}

/// `@WorkflowUpdate`: checks the method. `@Workflow` on the actor writes the code.
enum WorkflowUpdateMacro: PeerMacro {
  static func expansion(
    of node: AttributeSyntax,
    providingPeersOf declaration: some DeclSyntaxProtocol,
    in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let actor = try context.enclosingType(markedBy: "Workflow", for: node)
    _ = try WorkflowHandler(declaration, kind: .update, marker: node, actor: actor)
    return []
  }
}

/// `@WorkflowUpdateValidator`: checks the method. `@Workflow` on the actor compares it with its update.
enum WorkflowUpdateValidatorMacro: PeerMacro {
  static func expansion(
    of node: AttributeSyntax,
    providingPeersOf declaration: some DeclSyntaxProtocol,
    in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let actor = try context.enclosingType(markedBy: "Workflow", for: node)
    _ = try WorkflowUpdateValidator(declaration, marker: node, actor: actor)
    return []
  }
}

/// `@Activity`: checks the method. `@ActivityContainer` on the type writes the code.
enum ActivityMacro: PeerMacro {
  static func expansion(
    of node: AttributeSyntax,
    providingPeersOf declaration: some DeclSyntaxProtocol,
    in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let container = try context.enclosingType(markedBy: "ActivityContainer", for: node)
    _ = try ActivityMethod(declaration, marker: node, container: container, containerHops: false)
    return []
  }
}

extension MacroExpansionContext {
  /// The name of the type whose body the marker stands in, which must carry the macro that reads the marker.
  fileprivate func enclosingType(markedBy macro: String, for marker: AttributeSyntax) throws -> String {
    let enclosing = lexicalContext.first
    if let type = enclosing?.asProtocol((any DeclGroupSyntax).self), type.attributes.attribute(named: macro) != nil,
      let name = enclosing?.asProtocol((any NamedDeclSyntax).self)?.name
    {
      return name.text
    }
    throw MacroProblem(
      .misplacedMarker,
      "@\(marker.name) has an effect only in the body of a type marked @\(macro), not in an extension; "
        + "move the declaration there, or add @\(macro) to the type"
    ).error(at: marker)
  }
}
