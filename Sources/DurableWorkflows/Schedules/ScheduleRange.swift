/// Values of one field of a calendar: from `start` to `end`, both included, in steps.
///
/// An integer literal is the range of that one value: `hour: [9, 17]`.
public struct ScheduleRange: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The first value.
  public var start: Int
  /// The last value that may occur.
  public var end: Int
  /// The distance between values, at least 1.
  public var step: Int

  /// Creates a range.
  ///
  /// - Parameter end: the last value; `nil` means the range of one value.
  public init(_ start: Int, through end: Int? = nil, step: Int = 1) {
    self.start = start
    self.end = end ?? start
    self.step = step
  }

  /// Creates the range of one value.
  public init(integerLiteral value: Int) { self.init(value) }

  /// As in a cron expression, for example `1-5/2`.
  public var description: String {
    let values = start == end ? "\(start)" : "\(start)-\(end)"
    return step == 1 ? values : "\(values)/\(step)"
  }
}
