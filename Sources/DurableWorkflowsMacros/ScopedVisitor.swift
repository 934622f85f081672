internal import SwiftSyntax

/// Walks a body from top to bottom and knows which names its local declarations hide at each place.
///
/// Nested types are left out: inside them, `self` and plain names mean something else.
class ScopedVisitor: SyntaxVisitor {
  private var scopes: [Set<String>] = [[]]

  init() {
    super.init(viewMode: .sourceAccurate)
  }

  /// Whether a local declaration hides what `name` means outside the body.
  final func isLocal(_ name: String) -> Bool {
    scopes.contains { $0.contains(name) }
  }

  /// Walks a function's body with its parameters in scope.
  final func walk(_ function: FunctionDeclSyntax) {
    guard let body = function.body else { return }
    inScope {
      for parameter in function.signature.parameterClause.parameters {
        declare(parameter.secondName ?? parameter.firstName)
      }
      walk(body)
    }
  }

  private func declare(_ name: TokenSyntax) {
    scopes[scopes.count - 1].insert(name.plainText)
  }

  private func inScope(_ body: () -> Void) {
    scopes.append([])
    body()
    scopes.removeLast()
  }

  // MARK: Scopes

  override func visit(_ node: CodeBlockSyntax) -> SyntaxVisitorContinueKind { push() }
  override func visitPost(_ node: CodeBlockSyntax) { scopes.removeLast() }
  override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { push() }
  override func visitPost(_ node: AccessorBlockSyntax) { scopes.removeLast() }
  override func visit(_ node: SwitchCaseSyntax) -> SyntaxVisitorContinueKind { push() }
  override func visitPost(_ node: SwitchCaseSyntax) { scopes.removeLast() }
  override func visit(_ node: CatchClauseSyntax) -> SyntaxVisitorContinueKind { push() }
  override func visitPost(_ node: CatchClauseSyntax) { scopes.removeLast() }

  private func push() -> SyntaxVisitorContinueKind {
    scopes.append([])
    return .visitChildren
  }

  override func visit(_ node: IfExprSyntax) -> SyntaxVisitorContinueKind {
    inScope {
      walk(node.conditions)
      walk(node.body)
    }
    node.elseBody.map { walk(Syntax($0)) }
    return .skipChildren
  }

  override func visit(_ node: WhileStmtSyntax) -> SyntaxVisitorContinueKind {
    inScope {
      walk(node.conditions)
      walk(node.body)
    }
    return .skipChildren
  }

  override func visit(_ node: GuardStmtSyntax) -> SyntaxVisitorContinueKind {
    scopes.append([])
    walk(node.conditions)
    let names = scopes.removeLast()
    walk(node.body)
    scopes[scopes.count - 1].formUnion(names)
    return .skipChildren
  }

  override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind {
    walk(node.sequence)
    inScope {
      walk(node.pattern)
      node.whereClause.map { walk($0) }
      walk(node.body)
    }
    return .skipChildren
  }

  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind {
    node.signature?.capture.map { walk($0) }
    inScope {
      node.signature?.capture?.items.forEach { declare($0.name) }
      switch node.signature?.parameterClause {
      case .simpleInput(let parameters): parameters.forEach { declare($0.name) }
      case .parameterClause(let clause): clause.parameters.forEach { declare($0.secondName ?? $0.firstName) }
      case nil: break
      }
      walk(node.statements)
    }
    return .skipChildren
  }

  // MARK: Declarations

  override func visit(_ node: PatternBindingSyntax) -> SyntaxVisitorContinueKind {
    node.initializer.map { walk($0) }
    walk(node.pattern)
    node.accessorBlock.map { walk($0) }
    return .skipChildren
  }

  override func visit(_ node: OptionalBindingConditionSyntax) -> SyntaxVisitorContinueKind {
    node.initializer.map { walk($0) }
    walk(node.pattern)
    return .skipChildren
  }

  override func visit(_ node: MatchingPatternConditionSyntax) -> SyntaxVisitorContinueKind {
    walk(node.initializer)
    walk(node.pattern)
    return .skipChildren
  }

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    declare(node.identifier)
    return .skipChildren
  }

  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
    declare(node.name)
    walk(node)
    return .skipChildren
  }

  override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}
