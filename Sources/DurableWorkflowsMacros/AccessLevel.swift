internal import SwiftSyntax
internal import SwiftSyntaxMacros

extension DeclModifierListSyntax {
  /// Whether a modifier with this keyword is present.
  func has(_ keyword: Keyword) -> Bool {
    contains { $0.name.tokenKind == .keyword(keyword) }
  }

  /// Whether the declaration is `nonisolated`, with or without an argument.
  var isNonisolated: Bool { has(.nonisolated) }

  /// Whether the declaration belongs to the type and not to its instances.
  var isStatic: Bool { has(.static) || has(.class) }

  /// The access modifier as it is written, with a space behind it; empty if there is none.
  var accessPrefix: String {
    let keywords: [Keyword] = [.open, .public, .package, .internal, .fileprivate, .private]
    for modifier in self where modifier.detail == nil {
      for keyword in keywords where modifier.name.tokenKind == .keyword(keyword) {
        return "\(modifier.name.text) "
      }
    }
    return ""
  }
}

extension DeclGroupSyntax {
  /// The access modifier that members need to witness requirements of a public protocol: `public `, `package ` or none.
  ///
  /// A type without a modifier takes the one of the extension around it.
  func witnessPrefix(in context: some MacroExpansionContext) -> String {
    var prefix = modifiers.accessPrefix
    if prefix.isEmpty, let enclosing = context.lexicalContext.first?.as(ExtensionDeclSyntax.self) {
      prefix = enclosing.modifiers.accessPrefix
    }
    switch prefix {
    case "public ", "open ": return "public "
    case "package ": return "package "
    default: return ""
    }
  }
}
