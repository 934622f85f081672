internal import ODBC
internal import Testing

@Suite("Parsing values")
struct ValueParsingTests {
  @Test("Decimals become canonical", arguments: [
    ("0", "0"), ("-0", "0"), ("+1", "1"), ("007", "7"), ("1.50", "1.50"), (".5", "0.5"), ("-.5", "-0.5"), ("5.", "5"),
    ("1e3", "1000"), ("1.25E-3", "0.00125"), ("1.0e+20", "100000000000000000000"), ("-0.00", "0.00"), ("00.10", "0.10"),
    ("12345678901234567890123456789012345678.9", "12345678901234567890123456789012345678.9"),
  ])
  func decimals(_ text: String, canonical: String) throws {
    let value = try #require(ODBCDecimal(text))
    #expect(value.description == canonical)
    #expect(ODBCDecimal(value.description)?.description == canonical)
  }

  @Test("What is no decimal is refused", arguments: [
    "", "-", ".", "1,5", "NaN", "Infinity", "1e", "1e99999", " 1", "1 ", "0x10", "1.2.3", "--1", "١",
  ])
  func noDecimals(_ text: String) { #expect(ODBCDecimal(text) == nil) }

  @Test("Decimals are equal as numbers, and keep their scale")
  func equality() throws {
    let (short, long) = (try #require(ODBCDecimal("1.5")), try #require(ODBCDecimal("1.500000")))
    #expect(short == long)
    #expect(short.hashValue == long.hashValue)
    #expect((short.scale, long.scale) == (1, 6))
    #expect(long.normalized.description == "1.5")
    #expect(long.coefficient == 1_500_000)
    #expect(ODBCDecimal("100.000")?.integer == 100)
    #expect(ODBCDecimal("100.001")?.integer == nil)
    #expect(ODBCDecimal(coefficient: -5, scale: 3).description == "-0.005")
    #expect(ODBCDecimal(coefficient: 5, scale: -3).description == "5000")
  }

  @Test("Coefficient and scale make the same decimal again", arguments: 0..<100 as Range<UInt64>)
  func coefficient(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let value = random.decimal(maximumDigits: 38)
    #expect(ODBCDecimal(coefficient: try #require(value.coefficient), scale: value.scale).description == value.description)
    #expect(ODBCDecimal(value.description)?.description == value.description)
  }

  @Test("Dates exist or are refused")
  func dates() {
    #expect(ODBCDate("2024-02-29")?.description == "2024-02-29")
    #expect(ODBCDate("0001-01-01")?.description == "0001-01-01")
    for text in ["2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-1-1", "2025-01-01 ", "0000-01-01", ""] {
      #expect(ODBCDate(text) == nil, "\(text)")
    }
  }

  @Test("Times keep nine digits and refuse a tenth")
  func times() {
    #expect(ODBCTime("23:59:59.123456789")?.nanosecond == 123_456_789)
    #expect(ODBCTime("23:59:59.5")?.description == "23:59:59.5")
    #expect(ODBCTime("23:59")?.description == "23:59:00")
    #expect(ODBCTime("23:59:59.1234567890")?.nanosecond == 123_456_789)
    #expect(ODBCTime("24:00:00")?.hour == 24)
    for text in ["24:00:01", "12:60:00", "12:00:60", "12:00:00.", "12:00:00.1234567891", "12", ""] {
      #expect(ODBCTime(text) == nil, "\(text)")
    }
    #expect(ODBCTimestamp("2025-01-02T03:04:05")?.description == "2025-01-02 03:04:05")
    #expect(ODBCTimestamp("2025-01-02")?.description == "2025-01-02 00:00:00")
    #expect(ODBCTimestamp("2025-01-02 03:04:05+00") == nil)
  }
}
