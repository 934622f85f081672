internal import SwiftSyntax

extension Method {
  /// Whether the method takes a name and the arguments as they arrived.
  var takesRawArguments: Bool {
    parameters.count == 2 && parameters[0].isString && parameters[1].isArguments
  }

  /// Checks that the parameters are a name and raw arguments exactly where `dynamic: true` says so.
  ///
  /// - Parameters:
  ///   - areRaw: whether the marker says `dynamic: true`.
  ///   - kind: what is handled, as a noun: `signal`.
  /// - Throws: a ``MacroProblem`` at `clause`, or at the marker's `name:`.
  func checkArguments(
    areRaw: Bool,
    of kind: String,
    marker: AttributeSyntax,
    at clause: FunctionParameterClauseSyntax
  ) throws {
    let form = "(\(kind) name: String, arguments: Arguments)"
    if !areRaw {
      // A type of the author's own may be called Arguments; the two together are no coincidence.
      guard takesRawArguments else { return }
      throw MacroProblem(
        .dynamicParameters,
        "'\(plainName)' takes what a handler of every \(kind) takes; mark it @\(marker.name)(dynamic: true), "
          + "or take Codable values"
      ).error(at: clause)
    }
    if let name = marker.argument("name") {
      throw MacroProblem(
        .dynamicName,
        "a dynamic \(kind) answers to every name that no other \(kind) has; remove 'name:' or 'dynamic:'"
      ).error(at: name)
    }
    if !takesRawArguments {
      throw MacroProblem(
        .dynamicParameters,
        "a dynamic \(kind) takes the name and the arguments as they arrived; "
          + "give '\(plainName)' the parameters \(form)"
      ).error(at: clause)
    }
  }

  /// A call on `target` that passes `name` and `arguments` on as they are.
  func rawCall(on target: String, hops: Bool = false) -> String {
    let values = zip(parameters, ["name", "arguments"]).map { $0.argument($1) }
    let effects = (isThrowing ? "try " : "") + (isAsync || hops ? "await " : "")
    return "\(effects)\(target).\(name)(\(values.joined(separator: ", ")))"
  }

  /// A closure for the handler table; `returning` is what it returns in place of the method's result.
  func closure(dynamic: Bool, returning result: String? = nil) -> String {
    let parameters = dynamic ? "name, arguments" : argumentsName
    let call = dynamic ? rawCall(on: "workflow") : call(on: "workflow")
    let body = result.map { "\(call)\nreturn \($0)" } ?? call
    return """
      { workflow, \(parameters) in
        \(body.indented(1))
      }
      """
  }
}

extension MethodParameter {
  fileprivate var isString: Bool { ["String", "Swift.String"].contains(type) }
  fileprivate var isArguments: Bool { ["Arguments", "DurableWorkflows.Arguments"].contains(type) }
}

extension AttributeSyntax {
  /// The value of a Boolean argument; false if it is absent.
  ///
  /// - Throws: a ``MacroProblem`` for anything but a literal, because macros cannot compute.
  func flag(_ label: String) throws -> Bool {
    guard let value = argument(label) else { return false }
    if let literal = value.as(BooleanLiteralExprSyntax.self) { return literal.literal.tokenKind == .keyword(.true) }
    throw MacroProblem(.notALiteral, "macros read '\(label):' as it is written; write true or false").error(at: value)
  }
}
