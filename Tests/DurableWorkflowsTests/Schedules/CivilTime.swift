internal import DurableWorkflows

extension Timestamp {
  /// Reads `2026-03-29T02:30:00Z`, with `+02:00` or `-03:00` instead of `Z`; independent of the code under test.
  init(_ text: String) {
    let numbers = text.split { !$0.isNumber }.compactMap { Int64($0) }
    var days: Int64 = 0
    func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    for year in 1970..<numbers[0] { days += isLeap(year) ? 366 : 365 }
    let months: [Int64] = [31, isLeap(numbers[0]) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    days += months[..<Int(numbers[1] - 1)].reduce(0, +) + numbers[2] - 1
    var seconds = days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    if numbers.count == 8 {
      let offset = numbers[6] * 3600 + numbers[7] * 60
      seconds -= text.contains("+") ? offset : -offset
    }
    self.init(nanosecondsSinceEpoch: seconds * 1_000_000_000)
  }
}
