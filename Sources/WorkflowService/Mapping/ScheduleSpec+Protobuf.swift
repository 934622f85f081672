internal import DurableWorkflows
internal import SwiftProtobuf
internal import WorkflowServiceProtos

extension Wire.ScheduleSpec {
  init(_ spec: ScheduleSpec) {
    self.init()
    structuredCalendar = spec.calendars.map(Wire.StructuredCalendar.init)
    interval = spec.intervals.map { interval in
      .with {
        $0.interval = .init(interval.every)
        if interval.offset > .zero { $0.phase = .init(interval.offset) }
      }
    }
    cronString = spec.cronExpressions
    excludeStructuredCalendar = spec.skip.map(Wire.StructuredCalendar.init)
    if let time = spec.startAt { startTime = .init(time) }
    if let time = spec.endAt { endTime = .init(time) }
    if spec.jitter > .zero { jitter = .init(spec.jitter) }
    timezoneName = spec.timeZoneName
  }

  /// The specification. Calendars that are written as texts are read here; cron expressions are the engine's to read.
  func value(_ field: String) throws -> ScheduleSpec {
    guard timezoneData.isEmpty else {
      throw WorkflowServiceError(
        .unimplemented, "\(field).timezone_data is not offered by this service: name the zone in timezone_name.")
    }
    var spec = ScheduleSpec()
    spec.calendars = structuredCalendar.map(\.value)
    spec.skip = excludeStructuredCalendar.map(\.value)
    for (index, calendar) in calendar.enumerated() {
      spec.calendars += try calendar.values("\(field).calendar[\(index)]")
    }
    for (index, calendar) in excludeCalendar.enumerated() {
      spec.skip += try calendar.values("\(field).exclude_calendar[\(index)]")
    }
    spec.intervals = try interval.enumerated().map { index, interval in
      ScheduleIntervalSpec(
        every: try interval.interval.duration("\(field).interval[\(index)].interval"),
        offset: try interval.phase.duration("\(field).interval[\(index)].phase"))
    }
    spec.cronExpressions = cronString
    spec.startAt = hasStartTime ? try startTime.timestamp("\(field).start_time") : nil
    spec.endAt = hasEndTime ? try endTime.timestamp("\(field).end_time") : nil
    spec.jitter = try jitter.duration("\(field).jitter")
    spec.timeZoneName = timezoneName
    return spec
  }
}

extension Wire.StructuredCalendar {
  init(_ calendar: ScheduleCalendarSpec) {
    self.init()
    second = calendar.second.map(Wire.ScheduleRange.init)
    minute = calendar.minute.map(Wire.ScheduleRange.init)
    hour = calendar.hour.map(Wire.ScheduleRange.init)
    dayOfMonth = calendar.dayOfMonth.map(Wire.ScheduleRange.init)
    month = calendar.month.map(Wire.ScheduleRange.init)
    year = calendar.year.map(Wire.ScheduleRange.init)
    dayOfWeek = calendar.dayOfWeek.map(Wire.ScheduleRange.init)
    comment = calendar.comment
  }

  var value: ScheduleCalendarSpec {
    ScheduleCalendarSpec(
      second: second.map(\.value), minute: minute.map(\.value), hour: hour.map(\.value),
      dayOfMonth: dayOfMonth.map(\.value), month: month.map(\.value), year: year.map(\.value),
      dayOfWeek: dayOfWeek.map(\.value), comment: comment)
  }
}

extension Wire.ScheduleRange {
  init(_ range: ScheduleRange) {
    self.init()
    start = Int32(clamping: range.start)
    end = Int32(clamping: range.end)
    step = Int32(clamping: range.step)
  }

  /// The range. An end that is not set or too small means the start alone, a step of 0 means 1.
  var value: ScheduleRange {
    ScheduleRange(Int(start), through: Int(max(start, end)), step: step == 0 ? 1 : Int(step))
  }
}

extension Wire.TextCalendar {
  /// The calendar that the texts stand for; they are those of a cron expression's fields.
  fileprivate func values(_ field: String) throws -> [ScheduleCalendarSpec] {
    let texts = [
      ("second", second, "0"), ("minute", minute, "0"), ("hour", hour, "0"), ("day_of_month", dayOfMonth, "*"),
      ("month", month, "*"), ("day_of_week", dayOfWeek, "*"), ("year", year, "*"),
    ]
    for (name, text, _) in texts where text.contains(where: { $0.isWhitespace || $0 == "#" }) {
      throw MappingError("\(field).\(name)", "'\(text)' has characters that no field of a calendar has")
    }
    let expression = texts.map { $0.1.isEmpty ? $0.2 : $0.1 }.joined(separator: " ")
    do {
      var spec = ScheduleSpec()
      spec.cronExpressions = [expression]
      var calendars = try spec.canonicalized().calendars
      for index in calendars.indices { calendars[index].comment = comment }
      return calendars
    } catch {
      throw WorkflowServiceError(.invalidArgument, "Invalid schedule spec: \(field) is wrong: \(error)")
    }
  }
}
