/// A date of the proleptic Gregorian calendar.
struct CivilDate: Hashable, Sendable {
  var year: Int
  var month: Int
  var day: Int

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date of a day, counted from 1970-01-01.
  init(daysSinceEpoch: Int64) {
    let date = civilDate(daysSinceEpoch: daysSinceEpoch)
    self.init(year: Int(date.year), month: Int(date.month), day: Int(date.day))
  }

  /// The day's number, counted from 1970-01-01; the inverse of `init(daysSinceEpoch:)`.
  var daysSinceEpoch: Int64 {
    // Years begin in March here, so that the leap day is the last.
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// 0 (Sunday) to 6 of a day, counted from 1970-01-01, a Thursday.
  static func dayOfWeek(daysSinceEpoch day: Int64) -> Int {
    let remainder = Int((day + 4) % 7)
    return remainder < 0 ? remainder + 7 : remainder
  }
}
