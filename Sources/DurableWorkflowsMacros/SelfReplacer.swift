internal import SwiftSyntax

/// Writes `Self` as the name of the type, so that code keeps its meaning inside a nested type.
private final class SelfReplacer: SyntaxRewriter {
  private let typeName: String

  init(typeName: String) {
    self.typeName = typeName
    super.init(viewMode: .sourceAccurate)
  }

  override func visit(_ token: TokenSyntax) -> TokenSyntax {
    guard token.tokenKind == .keyword(.Self) else { return token }
    return token.with(\.tokenKind, .identifier(typeName))
  }
}

extension TypeSyntax {
  /// The type with `Self` replaced by `typeName`.
  func replacingSelf(with typeName: String) -> TypeSyntax {
    SelfReplacer(typeName: typeName).rewrite(self).as(TypeSyntax.self) ?? self
  }
}

extension ExprSyntax {
  /// The expression with `Self` replaced by `typeName`.
  func replacingSelf(with typeName: String) -> ExprSyntax {
    SelfReplacer(typeName: typeName).rewrite(self).as(ExprSyntax.self) ?? self
  }
}
