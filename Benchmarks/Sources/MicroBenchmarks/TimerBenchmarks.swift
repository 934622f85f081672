@testable internal import EngineInternals
internal import Measuring

/// The queue is generic, and called from another module it is not specialised: slower than in the engine, but what
/// grows here grows there.
enum TimerBenchmarks {
  static let all = [
    Benchmark(
      name: "timer-queue", unit: "timer armed and fired, among 100,000", units: 100_000, countedUnits: 10_000
    ) {
      let box = Box(queue: filled(100_000))
      return .init { units in
        for _ in 0..<units {
          guard let first = box.queue.nextDeadline, let timer = box.queue.popDue(at: first) else {
            throw BenchmarkError("the queue is empty")
          }
          box.queue.arm(timer, deadline: first + .nanoseconds(100_000 * spacing))
        }
      }
    }
  ]

  private static let spacing: Int64 = 1_000_000

  private final class Box {
    var queue: TimerQueue<Int>
    init(queue: TimerQueue<Int>) { self.queue = queue }
  }

  private static func filled(_ count: Int) -> TimerQueue<Int> {
    var queue = TimerQueue<Int>()
    // A fixed permutation of the deadlines.
    for index in 0..<count {
      let place = Int64(index) &* 7919 % Int64(count)
      queue.arm(index, deadline: Timestamp(nanosecondsSinceEpoch: place * spacing))
    }
    return queue
  }
}
