internal import SwiftSyntax
internal import SwiftSyntaxBuilder
internal import SwiftSyntaxMacros

extension WorkflowMacro {
  /// The initializer, where the implicit one is not visible enough; and the checks that `init()` exists.
  static func initializer(
    of actor: ActorDeclSyntax,
    prefix: String,
    in context: some MacroExpansionContext
  ) -> [DeclSyntax] {
    let members = actor.memberBlock.members
    let initializers = members.members(InitializerDeclSyntax.self)
    if let first = initializers.first {
      if !initializers.contains(where: { $0.signature.parameterClause.parameters.isEmpty }) {
        let problem = MacroProblem(
          .unusableInitializer,
          "the engine creates the workflow '\(actor.name.plainText)' with init(), at the start and for every replay; "
            + "add 'init()' and take values from run(input:)"
        )
        context.diagnose(problem.diagnostic(at: first.initKeyword))
      }
      return []
    }

    let undefined = members.members(VariableDeclSyntax.self).flatMap(\.storedWithoutDefault)
    for property in undefined {
      let problem = MacroProblem(
        .propertyWithoutDefault,
        "the engine creates the workflow '\(actor.name.plainText)' with init(), at the start and for every replay; "
          + "give '\(property.trimmedDescription)' a default value and set it in run"
      )
      context.diagnose(problem.diagnostic(at: property))
    }
    return prefix.isEmpty || !undefined.isEmpty ? [] : ["\(raw: prefix)init() {}"]
  }
}

extension VariableDeclSyntax {
  /// The stored instance properties of this declaration that `init()` cannot fill in.
  ///
  /// Property wrappers and other macros may provide values of their own, so the compiler judges those.
  fileprivate var storedWithoutDefault: [PatternSyntax] {
    guard !modifiers.isStatic, !modifiers.has(.lazy), attributes.allSatisfy({ $0.leavesStorageAlone }) else {
      return []
    }
    var type: TypeSyntax?
    var patterns: [PatternSyntax] = []
    for binding in bindings.reversed() {
      type = binding.typeAnnotation?.type ?? type
      let startsAsNil = bindingSpecifier.tokenKind == .keyword(.var) && type?.isOptional == true
      if binding.initializer == nil, !binding.isComputed, !startsAsNil { patterns.append(binding.pattern) }
    }
    return patterns.reversed()
  }
}

extension AttributeListSyntax.Element {
  /// Whether the attribute leaves a property's storage as it is.
  fileprivate var leavesStorageAlone: Bool {
    guard let name = self.as(AttributeSyntax.self)?.name else { return false }
    return ["WorkflowQuery", "available", "usableFromInline"].contains(name)
  }
}

extension TypeSyntax {
  fileprivate var isOptional: Bool {
    if self.is(OptionalTypeSyntax.self) || self.is(ImplicitlyUnwrappedOptionalTypeSyntax.self) { return true }
    return self.as(IdentifierTypeSyntax.self)?.name.text == "Optional"
  }
}
