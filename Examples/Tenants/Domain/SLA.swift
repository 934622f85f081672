public import ExampleSupport

/// What a ticket's service level promises.
public struct SLAPolicyTarget: Codable, Hashable, Sendable {
  /// Within how many minutes of working time somebody answers; `nil` for no promise.
  public var responseTimeMinutes: Int?
  /// Within how many minutes of working time it is solved; `nil` for no promise.
  public var resolutionTimeMinutes: Int?
  /// Whether all time counts, whatever the business hours say.
  public var is24x7: Bool?

  /// Creates a target.
  public init(responseTimeMinutes: Int? = nil, resolutionTimeMinutes: Int? = nil, is24x7: Bool? = nil) {
    self.responseTimeMinutes = responseTimeMinutes
    self.resolutionTimeMinutes = resolutionTimeMinutes
    self.is24x7 = is24x7
  }
}

/// What a promise is about.
public enum SLAPhase: String, Codable, Hashable, Sendable {
  /// Somebody answers.
  case response
  /// It is solved.
  case resolution
}

/// Whether a ticket is still worked on.
public enum TicketClosure: String, Codable, Hashable, Sendable {
  /// It is.
  case open
  /// It is solved.
  case closed
  /// It is gone.
  case deleted
}

/// What `calculateNextWakeTime` is asked.
public struct WakeRequest: Codable, Hashable, Sendable {
  /// The promise.
  public var phase: SLAPhase
  /// Its minutes of working time.
  public var targetMinutes: Int
  /// The part of them that is asked for, in per cent.
  public var threshold: Int
  /// When the clock began.
  public var startedAt: Moment
  /// The present time.
  public var now: Moment
  /// Minutes that do not count, added as time of the clock.
  public var pauseMinutes: Int
  /// The business hours.
  public var hours: BusinessHours

  /// Creates a request.
  public init(
    phase: SLAPhase, targetMinutes: Int, threshold: Int, startedAt: Moment, now: Moment, pauseMinutes: Int = 0,
    hours: BusinessHours
  ) {
    self.phase = phase
    self.targetMinutes = targetMinutes
    self.threshold = threshold
    self.startedAt = startedAt
    self.now = now
    self.pauseMinutes = pauseMinutes
    self.hours = hours
  }

  /// The answer.
  ///
  /// - Throws: ``TenantError`` that names what is wrong with the business hours.
  func answer() throws -> WakeAnswer {
    let calendar = try BusinessCalendar(hours)
    let pause = Duration.seconds(pauseMinutes * 60)
    func moment(_ percent: Int) throws -> Moment {
      // Seconds rather than minutes: 75 % of 10 minutes are no whole minutes.
      try calendar.moment(after: .seconds(targetMinutes * 60 * percent / 100), from: startedAt) + pause
    }
    let deadline = try moment(100)
    let remaining = calendar.workingTime(from: now, to: deadline)
    return WakeAnswer(
      wakeTime: try moment(threshold), deadline: deadline,
      remainingMinutes: Int((remaining / .seconds(60)).rounded(.up)))
  }
}

/// When an SLA workflow wakes.
public struct WakeAnswer: Codable, Hashable, Sendable {
  /// When the threshold is reached.
  public var wakeTime: Moment
  /// When the promise is broken.
  public var deadline: Moment
  /// The working time until then, in minutes, rounded up.
  public var remainingMinutes: Int
}

/// What people are told about a ticket.
public struct SLANotice: Codable, Hashable, Sendable {
  /// The tenant.
  public var tenantID: String
  /// The ticket.
  public var ticketID: String
  /// The promise.
  public var phase: SLAPhase
  /// The part of the time that is over, in per cent.
  public var threshold: Int
}
