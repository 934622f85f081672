internal import Dispatch

/// The executor of a workflow actor that was created outside a run, for example in a unit test of its plain methods:
/// an ordinary serial queue.
final class DetachedExecutor: SerialExecutor {
  static let shared = DetachedExecutor()
  private let queue = DispatchQueue(label: "durable-workflows.detached")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// Runs `body` in turn with the jobs.
  func run(_ body: @escaping @Sendable () -> Void) {
    queue.async(execute: body)
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }
}
