internal import Testing
@testable internal import DurableWorkflows

/// Rates in the engine's time.
@Suite("Rate limits")
struct TokenBucketTests {
  private let start = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000)

  @Test("slow rates are evenly spaced, and unused time is not saved up")
  func slow() {
    var bucket = TokenBucket(rate: 2)
    var passed: [Duration] = []
    for step in 0..<40 {
      let time = start + .milliseconds(100 * step)
      while bucket.take(at: time) { passed.append(time - start) }
    }
    #expect(passed == (0..<8).map { .milliseconds(500 * $0) })
    #expect(bucket.nextTime == start + .seconds(4))
    let later = (0..<2).map { _ in bucket.take(at: start + .seconds(100)) }
    #expect(later == [true, false])
  }

  @Test("in no span more than its rate and one burst pass", arguments: [0.1, 3, 99, 250, 10_000, 1e6])
  func anySpan(rate: Double) {
    var generator = SeededValues(seed: 5)
    var bucket = TokenBucket(rate: rate)
    var time = start
    var passed: [Timestamp] = []
    for _ in 0..<2000 {
      time = time + .nanoseconds(Int64.random(in: 0...Int64(2e9 / rate), using: &generator))
      while bucket.take(at: time) { passed.append(time) }
      #expect(bucket.nextTime > time)
    }
    #expect(passed.count > 500)
    for first in stride(from: 0, to: passed.count, by: 37) {
      for last in stride(from: first, to: passed.count, by: 53) {
        let span = Double((passed[last] - passed[first]).inNanoseconds) / 1e9
        #expect(Double(last - first + 1) <= span * rate * 1.001 + Double(bucket.burst) + 1e-6)
      }
    }
  }
}
