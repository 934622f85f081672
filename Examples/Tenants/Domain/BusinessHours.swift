/// When a service desk works: the input of SLA workflows.
public struct BusinessHours: Codable, Hashable, Sendable {
  /// Working time on one day of the week.
  public struct Entry: Codable, Hashable, Sendable {
    /// 0 is Sunday.
    public var dayOfWeek: Int
    /// `HH:MM` in the schedule's time zone.
    public var startTime: String
    /// `HH:MM`, later than the start; `24:00` is midnight.
    public var endTime: String
    /// Whether it counts.
    public var isEnabled: Bool

    /// Creates an entry.
    public init(dayOfWeek: Int, startTime: String, endTime: String, isEnabled: Bool = true) {
      self.dayOfWeek = dayOfWeek
      self.startTime = startTime
      self.endTime = endTime
      self.isEnabled = isEnabled
    }
  }

  /// A day on which nobody works.
  public struct Holiday: Codable, Hashable, Sendable {
    /// `YYYY-MM-DD`.
    public var date: String
    /// Whether it is every year on that day.
    public var isRecurring: Bool

    /// Creates a holiday.
    public init(date: String, isRecurring: Bool = false) {
      self.date = date
      self.isRecurring = isRecurring
    }
  }

  /// An IANA name.
  public var timezone: String
  /// Whether all time is working time; entries and holidays do not count then.
  public var is24x7: Bool
  /// The week.
  public var entries: [Entry]
  /// The exceptions.
  public var holidays: [Holiday]

  /// Creates a schedule.
  public init(timezone: String, is24x7: Bool = false, entries: [Entry] = [], holidays: [Holiday] = []) {
    self.timezone = timezone
    self.is24x7 = is24x7
    self.entries = entries
    self.holidays = holidays
  }

  /// All time is working time.
  public static let always = BusinessHours(timezone: "UTC", is24x7: true)

  /// Monday to Friday.
  public static func weekdays(
    _ start: String = "08:00", to end: String = "17:00", timezone: String = "UTC", holidays: [Holiday] = []
  ) -> BusinessHours {
    BusinessHours(
      timezone: timezone, entries: (1...5).map { Entry(dayOfWeek: $0, startTime: start, endTime: end) },
      holidays: holidays)
  }

  /// The minutes of a day between which `entry` works.
  ///
  /// - Throws: ``TenantError`` that names what is wrong.
  static func minutes(of entry: Entry) throws -> Range<Int> {
    guard (0...6).contains(entry.dayOfWeek) else {
      throw TenantError(.validation, "dayOfWeek is \(entry.dayOfWeek); write 0 (Sunday) to 6")
    }
    let start = try minute(entry.startTime, "startTime")
    let end = try minute(entry.endTime, "endTime")
    guard start < end else {
      throw TenantError(
        .validation,
        "working time from \(entry.startTime) to \(entry.endTime) ends before it begins; write two entries for a night")
    }
    return start..<end
  }

  private static func minute(_ text: String, _ field: String) throws -> Int {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), (0...59).contains(minute), hour >= 0, hour * 60 + minute <= 24 * 60
    {
      return hour * 60 + minute
    }
    throw TenantError(.validation, "\(field) is '\(text)'; write HH:MM from 00:00 to 24:00")
  }
}
