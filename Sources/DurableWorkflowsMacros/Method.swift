internal import SwiftSyntax

/// The signature of a handler or an activity, in the terms in which it is called and repeated.
struct Method {
  /// The base name as it is written, with backticks where it has them.
  let name: String
  /// The base name without backticks: the registered name by default.
  let plainName: String
  /// The parameters in order.
  let parameters: [MethodParameter]
  /// The result's type; `nil` for `Void`.
  let output: String?
  /// Whether the method is `async`.
  let isAsync: Bool
  /// Whether the method throws.
  let isThrowing: Bool

  /// Reads a method of the type `typeName`. `role` is what the method is, for messages: `a signal`, `an activity`.
  ///
  /// - Throws: a ``MacroProblem`` for methods that cannot be called with recorded values.
  init(_ function: FunctionDeclSyntax, role: String, typeName: String) throws {
    name = function.name.text
    plainName = function.name.plainText
    let signature = function.signature

    if function.modifiers.isStatic {
      throw MacroProblem(
        .staticMember,
        "\(role) is an instance method; remove 'static' from '\(function.name.plainText)'"
      ).error(at: function.name)
    }
    let opaque = signature.returnClause?.type.containsOpaqueType ?? false
    let parametersAreOpaque = signature.parameterClause.parameters.contains { $0.type.containsOpaqueType }
    if function.genericParameterClause != nil || opaque || parametersAreOpaque {
      throw MacroProblem(
        .genericMethod,
        "\(role) cannot be generic, because its values are decoded by their types; "
          + "give '\(function.name.plainText)' concrete types"
      ).error(at: function.name)
    }

    parameters = try signature.parameterClause.parameters.enumerated().map { index, parameter in
      try MethodParameter(parameter, index: index, typeName: typeName)
    }
    output = signature.returnClause?.type.replacingSelf(with: typeName).nonVoid
    isAsync = signature.effectSpecifiers?.asyncSpecifier != nil
    isThrowing = signature.effectSpecifiers?.throwsClause?.canThrow ?? false
  }

  /// A call on `target` with arguments decoded from `arguments`, marked with exactly the effects that it has.
  func call(on target: String, hops: Bool = false) -> String {
    let values = parameters.enumerated().map { index, parameter in parameter.decodedArgument(index) }
    let tries = isThrowing || !parameters.isEmpty ? "try " : ""
    let awaits = isAsync || hops ? "await " : ""
    return "\(tries)\(awaits)\(target).\(name)(\(values.joined(separator: ", ")))"
  }

  /// The name of a closure's parameter for the arguments.
  var argumentsName: String { parameters.isEmpty ? "_" : "arguments" }
}

extension TypeSyntax {
  /// The type's text, or `nil` if it is one of the spellings of `Void`.
  var nonVoid: String? {
    let text = trimmedDescription
    return ["Void", "()", "Swift.Void"].contains(text) ? nil : text
  }
}

extension ThrowsClauseSyntax {
  /// Whether the clause is anything but `throws(Never)`.
  var canThrow: Bool {
    type.map { !["Never", "Swift.Never"].contains($0.trimmedDescription) } ?? true
  }
}
