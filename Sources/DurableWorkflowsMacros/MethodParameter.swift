internal import SwiftParser
internal import SwiftSyntax

/// A parameter of a handler or an activity: one payload.
struct MethodParameter {
  /// The label at the call; `nil` for `_`.
  let label: String?
  /// The parameter's name as an expression in the body of a method that repeats the declaration.
  let reference: String
  /// The parameter as it is repeated in the typed proxy.
  let declaration: String
  /// The type without ownership specifiers, as a generic argument.
  let type: String

  /// Reads parameter number `index` (from 0) of a method of `typeName`.
  ///
  /// - Throws: a ``MacroProblem`` for parameters that cannot travel as a payload.
  init(_ parameter: FunctionParameterSyntax, index: Int, typeName: String) throws {
    let written = parameter.type.replacingSelf(with: typeName)
    let valueType = try MethodParameter.valueType(of: written, parameter: parameter)
    let name = (parameter.secondName ?? parameter.firstName).text

    label = parameter.firstName.tokenKind == .wildcard ? nil : parameter.firstName.labelText
    type = valueType
    var names = parameter.firstName.text
    if name == "_" {
      reference = "argument\(index)"
      names += " \(reference)"
    } else {
      reference = name.isValidSwiftIdentifier(for: .variableName) ? name : "`\(name)`"
      if let second = parameter.secondName { names += " \(second.text)" }
    }
    let defaultValue = parameter.defaultValue.map { " = \($0.value.replacingSelf(with: typeName).trimmedDescription)" }
    declaration = "\(names): \(valueType)\(defaultValue ?? "")"
  }

  /// The argument at a call that decodes it from `arguments`.
  func decodedArgument(_ index: Int) -> String {
    let metatype = type.contains(where: { " &".contains($0) }) ? "(\(type)).self" : "\(type).self"
    return argument("arguments.decode(\(index), as: \(metatype))")
  }

  /// The argument `value` at a call, with its label.
  func argument(_ value: String) -> String {
    (label.map { "\($0): " } ?? "") + value
  }

  private static func valueType(of type: TypeSyntax, parameter: FunctionParameterSyntax) throws -> String {
    if parameter.ellipsis != nil {
      throw MacroProblem(.unsupportedParameter, "a variadic parameter cannot be recorded; take an array instead")
        .error(at: parameter)
    }
    guard let attributed = type.as(AttributedTypeSyntax.self) else { return type.payloadType }
    for case .simpleTypeSpecifier(let specifier) in attributed.specifiers {
      switch specifier.specifier.tokenKind {
      case .keyword(.inout):
        throw MacroProblem(
          .unsupportedParameter,
          "an inout parameter cannot be recorded; take a value and return the new one"
        ).error(at: parameter)
      case .keyword(.isolated):
        throw MacroProblem(.unsupportedParameter, "an isolated parameter cannot be recorded; remove it")
          .error(at: parameter)
      default:
        continue
      }
    }
    return attributed.baseType.payloadType
  }
}

extension TokenSyntax {
  /// The label at a call: no keyword but `inout` needs backticks there, and the
  /// compiler warns of needless ones.
  fileprivate var labelText: String {
    let plain = plainText
    let isWord = plain.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return isWord && plain != "inout" ? plain : text
  }
}

extension TypeSyntax {
  /// The type's text, with `T!` as `T?`: the former is no type of its own.
  fileprivate var payloadType: String {
    guard let unwrapped = self.as(ImplicitlyUnwrappedOptionalTypeSyntax.self) else { return trimmedDescription }
    return "\(unwrapped.wrappedType.trimmedDescription)?"
  }

  /// Whether the type is opaque or contains an opaque type.
  var containsOpaqueType: Bool {
    tokens(viewMode: .sourceAccurate).contains { $0.tokenKind == .keyword(.some) }
  }
}
