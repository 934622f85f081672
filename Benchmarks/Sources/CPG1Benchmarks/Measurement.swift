internal import Measuring

/// How one function is measured: its tables are made first, then it runs several times over them.
struct Measurement {
  struct Result: Encodable {
    var rows: Int
    var rounds: Int
    /// The median of the rounds, and the first one, whose memory the system still has to give.
    var seconds: Double
    var firstSeconds: Double
    /// What the tables take, and the most that they and the function took at once, its result included: both above
    /// what the process held before the tables were made.
    var tablesMegabytes: Double
    var peakMegabytes: Double
    /// What came out, for people, and as one number that two versions of the code can be compared by.
    var counts: [String: Int]
    var digest: String
  }

  var rows: Int
  var rounds: Int
  var seed: UInt64

  /// Measures a function.
  ///
  /// - Parameters:
  ///   - tables: makes what the function reads
  ///   - function: what is measured
  ///   - check: throws when the result cannot be right
  func run<Tables, Outcome>(
    tables: () throws -> Tables, function: (Tables) throws -> Outcome,
    check: (Tables, Outcome, inout Digest) throws -> [String: Int]
  ) throws -> Result {
    ProcessUsage.releaseFreeMemory()
    let before = ProcessUsage.residentBytes
    let tables = try tables()
    ProcessUsage.releaseFreeMemory()
    let held = ProcessUsage.residentBytes
    ProcessUsage.forgetPeak()

    var seconds: [Double] = []
    var peak = 0
    var counts: [String: Int] = [:]
    var digest = Digest()
    for round in 0..<rounds {
      let start = ContinuousClock.now
      let outcome = try function(tables)
      seconds.append((ContinuousClock.now - start).seconds)
      if round == 0 {
        peak = ProcessUsage.peakResidentBytes
        counts = try check(tables, outcome, &digest)
      }
    }
    return Result(
      rows: rows, rounds: rounds, seconds: median(seconds), firstSeconds: seconds.first ?? .nan,
      tablesMegabytes: Double(held - before) / 1e6, peakMegabytes: Double(peak - before) / 1e6, counts: counts,
      digest: String(digest.value, radix: 16))
  }
}

/// A number of what was put in, in order (FNV-1a).
struct Digest {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ number: Int) {
    withUnsafeBytes(of: number) { for byte in $0 { add(byte) } }
  }

  mutating func add(_ text: String?) {
    for byte in (text ?? "\u{0}").utf8 { add(byte) }
    add(0xFF as UInt8)
  }

  private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
}
