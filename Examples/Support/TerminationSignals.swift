internal import Dispatch
internal import Foundation
internal import Synchronization

/// SIGTERM and SIGINT: the first asks for a graceful end, the second ends the process at once.
public struct TerminationSignals {
  /// The names of the signals as they arrive.
  public let names: AsyncStream<String>
  private let sources: [any DispatchSourceSignal]

  /// Begins to listen; from now on the signals do not end the process by themselves.
  public init() {
    let (names, continuation) = AsyncStream.makeStream(of: String.self)
    self.names = names
    let queue = DispatchQueue(label: "termination-signals")
    let counter = Counter()
    sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if counter.increment() > 1 { _exit(130) }
        continuation.yield(name)
      }
      source.resume()
      return source
    }
  }

  /// Stops listening.
  public func cancel() { for source in sources { source.cancel() } }
}

private final class Counter: Sendable {
  private let value = Atomic(0)

  func increment() -> Int { value.add(1, ordering: .relaxed).newValue }
}
