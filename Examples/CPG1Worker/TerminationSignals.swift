internal import Dispatch
internal import Foundation

/// SIGTERM and SIGINT: the first asks for a graceful end, the second ends the process at once.
final class TerminationSignals: Sendable {
  private let stream: AsyncStream<String>
  // Kept so that the sources live; never read again.
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    self.stream = stream
    let queue = DispatchQueue(label: "cpg1-worker.signals")
    let count = Counter()
    sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if count.increment() > 1 { _exit(130) }
        continuation.yield(name)
      }
      source.resume()
      return source
    }
  }

  /// The name of the first signal; nil when the task is cancelled.
  func first() async -> String? {
    for await name in stream { return name }
    return nil
  }
}

internal import Synchronization

private final class Counter: Sendable {
  private let value = Atomic(0)

  func increment() -> Int { value.add(1, ordering: .relaxed).newValue }
}
