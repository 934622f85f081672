internal import DurableWorkflows
internal import SwiftProtobuf

extension Google_Protobuf_Timestamp {
  init(_ time: Timestamp) {
    self.init(seconds: time.seconds, nanos: time.nanoseconds)
  }

  /// The time, if nanoseconds since the epoch fit 64 bits: the years 1678 to 2262.
  func timestamp(_ field: String) throws -> Timestamp {
    guard (0..<1_000_000_000).contains(nanos) else {
      throw MappingError(field, "has \(nanos) nanoseconds; 0 to 999999999 are allowed")
    }
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, sumOverflow) = whole.addingReportingOverflow(Int64(nanos))
    guard !overflow, !sumOverflow else {
      throw MappingError(field, "is outside the years 1678 to 2262")
    }
    return Timestamp(nanosecondsSinceEpoch: sum)
  }
}

extension Google_Protobuf_Duration {
  /// Encodes a duration; fractions of a nanosecond are dropped.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
  }

  /// Encodes a timeout; none is zero, as Temporal's server writes it.
  init(timeout: Duration?) {
    self.init(timeout ?? .zero)
  }

  /// The duration, of either sign.
  func duration(_ field: String) throws -> Duration {
    // The limits of google.protobuf.Duration: about 10,000 years.
    guard (-315_576_000_000...315_576_000_000).contains(seconds), (-999_999_999...999_999_999).contains(nanos),
      seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0)
    else {
      throw MappingError(field, "is not a valid duration (\(seconds) s and \(nanos) ns)")
    }
    return .seconds(seconds) + .nanoseconds(Int64(nanos))
  }

  /// The timeout; zero means none.
  func timeout(_ field: String) throws -> Duration? {
    let duration = try duration(field)
    if duration < .zero { throw MappingError(field, "is negative") }
    return duration == .zero ? nil : duration
  }
}
