internal import SwiftSyntax

/// A signal, query or update handler: a method or property with its marker.
struct WorkflowHandler {
  let kind: Kind
  /// The registered name; `nil` for the handler of every name that no other handler has.
  let registeredName: ExprSyntax?
  /// What becomes of the handler when `run` returns, as an expression; `nil` if it is not given.
  let unfinishedPolicy: String?
  /// The method; `nil` for a property.
  let method: Method?
  /// The member's name as it is written.
  let memberName: String
  /// The member's access modifier.
  let accessPrefix: String
  /// The types after the workflow in the typed reference: output, then arguments.
  let referenceArguments: [String]
  /// The closure in the handler table that runs the handler on `workflow`.
  let closure: String

  /// Whether the handler has no name of its own.
  var isDynamic: Bool { registeredName == nil }

  /// Reads a member of the actor `actor` that carries the marker of `kind`.
  ///
  /// - Throws: a ``MacroProblem`` that says why the member cannot be such a handler.
  init(_ member: some DeclSyntaxProtocol, kind: Kind, marker: AttributeSyntax, actor: String) throws {
    if let function = member.as(FunctionDeclSyntax.self) {
      try self.init(method: function, kind: kind, marker: marker, actor: actor)
    } else if kind == .query, let property = member.as(VariableDeclSyntax.self) {
      try self.init(property: property, marker: marker, actor: actor)
    } else {
      let place = kind == .query ? "a method or a property" : "a method"
      throw MacroProblem(.notAMethod, "@\(kind.marker) belongs on \(place)").error(at: marker)
    }
  }

  private init(method function: FunctionDeclSyntax, kind: Kind, marker: AttributeSyntax, actor: String) throws {
    let method = try Method(function, role: kind.withArticle, typeName: actor)
    try kind.check(method, at: function.name)
    let isDynamic = try marker.flag("dynamic")
    try method.checkArguments(
      areRaw: isDynamic,
      of: kind.rawValue,
      marker: marker,
      at: function.signature.parameterClause
    )

    self.kind = kind
    self.method = method
    registeredName = isDynamic ? nil : try marker.registeredName(or: method.plainName)
    unfinishedPolicy = marker.argument("unfinishedPolicy")?.trimmedDescription
    memberName = method.name
    accessPrefix = function.modifiers.accessPrefix
    let output = method.output ?? (kind == .update ? "DurableWorkflows.Empty" : nil)
    referenceArguments = (output.map { [$0] } ?? []) + method.parameters.map(\.type)
    closure = method.closure(
      dynamic: isDynamic,
      returning: kind == .update && method.output == nil ? "DurableWorkflows.Empty()" : nil
    )
  }

  private init(property: VariableDeclSyntax, marker: AttributeSyntax, actor: String) throws {
    guard let binding = property.bindings.first, property.bindings.count == 1,
      let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier
    else {
      throw MacroProblem(.notAMethod, "@WorkflowQuery belongs on a single property").error(at: marker)
    }
    if try marker.flag("dynamic") {
      throw MacroProblem(
        .dynamicParameters,
        "a dynamic query needs the name and the arguments that it is asked with, so it belongs on a method"
      ).error(at: marker)
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
    if effects?.asyncSpecifier != nil { throw Kind.asyncQuery(name.plainText).error(at: name) }
    kind = .query
    method = nil
    registeredName = try marker.registeredName(or: name.plainText)
    unfinishedPolicy = nil
    memberName = name.text
    accessPrefix = property.modifiers.accessPrefix
    referenceArguments = [type]
    closure = """
      { workflow, _ in
        \(effects?.throwsClause?.canThrow == true ? "try " : "")workflow.\(name.text)
      }
      """
  }

  /// The entry in the handler table.
  func tableEntry(validator: WorkflowUpdateValidator? = nil) -> String {
    var arguments: [String] = []
    if let registeredName { arguments.append("\(registeredName)") }
    if let unfinishedPolicy { arguments.append("unfinishedPolicy: \(unfinishedPolicy)") }
    if let validator { arguments.append("validator: \(validator.closure(dynamic: isDynamic))") }
    let list = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
    return ".\(isDynamic ? kind.dynamicName : kind.rawValue)\(list) \(closure)"
  }

  /// The typed reference for clients; `nil` for a handler without a name of its own.
  func reference(actor: String) -> String? {
    guard let registeredName else { return nil }
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
