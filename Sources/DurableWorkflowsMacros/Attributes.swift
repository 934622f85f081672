internal import SwiftParser
internal import SwiftSyntax
internal import SwiftSyntaxBuilder

extension AttributeListSyntax {
  /// The attribute with this name, written plainly or qualified by its module.
  func attribute(named name: String) -> AttributeSyntax? {
    attributes.first { $0.name == name }
  }

  /// Whether one of the attributes is, by its name, a global actor.
  var containsGlobalActor: Bool {
    attributes.contains { $0.name.hasSuffix("Actor") }
  }

  private var attributes: [AttributeSyntax] {
    compactMap { $0.as(AttributeSyntax.self) }
  }
}

extension AttributeSyntax {
  /// The name without its module.
  var name: String {
    if let member = attributeName.as(MemberTypeSyntax.self) { return member.name.text }
    return attributeName.as(IdentifierTypeSyntax.self)?.name.text ?? attributeName.trimmedDescription
  }

  /// The expression given for `label`; `nil` if it is absent or the literal `nil`.
  func argument(_ label: String) -> ExprSyntax? {
    let list = arguments?.as(LabeledExprListSyntax.self)
    guard let value = list?.first(where: { $0.label?.text == label })?.expression, !value.is(NilLiteralExprSyntax.self)
    else { return nil }
    return value
  }

  /// The registered name: the `name:` argument, or `fallback` as a literal.
  ///
  /// - Throws: a ``MacroProblem`` for an empty or reserved name.
  func registeredName(or fallback: String) throws -> ExprSyntax {
    let given = argument("name")
    let text = given.map(\.literalText) ?? fallback
    if text?.hasPrefix("__") == true {
      throw MacroProblem(
        .reservedName,
        "names that begin with two underscores are reserved; give another with @\(name)(name:)"
      ).error(at: given.map(Syntax.init) ?? Syntax(self))
    }
    guard let given else { return ExprSyntax(StringLiteralExprSyntax(content: fallback)) }
    if given.literalText?.isEmpty == true {
      throw MacroProblem(.emptyName, "the name must not be empty; leave 'name:' out to use '\(fallback)'").error(
        at: given
      )
    }
    return given.trimmed
  }
}

extension ExprSyntax {
  /// The text of a string literal without interpolations.
  var literalText: String? {
    self.as(StringLiteralExprSyntax.self)?.representedLiteralValue
  }
}

extension TokenSyntax {
  /// An identifier's text without backticks.
  var plainText: String {
    identifier?.name ?? text
  }
}
