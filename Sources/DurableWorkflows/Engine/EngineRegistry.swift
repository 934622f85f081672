/// The workflow and activity types that an engine runs.
struct EngineRegistry: Sendable {
  /// The versions of every workflow type, in order of version.
  private let workflows: [String: [WorkflowRegistration]]
  private let dynamicWorkflow: WorkflowRegistration?
  private let activities: [String: ActivityDefinition]
  private let dynamicActivity: ActivityDefinition?

  /// Whether nothing is registered.
  var isEmpty: Bool { workflows.isEmpty && activities.isEmpty && dynamicWorkflow == nil && dynamicActivity == nil }
  var workflowNames: [String] { workflows.keys.sorted() }
  var activityNames: [String] { activities.keys.sorted() }

  /// - Throws: ``WorkflowEngineError`` for duplicate, empty and reserved names.
  init(workflows: [any WorkflowDefinition.Type], activities: [any ActivityContainer], extra: [ActivityDefinition] = [])
    throws
  {
    var versions: [String: [WorkflowRegistration]] = [:]
    var dynamicWorkflow: WorkflowRegistration?
    for type in workflows {
      let registration = EngineRegistry.registration(type)
      try EngineRegistry.check(registration)
      if registration.isDynamic {
        if dynamicWorkflow != nil { throw EngineRegistry.invalid("two dynamic workflows are registered; keep one") }
        dynamicWorkflow = registration
        continue
      }
      if versions[registration.name, default: []].contains(where: { $0.version == registration.version }) {
        throw EngineRegistry.invalid(
          registration.version == 0
            ? "workflow '\(registration.name)' is registered twice; give one of them another name or version"
            : "version \(registration.version) of workflow '\(registration.name)' is registered twice; "
              + "give one of them another version")
      }
      versions[registration.name, default: []].append(registration)
    }
    var activitiesByName: [String: ActivityDefinition] = [:]
    var dynamicActivity: ActivityDefinition?
    for definition in activities.flatMap(\.activities) + extra {
      if definition.isDynamic {
        if dynamicActivity != nil { throw EngineRegistry.invalid("two dynamic activities are registered; keep one") }
        dynamicActivity = definition
        continue
      }
      try EngineRegistry.check(definition.name, "activity")
      if activitiesByName.updateValue(definition, forKey: definition.name) != nil {
        throw EngineRegistry.invalid(
          "activity '\(definition.name)' is registered twice; give one of them another name")
      }
    }
    self.workflows = versions.mapValues { $0.sorted { $0.version < $1.version } }
    self.dynamicWorkflow = dynamicWorkflow
    self.activities = activitiesByName
    self.dynamicActivity = dynamicActivity
  }

  // MARK: Finding

  /// The version that new runs of a type take; `nil` if the type is not registered.
  func newest(_ type: String) -> WorkflowRegistration? {
    workflows[type]?.last ?? dynamicWorkflow
  }

  /// The code of a run that is pinned to a version.
  /// - Throws: ``WorkflowTaskError`` that names what is registered.
  func registration(of started: WorkflowExecutionStartedAttributes) throws -> WorkflowRegistration {
    guard let versions = workflows[started.workflowType] else {
      if let dynamicWorkflow { return dynamicWorkflow }
      throw WorkflowTaskError(message: unregistered(started.workflowType))
    }
    guard let registration = versions.first(where: { $0.version == started.version }) else {
      let known = versions.map { "\($0.version)" }.joined(separator: ", ")
      throw WorkflowTaskError(
        message: "version \(started.version) of workflow type '\(started.workflowType)' is not registered; "
          + "registered versions: [\(known)]")
    }
    return registration
  }

  func unregistered(_ type: String) -> String {
    "workflow type '\(type)' is not registered; registered: [\(workflowNames.joined(separator: ", "))]"
  }

  func activity(_ type: String) -> ActivityDefinition? {
    activities[type] ?? dynamicActivity
  }

  // MARK: Checks

  private static func registration<W: WorkflowDefinition>(_ type: W.Type) -> WorkflowRegistration {
    WorkflowRegistration(type)
  }

  private static func invalid(_ message: String) -> WorkflowEngineError {
    WorkflowEngineError(.invalidConfiguration, message)
  }

  private static func check(_ registration: WorkflowRegistration) throws {
    try check(registration.name, "workflow")
    if let problem = registration.problems.first { throw invalid("workflow '\(registration.name)' \(problem)") }
    if registration.version < 0 {
      throw invalid("workflow '\(registration.name)' has the version \(registration.version); versions begin with 1")
    }
  }

  private static func check(_ name: String, _ kind: String) throws {
    if name.isEmpty || name.utf8.count > 1000 {
      throw invalid("the \(kind) name '\(name)' is empty or longer than 1,000 bytes")
    }
    if name.hasPrefix("__") {
      throw invalid("the \(kind) name '\(name)' is reserved: names must not begin with two underscores")
    }
  }
}
