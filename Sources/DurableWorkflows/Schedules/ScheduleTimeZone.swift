// FoundationEssentials knows only time zones with a constant offset from GMT; the IANA database, with the rules of
// every zone, is part of FoundationInternationalization. It is imported in this file and nowhere else in the engine.
#if canImport(FoundationInternationalization)
  internal import FoundationEssentials
  internal import FoundationInternationalization
#else
  internal import Foundation
#endif

/// A time zone as schedules need it: the stretches of time in which its offset from UTC is constant.
struct ScheduleTimeZone: Hashable, Sendable {
  /// A stretch of time with one offset.
  struct Stretch {
    /// Local time less UTC, in seconds.
    var offset: Int64
    /// The first second since the epoch after the stretch.
    var end: Int64
  }

  /// `nil` is UTC.
  private let zone: TimeZone?

  static let utc = ScheduleTimeZone()

  private init() { zone = nil }

  /// - Parameter name: an IANA name; empty means UTC.
  /// - Throws: that the name is unknown, or is an abbreviation that means different zones to different people.
  init(named name: String) throws(ScheduleSpecError) {
    if name.isEmpty || name == "UTC" {
      self = .utc
      return
    }
    let isAbbreviation =
      name.utf8.count == 3 && name == name.uppercased() && !ScheduleTimeZone.shortNames.contains(name)
    guard !isAbbreviation, let zone = TimeZone(identifier: name), zone.identifier == name else {
      throw ScheduleSpecError(
        .timeZone, field: "timeZoneName", value: name,
        expected: "an IANA time zone name such as 'America/Sao_Paulo' or 'UTC'")
    }
    self.zone = zone
  }

  /// The names of three capitals that the IANA database has. Others, such as `CST` or `IST`, are ambiguous.
  private static let shortNames: Set<String> = [
    "UTC", "UCT", "GMT", "EST", "MST", "HST", "CET", "MET", "EET", "WET", "PRC", "ROC", "ROK",
  ]

  /// The stretch that contains a second since the epoch.
  func stretch(containing second: Int64) -> Stretch {
    guard let zone else { return Stretch(offset: 0, end: .max) }
    let date = Date(timeIntervalSince1970: Double(second))
    let end = zone.nextDaylightSavingTimeTransition(after: date).map { Int64($0.timeIntervalSince1970.rounded()) }
    return Stretch(offset: Int64(zone.secondsFromGMT(for: date)), end: end ?? .max)
  }
}
