internal import SwiftSyntax

/// A method marked `@Activity`.
struct ActivityMethod {
  /// The registered name; `nil` for the activity of every name that no other activity has.
  let registeredName: ExprSyntax?
  /// The signature.
  let method: Method
  /// The method's access modifier in the proxy; a private method is callable from workflows in the same file.
  let accessPrefix: String
  /// The documentation comment and attributes that the proxy's method repeats, each line ended.
  let proxyPreamble: String
  /// The default options as an expression; `nil` if none are given.
  let defaults: String?
  /// Whether a call from outside any actor has to await even if the method is synchronous.
  let hops: Bool

  /// Reads a member of the type `container`. `containerHops` tells whether the type's synchronous methods have to be
  /// awaited from outside.
  ///
  /// - Throws: a ``MacroProblem`` that says why the member cannot be an activity.
  init(_ member: some DeclSyntaxProtocol, marker: AttributeSyntax, container: String, containerHops: Bool) throws {
    guard let function = member.as(FunctionDeclSyntax.self) else {
      throw MacroProblem(.notAMethod, "@Activity belongs on a method").error(at: marker)
    }
    method = try Method(function, role: "an activity", typeName: container)
    if function.modifiers.has(.mutating) {
      throw MacroProblem(
        .mutatingMethod,
        "an activity cannot be mutating, because its attempts share one instance; make '\(container)' an actor"
      ).error(at: function.name)
    }
    let isDynamic = try marker.flag("dynamic")
    try method.checkArguments(
      areRaw: isDynamic,
      of: "activity",
      marker: marker,
      at: function.signature.parameterClause
    )
    registeredName = isDynamic ? nil : try marker.registeredName(or: method.plainName)
    accessPrefix = function.modifiers.accessPrefix.replacingPrivate
    proxyPreamble = function.documentationLines + (function.isResultDiscardable ? "@discardableResult\n" : "")
    hops =
      function.attributes.containsGlobalActor || containerHops && !function.modifiers.isNonisolated

    let options = try ActivityMethod.optionFields.compactMap { label, field in
      guard let value = marker.argument(label) else { return String?.none }
      if isDynamic {
        throw MacroProblem(
          .dynamicOptions,
          "a dynamic activity is scheduled by name, with the caller's options alone; remove '\(label):'"
        ).error(at: value)
      }
      return "\(field): \(value.replacingSelf(with: container).trimmedDescription)"
    }
    defaults = options.isEmpty ? nil : "DurableWorkflows.ActivityOptions(\(options.joined(separator: ", ")))"
  }

  /// The macro's arguments and the fields of `ActivityOptions` that they set, in the order of its initializer.
  private static let optionFields = [
    ("startToClose", "startToCloseTimeout"), ("scheduleToClose", "scheduleToCloseTimeout"),
    ("scheduleToStart", "scheduleToStartTimeout"), ("heartbeat", "heartbeatTimeout"), ("retryPolicy", "retryPolicy"),
    ("cancellationType", "cancellationType"), ("isIdempotent", "isIdempotent"),
  ]

  /// Whether the activity has no name of its own.
  var isDynamic: Bool { registeredName == nil }

  /// The entry in the container's list of activities.
  var definition: String {
    guard let registeredName else { return dynamicDefinition }
    let options = defaults.map { ", defaults: \($0)" } ?? ""
    let call = method.call(on: "self", hops: hops)
    let body = method.output == nil ? "\(call)\nreturn DurableWorkflows.Empty()" : call
    return """
      DurableWorkflows.ActivityDefinition(\(registeredName)\(options)) { [self] \(method.argumentsName) in
        \(body.indented(1))
      }
      """
  }

  private var dynamicDefinition: String {
    let call = method.rawCall(on: "self", hops: hops)
    let body = method.output == nil ? "\(call)\nreturn DurableWorkflows.Empty()" : "return \(call)"
    return """
      DurableWorkflows.ActivityDefinition(dynamic: { [self] arguments in
        let name = DurableWorkflows.ActivityExecutionContext.current?.info.activityType ?? ""
        \(body.indented(1))
      })
      """
  }

  /// The method of the proxy; `nil` for an activity without a name of its own.
  var proxyMethod: String? {
    guard let registeredName else { return nil }
    let parameters = method.parameters.map(\.declaration).joined(separator: ", ")
    let result = method.output.map { " -> \($0)" } ?? ""
    var values = ["\(registeredName)"]
    if let defaults { values.append("defaults: \(defaults)") }
    values += method.parameters.map(\.reference)
    let execution = "try await self.invoker.execute(\(values.joined(separator: ", ")))"
    let body = method.output == nil ? "let _: DurableWorkflows.Empty = \(execution)" : execution
    return """
      \(proxyPreamble)\(accessPrefix)nonisolated(nonsending) func \(method.name)(\(parameters)) async throws\(result) {
        \(body)
      }
      """
  }
}

extension String {
  /// `private` members of a nested type are out of reach for everyone else, so a private activity is file-private
  /// there.
  fileprivate var replacingPrivate: String { self == "private " ? "fileprivate " : self }
}

extension FunctionDeclSyntax {
  /// The documentation comment, each line ended; empty if there is none.
  fileprivate var documentationLines: String {
    leadingTrivia.reduce(into: "") { lines, piece in
      if case .docLineComment(let text) = piece { lines += "\(text)\n" }
    }
  }

  /// Whether callers may ignore the result.
  fileprivate var isResultDiscardable: Bool {
    attributes.attribute(named: "discardableResult") != nil
  }
}
