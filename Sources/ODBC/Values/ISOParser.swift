/// Reads and writes the ISO 8601 forms that databases use for dates and times.
enum ISOParser {
  /// `YYYY-MM-DD`.
  static func date(_ bytes: some RandomAccessCollection<UInt8>) -> ODBCDate? {
    var scanner = Scanner(bytes)
    guard let date = scanner.date(), scanner.isAtEnd else { return nil }
    return date
  }

  /// `HH:MM[:SS[.fraction]]`.
  static func time(_ bytes: some RandomAccessCollection<UInt8>) -> ODBCTime? {
    var scanner = Scanner(bytes)
    guard let time = scanner.time(), scanner.isAtEnd else { return nil }
    return time
  }

  /// A date, alone or followed by a space or `T` and a time.
  static func timestamp(_ bytes: some RandomAccessCollection<UInt8>) -> ODBCTimestamp? {
    var scanner = Scanner(bytes)
    guard let date = scanner.date() else { return nil }
    if scanner.isAtEnd { return ODBCTime(hour: 0, minute: 0, second: 0).map { ODBCTimestamp(date: date, time: $0) } }
    guard scanner.skip(UInt8(ascii: " ")) || scanner.skip(UInt8(ascii: "T")) else { return nil }
    guard let time = scanner.time(), scanner.isAtEnd else { return nil }
    return ODBCTimestamp(date: date, time: time)
  }

  /// The number with leading zeros up to `width` digits.
  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private struct Scanner<Bytes: RandomAccessCollection<UInt8>> {
    private let bytes: Bytes
    private var index: Bytes.Index

    init(_ bytes: Bytes) {
      self.bytes = bytes
      self.index = bytes.startIndex
    }

    var isAtEnd: Bool { self.index == self.bytes.endIndex }

    mutating func skip(_ byte: UInt8) -> Bool {
      guard !self.isAtEnd, self.bytes[self.index] == byte else { return false }
      self.bytes.formIndex(after: &self.index)
      return true
    }

    private mutating func digit() -> Int? {
      guard !self.isAtEnd else { return nil }
      let byte = self.bytes[self.index]
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      self.bytes.formIndex(after: &self.index)
      return Int(byte - UInt8(ascii: "0"))
    }

    private mutating func number(_ digits: Int) -> Int? {
      var value = 0
      for _ in 0..<digits {
        guard let digit = self.digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    mutating func date() -> ODBCDate? {
      guard let year = self.number(4), self.skip(UInt8(ascii: "-")) else { return nil }
      guard let month = self.number(2), self.skip(UInt8(ascii: "-")) else { return nil }
      guard let day = self.number(2) else { return nil }
      return ODBCDate(year: year, month: month, day: day)
    }

    mutating func time() -> ODBCTime? {
      guard let hour = self.number(2), self.skip(UInt8(ascii: ":")), let minute = self.number(2) else { return nil }
      var second = 0
      var nanosecond = 0
      if self.skip(UInt8(ascii: ":")) {
        guard let value = self.number(2) else { return nil }
        second = value
        if self.skip(UInt8(ascii: ".")) {
          guard var unit = self.digit().map({ ($0, 100_000_000) }) else { return nil }
          nanosecond = unit.0 * unit.1
          while let digit = self.digit() {
            unit.1 /= 10
            // A tenth digit cannot be kept, so it must be zero.
            if unit.1 == 0, digit != 0 { return nil }
            nanosecond += digit * unit.1
          }
        }
      }
      return ODBCTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    }
  }
}
