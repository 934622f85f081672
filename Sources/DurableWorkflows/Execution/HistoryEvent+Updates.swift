/// An update as its sender asked for it.
public struct UpdateRequest: Hashable, Sendable {
  /// The id that dedupes it within the run.
  public var updateID: String
  /// The update's name.
  public var name: String
  /// The arguments.
  public var input: [Payload]
  /// Context handed through by interceptors.
  public var header: [String: Payload]
  /// Who asks.
  public var identity: String

  /// Creates a request.
  public init(
    updateID: String, name: String, input: [Payload] = [], header: [String: Payload] = [:], identity: String = ""
  ) {
    self.updateID = updateID
    self.name = name
    self.input = input
    self.header = header
    self.identity = identity
  }
}

/// The attributes of an update that passed its validator.
public struct UpdateAcceptedAttributes: Hashable, Sendable {
  /// The update.
  public var request: UpdateRequest
  /// The last event that the workflow had seen when the update reached it.
  public var sequencingEventID: Int64

  /// Creates attributes.
  public init(request: UpdateRequest, sequencingEventID: Int64) {
    self.request = request
    self.sequencingEventID = sequencingEventID
  }
}

/// How an update ended.
public enum UpdateOutcome: Hashable, Sendable {
  /// The handler returned.
  case success([Payload])
  /// The validator refused it or the handler threw.
  case failure(Failure)
}

/// How far an update has come; raw values are Temporal's.
public enum UpdateLifecycleStage: Int, Hashable, Comparable, Sendable {
  /// It is waiting for the workflow.
  case admitted = 1
  /// The workflow accepted it; that is durable.
  case accepted = 2
  /// It has an outcome.
  case completed = 3

  /// Whether `left` comes before `right`.
  public static func < (left: UpdateLifecycleStage, right: UpdateLifecycleStage) -> Bool {
    left.rawValue < right.rawValue
  }
}
