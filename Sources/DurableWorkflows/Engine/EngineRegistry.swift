/// The workflow and activity types that an engine runs.
struct EngineRegistry: Sendable {
  let workflows: [String: WorkflowRegistration]
  let activities: [String: ActivityDefinition]

  var workflowNames: [String] { workflows.keys.sorted() }
  var activityNames: [String] { activities.keys.sorted() }

  /// - Throws: ``WorkflowEngineError`` for duplicate, empty and reserved names.
  init(workflows: [any WorkflowDefinition.Type], activities: [any ActivityContainer], extra: [ActivityDefinition] = [])
    throws
  {
    var workflowsByName: [String: WorkflowRegistration] = [:]
    for type in workflows {
      let registration = EngineRegistry.registration(type)
      try EngineRegistry.check(registration.name, "workflow")
      if let duplicate = registration.duplicates.first {
        throw WorkflowEngineError(
          .invalidConfiguration, "workflow '\(registration.name)' declares \(duplicate) twice; rename one of them")
      }
      if workflowsByName.updateValue(registration, forKey: registration.name) != nil {
        throw WorkflowEngineError(
          .invalidConfiguration, "workflow '\(registration.name)' is registered twice; give one of them another name")
      }
    }
    var activitiesByName: [String: ActivityDefinition] = [:]
    for definition in activities.flatMap(\.activities) + extra {
      try EngineRegistry.check(definition.name, "activity")
      if activitiesByName.updateValue(definition, forKey: definition.name) != nil {
        throw WorkflowEngineError(
          .invalidConfiguration, "activity '\(definition.name)' is registered twice; give one of them another name")
      }
    }
    self.workflows = workflowsByName
    self.activities = activitiesByName
  }

  private static func registration<W: WorkflowDefinition>(_ type: W.Type) -> WorkflowRegistration {
    WorkflowRegistration(type)
  }

  private static func check(_ name: String, _ kind: String) throws {
    if name.isEmpty || name.utf8.count > 1000 {
      throw WorkflowEngineError(
        .invalidConfiguration, "the \(kind) name '\(name)' is empty or longer than 1,000 bytes")
    }
    if name.hasPrefix("__") {
      throw WorkflowEngineError(
        .invalidConfiguration, "the \(kind) name '\(name)' is reserved: names must not begin with two underscores")
    }
  }
}
