public import ExampleSupport

/// The input of ``SLATicketWorkflow``.
public struct SLATicketInput: Codable, Hashable, Sendable {
  /// The ticket.
  @OrEmpty public var ticketId: String
  /// The tenant.
  @OrEmpty public var tenantId: String
  /// The promises; the first counts.
  public var policyTargets: [SLAPolicyTarget]
  /// The business hours.
  public var businessHoursSchedule: BusinessHours
  /// At which parts of the time people are told, in per cent; 50, 75 and 90 by default. 100 always.
  public var notificationThresholds: [Int]?
  /// What an earlier run of the ticket hands on.
  public var progress: SLAState?

  /// Creates an input.
  public init(
    ticketID: String, tenantID: String, target: SLAPolicyTarget, hours: BusinessHours, thresholds: [Int]? = nil
  ) {
    ticketId = ticketID
    tenantId = tenantID
    policyTargets = [target]
    businessHoursSchedule = hours
    notificationThresholds = thresholds
  }

  /// The thresholds in order, 100 included.
  ///
  /// - Throws: ``TenantError`` that names the field that is wrong.
  func thresholds() throws -> [Int] {
    try require(ticketId, "ticketId")
    try require(tenantId, "tenantId")
    guard let target = policyTargets.first else {
      throw TenantError(.validation, "policyTargets is empty; give the ticket's target")
    }
    for (name, minutes) in [
      ("responseTimeMinutes", target.responseTimeMinutes), ("resolutionTimeMinutes", target.resolutionTimeMinutes),
    ] {
      if let minutes, !(1...365 * 1440).contains(minutes) {
        throw TenantError(.validation, "\(name) is \(minutes); give 1 to \(365 * 1440)")
      }
    }
    let thresholds = notificationThresholds ?? [50, 75, 90]
    if let wrong = thresholds.first(where: { !(1...100).contains($0) }) {
      throw TenantError(.validation, "notificationThresholds has \(wrong); give per cents from 1 to 100")
    }
    return Set(thresholds + [100]).sorted()
  }
}

/// The signal `pause`.
public struct SLAPause: Codable, Hashable, Sendable {
  /// Why the clock stops.
  @OrEmpty public var reason: String

  /// Creates a pause.
  public init(reason: String) { self.reason = reason }
}

/// The signals `completeResponse` and `completeResolution`.
public struct SLACompletion: Codable, Hashable, Sendable {
  /// Whether the promise was kept.
  public var met: Bool

  /// Creates a completion.
  public init(met: Bool) { self.met = met }
}

/// The answer to `getState`, and the output, of ``SLATicketWorkflow``.
public struct SLAState: Codable, Hashable, Sendable {
  /// How the ticket stands.
  public enum Status: String, Codable, Hashable, Sendable {
    /// The clock runs.
    case active
    /// The clock stands still.
    case paused
    /// Both promises are settled.
    case completed
    /// Nobody settled the last promise in time.
    case breached
    /// The ticket is closed.
    case closed
    /// The ticket is deleted, or somebody cancelled.
    case cancelled
  }

  /// The promise that is watched.
  public var phase = SLAPhase.response
  /// How the ticket stands.
  public var status = Status.active
  /// When the clock began.
  public var startedAt: Moment?
  /// Since when the clock stands still.
  public var pauseStartedAt: Moment?
  /// How long the clock stood still, in seconds, the present pause not included.
  public var pausedSeconds = 0
  /// The thresholds of the response that people were told about.
  public var notifiedResponseThresholds: [Int] = []
  /// The thresholds of the resolution that people were told about.
  public var notifiedResolutionThresholds: [Int] = []
  /// When the response is late.
  public var responseDeadline: Moment?
  /// When the resolution is late.
  public var resolutionDeadline: Moment?
  /// When the workflow looks again.
  public var nextWakeTime: Moment?
  /// The working time that was left when it looked last.
  public var remainingTimeMinutes: Int?
  /// Whether the response was given in time; `nil` while it is awaited.
  public var responseMet: Bool?
  /// Whether the ticket was solved in time; `nil` while that is awaited.
  public var resolutionMet: Bool?

  /// Creates the state of a ticket that has just come.
  public init() {}

  /// How long the clock stood still, in minutes, rounded up.
  public var totalPauseMinutes: Int { (pausedSeconds + 59) / 60 }

  /// The thresholds of a promise that people were told about.
  public func notified(_ phase: SLAPhase) -> [Int] {
    phase == .response ? notifiedResponseThresholds : notifiedResolutionThresholds
  }

  /// Whether a promise is settled.
  func isSettled(_ phase: SLAPhase) -> Bool {
    phase == .response ? responseMet != nil || resolutionMet != nil : resolutionMet != nil
  }

  mutating func notify(_ phase: SLAPhase, _ threshold: Int) {
    if phase == .response {
      notifiedResponseThresholds.append(threshold)
    } else {
      notifiedResolutionThresholds.append(threshold)
    }
  }
}
