internal import SwiftSyntax

extension MemberBlockItemListSyntax {
  /// The members that carry the marker, in the order of declaration; those inside `#if` excepted.
  func members(markedBy marker: String) -> [(member: DeclSyntax, marker: AttributeSyntax)] {
    compactMap { item in
      item.decl.attributes?.attribute(named: marker).map { (item.decl, $0) }
    }
  }

  /// The marked members inside `#if`.
  func conditionalMembers(markedBy markers: [String]) -> [(member: DeclSyntax, marker: AttributeSyntax)] {
    conditionalMembers.flatMap { member in
      markers.compactMap { marker in member.attributes?.attribute(named: marker).map { (member, $0) } }
    }
  }

  /// The members inside `#if`, in all its clauses and at any depth.
  var conditionalMembers: [DeclSyntax] {
    flatMap { item -> [DeclSyntax] in
      guard let condition = item.decl.as(IfConfigDeclSyntax.self) else { return [] }
      return condition.clauses.flatMap { clause -> [DeclSyntax] in
        guard case .decls(let members) = clause.elements else { return [] }
        return members.map(\.decl) + members.conditionalMembers
      }
    }
  }

  /// The members of one syntactic kind; those inside `#if` excepted.
  func members<Kind: DeclSyntaxProtocol>(_ kind: Kind.Type) -> [Kind] {
    compactMap { $0.decl.as(kind) }
  }

  /// The type declared with this name, other than a type alias.
  func nestedType(named name: String) -> TokenSyntax? {
    lazy.compactMap { item -> TokenSyntax? in
      guard item.decl.isProtocol((any DeclGroupSyntax).self) else { return nil }
      return item.decl.asProtocol((any NamedDeclSyntax).self)?.name
    }.first { $0.text == name }
  }

  /// Whether a type or type alias with this name is declared.
  func declaresType(named name: String) -> Bool {
    nestedType(named: name) != nil || members(TypeAliasDeclSyntax.self).contains { $0.name.text == name }
  }

  /// Whether an instance property with this name is declared.
  func declaresProperty(named name: String) -> Bool {
    members(VariableDeclSyntax.self).contains { variable in
      !variable.modifiers.isStatic
        && variable.bindings.contains { $0.pattern.as(IdentifierPatternSyntax.self)?.identifier.text == name }
    }
  }
}

extension DeclSyntax {
  fileprivate var attributes: AttributeListSyntax? {
    asProtocol((any WithAttributesSyntax).self)?.attributes
  }

  /// Why a marked member must not stand inside `#if`.
  func conditionalProblem(marker: AttributeSyntax) -> MacroProblem {
    MacroProblem(
      .conditionalMember,
      "@\(marker.name) inside '#if' would not be registered, because macros do not see which branch is compiled; "
        + "put the condition inside the body"
    )
  }
}

extension DeclGroupSyntax {
  /// The kind of type with its article, for messages.
  var kindOfType: String {
    switch introducer.tokenKind {
    case .keyword(.enum), .keyword(.extension): return "an \(introducer.text)"
    default: return "a \(introducer.text)"
    }
  }
}
