internal import CPG1

/// Numbers that look random and are the same for the same seed, on every machine (SplitMix64).
struct Seeded {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from zero up to, but not including, `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True in so many of a thousand cases.
  mutating func chance(_ perMille: Int) -> Bool { below(1000) < perMille }

  /// One of the values, each as often as its weight says.
  mutating func pick<Value>(_ values: Weighted<Value>) -> Value { values.slots[below(values.slots.count)] }
}

/// Values with weights, for ``Seeded/pick(_:)``.
struct Weighted<Value> {
  let slots: [Value]

  init(_ values: [(Value, Int)]) { slots = values.flatMap { Array(repeating: $0.0, count: $0.1) } }
}

extension Weighted: Sendable where Value: Sendable {}

extension Weighted where Value == FrameValue {
  /// Cells of text; nil is NULL.
  static func texts(_ values: [(String?, Int)]) -> Weighted {
    Weighted(values.map { ($0.0.map { .string($0) } ?? .null, $0.1) })
  }
}

/// Amounts as text. They are counted in ten-thousandths, the smallest unit that the sources have.
enum Money {
  /// An amount with 2 to 4 decimal places, half of them small ones.
  static func random(_ random: inout Seeded) -> (amount: Int, places: Int) {
    let places = random.chance(850) ? 2 : random.chance(700) ? 3 : 4
    let unit = places == 2 ? 100 : places == 3 ? 10 : 1
    let limit = random.chance(500) ? 500 : random.chance(998) ? 45_000 : 90_000_000
    return (random.below(limit * 10_000 / unit) * unit, places)
  }

  static func text(_ amount: Int, places: Int) -> String {
    var digits = Array(String(amount.magnitude).utf8)
    if digits.count < 5 { digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: 5 - digits.count), at: 0) }
    digits.insert(UInt8(ascii: "."), at: digits.count - 4)
    if amount < 0 { digits.insert(UInt8(ascii: "-"), at: 0) }
    return String(decoding: digits.dropLast(4 - places), as: UTF8.self)
  }

  static func cell(_ value: (amount: Int, places: Int)) -> FrameValue {
    .string(text(value.amount, places: value.places))
  }
}

/// Days around the cutoff, 2025-09-30, by their numbers since 1970.
enum Days {
  static let cutoff = 20_361
  static let firstOfMonth = 20_332
  static let firstOfYear = 20_089
  private static let perDay = 86_400

  static func day(_ random: inout Seeded, _ range: ClosedRange<Int>) -> FrameValue {
    .date(CivilDate(dayNumber: range.lowerBound + random.below(range.count)))
  }

  static func moment(_ random: inout Seeded, _ range: ClosedRange<Int>) -> FrameValue {
    moment(range.lowerBound + random.below(range.count), second: random.below(perDay))
  }

  static func moment(_ day: Int, second: Int = 0) -> FrameValue {
    .timestamp(CivilTimestamp(microseconds: Int64(day * perDay + second) * 1_000_000))
  }
}

/// The companies, as often as they occur in the sample.
enum Companies {
  struct Company: Sendable {
    var code: String
    var country: String
    var currency: String
  }

  static let all = Weighted<Company>(
    zip(CompanyTable.standard.entries, [60, 30, 28, 24, 13, 18, 7, 15, 4]).map { entry, weight in
      (Company(code: entry.company, country: entry.country, currency: entry.currency), weight)
    })

  /// A rate for all but one.
  static func rates() throws -> FXRates {
    var builder = FrameBuilder(columns: [FrameColumn("Company_Code", .string), FrameColumn("FX_rate", .decimal)])
    let rates = [
      "EC_NG": "1650.25", "JM_EG": "48.9", "EC_KE": "129.5", "JD_GH": "15.5", "EC_MA": "9.123456",
      "EC_IC": "560.1234", "HF_SN": "560.1234", "JD_UG": "3700.5",
    ]
    for (company, rate) in rates { try builder.append([.string(company), .string(rate)]) }
    return try FXRates(cr05: builder.finish(), companies: .standard)
  }
}
