import Testing

@testable import CPG1

@Suite struct ExactDecimalTests {
  @Test(arguments: [
    ("0", "0"), ("-0.00", "0"), ("1.50", "1.5"), ("-12.5", "-12.5"), (".5", "0.5"), ("5.", "5"), ("+3", "3"),
    ("1e3", "1000"), ("1.25E-2", "0.0125"), ("0.000001", "0.000001"), ("-0.05", "-0.05"), ("100", "100"),
    ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
    ("1e37", "1" + String(repeating: "0", count: 37)),
  ])
  func textsReadAndPrint(_ text: String, _ printed: String) {
    #expect(ExactDecimal(text)?.description == printed)
  }

  @Test(arguments: [
    "", " 1", "1 ", "-", ".", "1.2.3", "1e", "1e+", "abc", "0x1", "1,2", "1e400", "1e-400",
    "100000000000000000000000000000000000000", "NaN", "inf", "--1", "1-",
  ])
  func otherTextsAreNoNumbers(_ text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test func equalityAndOrderIgnoreTheScale() {
    #expect(ExactDecimal("1.50") == ExactDecimal("1.5"))
    #expect(ExactDecimal("1.50").hashValue == ExactDecimal("1.5").hashValue)
    let sorted = ["-10", "-0.5", "0", "0.001", "0.5", "0.51", "1", "99999999999999999999"].compactMap {
      ExactDecimal($0)
    }
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test func sumsAreExact() throws {
    var generator = SystemRandomNumberGenerator()
    var sum = ExactDecimal.zero
    var cents = 0
    for _ in 0..<1_000 {
      let value = Int.random(in: -1_000_000...1_000_000, using: &generator)
      cents += value
      sum = try sum.adding(ExactDecimal(coefficient: Int128(value), scale: 4))
    }
    #expect(sum == ExactDecimal(coefficient: Int128(cents), scale: 4))
    let large = ExactDecimal(coefficient: Int128.max, scale: 0)
    #expect(throws: CPG1Error.self) { _ = try large.adding(large) }
  }

  /// Quotients against schoolbook fractions: numerator, denominator, rounded to 10 places half to even.
  @Test(arguments: [
    ("1", "3", "0.3333333333"), ("2", "3", "0.6666666667"), ("-1", "3", "-0.3333333333"), ("-2", "3", "-0.6666666667"),
    ("0.00000000005", "1", "0"), ("0.00000000015", "1", "0.0000000002"), ("-0.00000000005", "1", "0"),
    ("-0.00000000015", "1", "-0.0000000002"), ("0.00000000025", "1", "0.0000000002"), ("1000", "15.5", "64.5161290323"),
    ("1", "0.0001", "10000"), ("-7", "2", "-3.5"), ("0", "9", "0"),
    ("0.000000000050000000000000000001", "1", "0.0000000001"),
  ])
  func quotientsRoundHalfToEven(_ dividend: String, _ divisor: String, _ expected: String) throws {
    var sum = QuotientSum()
    try sum.add(#require(ExactDecimal(dividend)), dividedBy: #require(ExactDecimal(divisor)))
    #expect(try sum.rounded(places: 10).description == expected)
  }

  @Test func quotientsAreRoundedOnlyOnce() throws {
    var sum = QuotientSum()
    for _ in 0..<3 { try sum.add(ExactDecimal(1), dividedBy: ExactDecimal(3)) }
    #expect(try sum.rounded(places: 10) == ExactDecimal(1))
    var difference = QuotientSum()
    try difference.add(ExactDecimal(2), dividedBy: ExactDecimal(7))
    try difference.subtract(sum)
    #expect(try difference.rounded(places: 10).description == "-0.7142857143")
    #expect(throws: CPG1Error.self) { try sum.add(ExactDecimal(1), dividedBy: .zero) }
  }
}
