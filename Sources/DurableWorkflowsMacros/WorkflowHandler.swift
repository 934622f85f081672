internal import SwiftSyntax

/// A signal or query handler: a method or property with its marker.
struct WorkflowHandler {
  /// Which table the handler belongs to.
  enum Kind: String, CaseIterable {
    case signal, query

    /// The attribute that marks such a handler.
    var marker: String { self == .signal ? "WorkflowSignal" : "WorkflowQuery" }
    /// The type of the typed references.
    var referenceType: String { "DurableWorkflows.\(marker)Reference" }
    /// The enum that holds the typed references.
    var namespace: String { self == .signal ? "Signals" : "Queries" }
  }

  let kind: Kind
  /// The registered name.
  let registeredName: ExprSyntax
  /// The member's name as it is written.
  let memberName: String
  /// The member's access modifier.
  let accessPrefix: String
  /// The types after the workflow in the typed reference: output, then arguments.
  let referenceArguments: [String]
  /// The name of the closure's second parameter.
  let argumentsName: String
  /// The expression that runs the handler on `workflow`.
  let call: String

  /// Reads a member of the actor `actor` that carries the marker of `kind`.
  ///
  /// - Throws: a ``MacroProblem`` that says why the member cannot be such a handler.
  init(_ member: some DeclSyntaxProtocol, kind: Kind, marker: AttributeSyntax, actor: String) throws {
    if let function = member.as(FunctionDeclSyntax.self) {
      try self.init(method: function, kind: kind, marker: marker, actor: actor)
    } else if kind == .query, let property = member.as(VariableDeclSyntax.self) {
      try self.init(property: property, marker: marker, actor: actor)
    } else {
      let place = kind == .signal ? "a method" : "a method or a property"
      throw MacroProblem(.notAMethod, "@\(kind.marker) belongs on \(place)").error(at: marker)
    }
  }

  private init(method function: FunctionDeclSyntax, kind: Kind, marker: AttributeSyntax, actor: String) throws {
    let method = try Method(function, role: "a \(kind.rawValue)", typeName: actor)
    switch kind {
    case .signal:
      if let output = method.output {
        throw MacroProblem(
          .signalReturnsValue,
          "a signal returns nothing, but '\(method.plainName)' returns \(output); remove the result, "
            + "or offer it with a @WorkflowQuery"
        ).error(at: function.name)
      }
    case .query:
      if method.isAsync {
        throw MacroProblem(
          .queryIsAsync,
          "queries are synchronous, because they must not wait or change state; remove 'async' from "
            + "'\(method.plainName)'"
        ).error(at: function.name)
      }
      if method.output == nil {
        throw MacroProblem(
          .queryReturnsNothing,
          "a query returns a value, but '\(method.plainName)' returns nothing; add a result"
        ).error(at: function.name)
      }
    }
    self.kind = kind
    registeredName = try marker.registeredName(or: method.plainName)
    memberName = method.name
    accessPrefix = function.modifiers.accessPrefix
    referenceArguments = (method.output.map { [$0] } ?? []) + method.parameters.map(\.type)
    argumentsName = method.argumentsName
    call = method.call(on: "workflow")
  }

  private init(property: VariableDeclSyntax, marker: AttributeSyntax, actor: String) throws {
    guard let binding = property.bindings.first, property.bindings.count == 1,
      let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier
    else {
      throw MacroProblem(.notAMethod, "@WorkflowQuery belongs on a single property").error(at: marker)
    }
    if property.modifiers.isStatic {
      throw MacroProblem(.staticMember, "a query is an instance property; remove 'static' from '\(name.plainText)'")
        .error(at: name)
    }
    guard let type = binding.typeAnnotation?.type.replacingSelf(with: actor).trimmedDescription else {
      throw MacroProblem(
        .propertyTypeUnknown,
        "the query '\(name.plainText)' needs a type; write 'var \(name.text): …'"
      ).error(at: name)
    }
    let effects = binding.getterEffects
    if effects?.asyncSpecifier != nil {
      throw MacroProblem(
        .queryIsAsync,
        "queries are synchronous, because they must not wait or change state; remove 'async' from "
          + "'\(name.plainText)'"
      ).error(at: name)
    }
    kind = .query
    registeredName = try marker.registeredName(or: name.plainText)
    memberName = name.text
    accessPrefix = property.modifiers.accessPrefix
    referenceArguments = [type]
    argumentsName = "_"
    call = (effects?.throwsClause?.canThrow == true ? "try " : "") + "workflow.\(name.text)"
  }

  /// The entry in the handler table.
  var tableEntry: String {
    """
    .\(kind.rawValue)(\(registeredName)) { workflow, \(argumentsName) in
      \(call)
    }
    """
  }

  /// The typed reference for clients.
  func reference(actor: String) -> String {
    let type = "\(kind.referenceType)<\(([actor] + referenceArguments).joined(separator: ", "))>"
    return "\(accessPrefix)static var \(memberName): \(type) { \(type)(\(registeredName)) }"
  }
}

extension PatternBindingSyntax {
  /// The effects of an explicit getter.
  fileprivate var getterEffects: AccessorEffectSpecifiersSyntax? {
    guard case .accessors(let accessors) = accessorBlock?.accessors else { return nil }
    return accessors.first { $0.accessorSpecifier.tokenKind == .keyword(.get) }?.effectSpecifiers
  }

  /// Whether the property computes its value and stores nothing.
  var isComputed: Bool {
    switch accessorBlock?.accessors {
    case nil: return false
    case .getter: return true
    case .accessors(let accessors):
      let observers: [TokenKind] = [.keyword(.willSet), .keyword(.didSet)]
      return !accessors.allSatisfy { observers.contains($0.accessorSpecifier.tokenKind) }
    }
  }
}
