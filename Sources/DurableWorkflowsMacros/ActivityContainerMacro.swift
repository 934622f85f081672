internal import SwiftDiagnostics
internal import SwiftSyntax
internal import SwiftSyntaxBuilder
internal import SwiftSyntaxMacros

/// `@ActivityContainer`: the activity definitions, the typed proxy, and the conformance.
enum ActivityContainerMacro {
  /// The templates are written as they are meant to be read.
  static var formatMode: FormatMode { .disabled }
}

extension ActivityContainerMacro: MemberMacro {
  static func expansion(
    of node: AttributeSyntax,
    providingMembersOf declaration: some DeclGroupSyntax,
    conformingTo protocols: [TypeSyntax],
    in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    guard let name = containerName(declaration) else {
      throw MacroProblem(
        .wrongKindOfType,
        "@ActivityContainer belongs on an actor or a struct, not on \(declaration.kindOfType)"
      ).error(at: declaration.introducer)
    }
    let members = declaration.memberBlock.members
    for (member, marker) in members.conditionalMembers(markedBy: ["Activity"]) {
      context.diagnose(member.conditionalProblem(marker: marker).diagnostic(at: marker))
    }

    let hops = declaration.is(ActorDeclSyntax.self) || declaration.attributes.containsGlobalActor
    var registeredNames = Set<String>()
    var activities: [ActivityMethod] = []
    for (member, marker) in members.members(markedBy: "Activity") {
      // A member that cannot be an activity is reported by the expansion of its own marker.
      guard
        let activity = try? ActivityMethod(member, marker: marker, container: name, containerHops: hops)
      else { continue }
      if activity.isDynamic, activities.contains(where: \.isDynamic) {
        context.diagnose(
          MacroProblem(
            .duplicateName,
            "a container has one dynamic activity; tell the names apart inside it"
          ).diagnostic(at: marker)
        )
        continue
      }
      if let text = activity.registeredName?.literalText, !registeredNames.insert(text).inserted {
        context.diagnose(
          MacroProblem(
            .duplicateName,
            "two activities are called '\(text)'; give one another name with @Activity(name:)"
          ).diagnostic(at: marker)
        )
      }
      activities.append(activity)
    }

    let prefix = declaration.witnessPrefix(in: context)
    return [
      definitions(activities, prefix: prefix),
      proxy(activities, prefix: prefix, container: name),
    ]
  }

  private static func containerName(_ declaration: some DeclGroupSyntax) -> String? {
    declaration.as(ActorDeclSyntax.self)?.name.text ?? declaration.as(StructDeclSyntax.self)?.name.text
  }

  private static func definitions(_ activities: [ActivityMethod], prefix: String) -> DeclSyntax {
    if activities.isEmpty {
      return "\(raw: prefix)nonisolated var activities: [DurableWorkflows.ActivityDefinition] { [] }"
    }
    let list = activities.map { "\($0.definition)," }.joined(separator: "\n").indented(2)
    return """
      \(raw: prefix)nonisolated var activities: [DurableWorkflows.ActivityDefinition] {
        [
          \(raw: list)
        ]
      }
      """
  }

  private static func proxy(_ activities: [ActivityMethod], prefix: String, container: String) -> DeclSyntax {
    let methods = activities.compactMap(\.proxyMethod).map { "\n\n\($0)" }.joined().indented(1)
    return """
      /// The activities of `\(raw: container)` as workflows call them.
      \(raw: prefix)nonisolated struct Proxy: DurableWorkflows.ActivityProxy {
        private let invoker: DurableWorkflows.ActivityInvoker

        \(raw: prefix)init(_ invoker: DurableWorkflows.ActivityInvoker) {
          self.invoker = invoker
        }\(raw: methods)
      }
      """
  }
}

extension ActivityContainerMacro: ExtensionMacro {
  static func expansion(
    of node: AttributeSyntax,
    attachedTo declaration: some DeclGroupSyntax,
    providingExtensionsOf type: some TypeSyntaxProtocol,
    conformingTo protocols: [TypeSyntax],
    in context: some MacroExpansionContext
  ) throws -> [ExtensionDeclSyntax] {
    guard !protocols.isEmpty, containerName(declaration) != nil else { return [] }
    return [try ExtensionDeclSyntax("extension \(type.trimmed): DurableWorkflows.ActivityContainer {}")]
  }
}
