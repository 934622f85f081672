/// When the next run of a cron chain begins.
enum CronSchedule {
  /// - Throws: what is wrong with the expression, or that it names no time.
  static func check(_ text: String) throws(ScheduleSpecError) {
    if try CronExpression(text).next(after: .epoch) == nil {
      throw ScheduleSpecError(.range, field: "", value: text, expected: "an expression that names a time before 2101")
    }
  }

  /// How long after `time` the next run of a chain begins; `nil` if never, or if the expression was not checked.
  ///
  /// - Parameter last: when the last run was due; `nil` if there is none. Times after it that passed while that run was
  ///   open are left out, and `@every` counts from it.
  static func delay(of text: String, after time: Timestamp, from last: Timestamp? = nil) -> Duration? {
    guard let expression = try? CronExpression(text) else { return nil }
    guard let last else { return expression.next(after: time).map { $0 - time } }
    if time < last { return last - time }
    return expression.next(after: last, notBefore: time).map { $0 - time }
  }
}
