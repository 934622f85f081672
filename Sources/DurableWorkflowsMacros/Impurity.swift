internal import SwiftSyntax

/// Something that a query or a validator must not do, and where it does it.
struct Impurity {
  /// What the body does, as a verb with its object: `changes 'count'`.
  let deed: String
  /// The place.
  let node: Syntax
  /// Whether a local copy of a property would do.
  var copyHelps = false

  /// What a body does that calls the method `name` with this impurity.
  func called(_ name: String, at node: Syntax) -> Impurity {
    Impurity(deed: "calls '\(name)', which \(deed)", node: node)
  }

  /// The change of a property.
  static func change(of property: String, at node: some SyntaxProtocol) -> Impurity {
    Impurity(deed: "changes '\(property)'", node: Syntax(node), copyHelps: true)
  }

  /// The use of `context`'s operation `name`; `nil` if it only tells something.
  static func operation(_ name: String, at node: some SyntaxProtocol) -> Impurity? {
    operations[name].map { Impurity(deed: "calls context.\(name), which \($0)", node: Syntax(node)) }
  }

  /// The creation of an unstructured task.
  static func task(at node: some SyntaxProtocol) -> Impurity {
    Impurity(deed: "starts a task, which outlives the answer", node: Syntax(node))
  }

  private static let operations: [String: String] = {
    let groups = [
      ("waits", ["sleep", "condition", "withTimeout", "withSaga", "withCancellationShield"]),
      (
        "starts work",
        [
          "activities", "localActivities", "executeActivity", "executeLocalActivity", "startActivity",
          "startChildWorkflow", "executeChildWorkflow",
        ]
      ),
      ("reaches other workflows", ["externalWorkflow", "signalExternalWorkflow", "cancelExternalWorkflow"]),
      ("replaces a handler", ["setSignalHandler", "setQueryHandler", "setUpdateHandler"]),
      ("ends the run", ["continueAsNew"]),
      ("writes to the history", ["sideEffect", "upsertSearchAttributes", "upsertMemo", "patch", "deprecatePatch"]),
      ("draws from the run's random numbers", ["random", "randomNumberGenerator", "uuid"]),
    ]
    return groups.reduce(into: [:]) { effects, group in
      for name in group.1 { effects[name] = group.0 }
    }
  }()
}

/// Whether a method of this name changes the value that it is called on, as far as the standard library and its
/// collections go.
func isMutatingMethod(_ name: String) -> Bool {
  let names: Set = [
    "append", "insert", "update", "updateValue", "sort", "shuffle", "reverse", "swapAt", "merge", "subtract",
    "replaceSubrange", "reserveCapacity", "toggle", "negate", "partition", "next",
  ]
  if names.contains(name) { return true }
  return ["remove", "pop", "form"].contains { prefix in
    guard name.hasPrefix(prefix) else { return false }
    return name.dropFirst(prefix.count).first?.isUppercase ?? (prefix != "form")
  }
}
