internal import SwiftSyntax

/// Finds what a body does to the actor's state and to the run, as far as the syntax tells.
final class ImpurityFinder: ScopedVisitor {
  /// What was found, in the order of the source.
  private(set) var impurities: [Impurity] = []
  private let properties: ActorProperties
  private let calledMethod: CalledMethod

  /// Tells what the actor's own method of that name does; `nil` if it is harmless. There is no call where the method
  /// is passed on as a value.
  typealias CalledMethod = (_ name: String, _ call: FunctionCallExprSyntax?) -> Impurity?

  /// Creates a finder for a body of an actor.
  init(properties: ActorProperties, calledMethod: @escaping CalledMethod) {
    self.properties = properties
    self.calledMethod = calledMethod
  }

  // MARK: Changes

  /// Operators are not folded in what macros get: an assignment is an operator among the elements of a sequence.
  override func visit(_ node: SequenceExprSyntax) -> SyntaxVisitorContinueKind {
    var target: ExprSyntax?
    for element in node.elements {
      if element.isAssignment, let target { noteChange(of: target) }
      target = element
    }
    return .visitChildren
  }

  override func visit(_ node: InOutExprSyntax) -> SyntaxVisitorContinueKind {
    noteChange(of: node.expression)
    return .visitChildren
  }

  private func noteChange(of target: ExprSyntax) {
    if let tuple = target.withoutMarks.as(TupleExprSyntax.self) {
      for element in tuple.elements { noteChange(of: element.expression) }
    } else if let property = property(changedThrough: target) {
      impurities.append(.change(of: property, at: target))
    }
  }

  /// The actor's property that changes when `target` does; `nil` if it is something else that changes.
  private func property(changedThrough target: ExprSyntax) -> String? {
    let target = target.withoutMarks
    if let reference = target.as(DeclReferenceExprSyntax.self) {
      let name = reference.baseName.plainText
      return target.isSelf || properties.all.contains(name) && !isLocal(name) ? name : nil
    }
    if let member = target.as(MemberAccessExprSyntax.self), let base = member.base?.withoutMarks {
      return base.isSelf ? member.declName.baseName.plainText : property(changedThrough: base)
    }
    return target.as(SubscriptCallExprSyntax.self).flatMap { property(changedThrough: $0.calledExpression) }
  }

  // MARK: Calls

  override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
    if let member = node.calledExpression.as(MemberAccessExprSyntax.self), let base = member.base?.withoutMarks {
      if !base.isSelf, isMutatingMethod(member.declName.baseName.plainText),
        let property = property(changedThrough: base), !isConstant(base)
      {
        impurities.append(.change(of: property, at: node))
      }
    }
    if node.startsTask { impurities.append(.task(at: node)) }
    return .visitChildren
  }

  /// Whether the expression is a `let` of the actor itself, on which only methods of a reference could change anything.
  private func isConstant(_ expression: ExprSyntax) -> Bool {
    if let member = expression.as(MemberAccessExprSyntax.self) {
      return member.base?.isSelf == true && properties.constants.contains(member.declName.baseName.plainText)
    }
    return expression.as(DeclReferenceExprSyntax.self).map { properties.constants.contains($0.baseName.plainText) }
      ?? false
  }

  override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
    guard let base = node.base else { return .skipChildren }
    let name = node.declName.baseName.plainText
    if base.withoutMarks.isSelf {
      noteUse(of: name, at: ExprSyntax(node))
    } else if isContext(base.withoutMarks), let impurity = Impurity.operation(name, at: node) {
      impurities.append(impurity)
    }
    walk(base)
    return .skipChildren
  }

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    if !isLocal(node.baseName.plainText) { noteUse(of: node.baseName.plainText, at: ExprSyntax(node)) }
    return .skipChildren
  }

  override func visit(_ node: KeyPathExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

  private func noteUse(of name: String, at node: ExprSyntax) {
    let call = node.parent?.as(FunctionCallExprSyntax.self).flatMap { $0.calledExpression.id == node.id ? $0 : nil }
    if let impurity = calledMethod(name, call) { impurities.append(impurity.called(name, at: Syntax(node))) }
  }

  private func isContext(_ expression: ExprSyntax) -> Bool {
    if expression.isReference(to: "context") { return !isLocal("context") }
    guard let member = expression.as(MemberAccessExprSyntax.self), let base = member.base?.withoutMarks else {
      return false
    }
    let name = member.declName.baseName.plainText
    return base.isSelf && name == "context" || base.isReference(to: "WorkflowContext") && name == "current"
  }
}

extension FunctionCallExprSyntax {
  /// Whether this creates an unstructured task; types of the author's own may be called `Task` too.
  fileprivate var startsTask: Bool {
    guard trailingClosure != nil || arguments.contains(where: { $0.label?.text == "operation" }) else { return false }
    guard let member = calledExpression.as(MemberAccessExprSyntax.self) else {
      return calledExpression.isReference(to: "Task")
    }
    let starters = ["init", "detached", "immediate", "immediateDetached"]
    return member.base?.isReference(to: "Task") == true && starters.contains(member.declName.baseName.text)
  }
}

extension ExprSyntax {
  /// The expression without `try`, `await`, `unsafe`, `?`, `!` and parentheses around it.
  fileprivate var withoutMarks: ExprSyntax {
    let inner =
      self.as(TryExprSyntax.self)?.expression ?? self.as(AwaitExprSyntax.self)?.expression
      ?? self.as(UnsafeExprSyntax.self)?.expression ?? self.as(OptionalChainingExprSyntax.self)?.expression
      ?? self.as(ForceUnwrapExprSyntax.self)?.expression ?? parenthesized
    return inner?.withoutMarks ?? self
  }

  private var parenthesized: ExprSyntax? {
    guard let elements = self.as(TupleExprSyntax.self)?.elements, elements.count == 1 else { return nil }
    return elements.first?.expression
  }

  fileprivate var isSelf: Bool {
    self.as(DeclReferenceExprSyntax.self)?.baseName.tokenKind == .keyword(.self)
  }

  fileprivate func isReference(to name: String) -> Bool {
    self.as(DeclReferenceExprSyntax.self)?.baseName.plainText == name
  }

  /// Whether this element of a sequence is `=` or one of the standard operators that change their left side.
  fileprivate var isAssignment: Bool {
    if self.is(AssignmentExprSyntax.self) { return true }
    let operators: Set = [
      "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "&+=", "&-=", "&*=", "&<<=", "&>>=", ".&=", ".|=",
      ".^=", "&&=", "||=", "??=",
    ]
    return self.as(BinaryOperatorExprSyntax.self).map { operators.contains($0.operator.text) } ?? false
  }
}
