internal import SwiftSyntax

/// A method marked `@WorkflowUpdateValidator`: accepts an update by returning, or rejects it by throwing.
struct WorkflowUpdateValidator {
  /// The marker that registers a validator.
  static let marker = "WorkflowUpdateValidator"

  /// The update's method by its base name.
  let update: String
  /// The signature.
  let method: Method
  private let parameterClause: FunctionParameterClauseSyntax

  /// Reads a member of the actor `actor` that carries the marker.
  ///
  /// - Throws: a ``MacroProblem`` that says why the member cannot be a validator.
  init(_ member: some DeclSyntaxProtocol, marker: AttributeSyntax, actor: String) throws {
    guard let function = member.as(FunctionDeclSyntax.self) else {
      throw MacroProblem(.notAMethod, "@\(Self.marker) belongs on a method").error(at: marker)
    }
    method = try Method(function, role: "a validator", typeName: actor)
    parameterClause = function.signature.parameterClause
    guard let name = marker.argument("for")?.literalText else {
      throw MacroProblem(
        .notALiteral,
        "@\(Self.marker)(for:) takes the name of the update's method as a string literal"
      ).error(at: marker)
    }
    update = name
    if method.isAsync {
      throw MacroProblem(
        .validatorIsAsync,
        "a validator decides at once, before the update is recorded; remove 'async' from '\(method.plainName)', "
          + "or wait in '\(update)'"
      ).error(at: function.name)
    }
    if let output = method.output {
      throw MacroProblem(
        .validatorReturnsValue,
        "a validator accepts by returning and rejects by throwing, but '\(method.plainName)' returns \(output); "
          + "remove the result and throw an error instead"
      ).error(at: function.name)
    }
  }

  /// Checks that the parameters have the types of the update's.
  ///
  /// - Throws: a ``MacroProblem`` at the parameters.
  func check(against update: Method) throws {
    let types = (method.parameters.map(\.spelling), update.parameters.map(\.spelling))
    if types.0 == types.1 { return }
    let expected = "(\(update.parameters.map(\.type).joined(separator: ", ")))"
    let given = "(\(method.parameters.map(\.type).joined(separator: ", ")))"
    throw MacroProblem(
      .validatorParameters,
      "a validator sees what its update sees: '\(update.plainName)' takes \(expected), "
        + "but '\(method.plainName)' takes \(given); write the same types in the same order"
    ).error(at: parameterClause)
  }

  /// The closure in the handler table; `dynamic` if the update has no name of its own.
  func closure(dynamic: Bool) -> String {
    method.closure(dynamic: dynamic)
  }
}

extension MethodParameter {
  /// The type without spaces, to compare it with another's.
  fileprivate var spelling: String { type.filter { !$0.isWhitespace } }
}
