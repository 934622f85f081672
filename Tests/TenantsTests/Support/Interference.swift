import DurableWorkflows
import Synchronization

/// Lets the first attempt of some activities fail after it has taken effect.
final class LostAnswers: WorkerInterceptor, ActivityInboundInterceptor {
  private let types: Set<String>
  private let count = Atomic(0)

  init(of types: Set<String>) { self.types = types }

  var lost: Int { count.load(ordering: .relaxed) }

  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    let result = try await next(input)
    if input.info.attempt > 1 || !types.contains(input.info.activityType) { return result }
    count.add(1, ordering: .relaxed)
    throw ApplicationError("the answer was lost")
  }
}

/// Lets attempts fail by chance, before or after they have taken effect. Chance is drawn from the attempt's own names,
/// so that it is the same whatever the order in which attempts run.
final class RandomFailures: WorkerInterceptor, ActivityInboundInterceptor {
  private let rate: UInt64
  private let finalRate: UInt64
  private let counts = Mutex((before: 0, after: 0, forGood: 0))

  /// - Parameters:
  ///   - percent: how many attempts of a hundred fail.
  ///   - finalPercent: how many steps of a hundred fail for good.
  init(percent: Int, finalPercent: Int) {
    rate = UInt64(percent)
    finalRate = UInt64(finalPercent)
  }

  var seen: (before: Int, after: Int, forGood: Int) { counts.withLock { $0 } }

  func executeActivity(
    input: ExecuteActivityInput, next: (ExecuteActivityInput) async throws -> [Payload]
  ) async throws -> [Payload] {
    let info = input.info
    let name = "\(info.workflowExecution.workflowID)/\(info.activityID)"
    let undoes = info.activityType.hasPrefix("rollback") || info.activityType.hasPrefix("delete")
    // The last attempts of what undoes things succeed: an outage for ever leaves rows whatever a workflow does.
    if undoes, info.attempt > 5 { return try await next(input) }
    if !undoes, draw("final/\(name)") < finalRate {
      counts.withLock { $0.forGood += 1 }
      throw ApplicationError("a step that fails for good", isNonRetryable: true)
    }
    let chance = draw("\(name)/\(info.attempt)")
    if chance < rate / 2 {
      counts.withLock { $0.before += 1 }
      throw ApplicationError("failed before it began")
    }
    let result = try await next(input)
    if chance < rate {
      counts.withLock { $0.after += 1 }
      throw ApplicationError("the answer was lost")
    }
    return result
  }

  /// 0 to 99, by FNV-1a.
  private func draw(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // The low bits of the last characters alone would be alike.
    hash ^= hash >> 29
    hash = hash &* 0xbf58_476d_1ce4_e5b9
    return (hash >> 33) % 100
  }
}
