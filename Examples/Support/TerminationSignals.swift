internal import Dispatch
internal import Foundation
internal import Synchronization

/// SIGTERM and SIGINT: the first asks for a graceful end, the second one forces it, and a third one, or the time that a
/// forced end may take, ends the process at once.
public struct TerminationSignals {
  /// How long the process may go on after the second signal.
  public static let forcedEndTimeout = Duration.seconds(10)
  private static let exitCode: Int32 = 130

  /// The names of the signals as they arrive.
  public let names: AsyncStream<String>
  private let sources: [any DispatchSourceSignal]
  private let counter = Counter()

  /// Begins to listen; from now on the signals do not end the process by themselves.
  public init() {
    let (names, continuation) = AsyncStream.makeStream(of: String.self)
    self.names = names
    let queue = DispatchQueue(label: "termination-signals")
    let counter = counter
    sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        let count = counter.increment()
        if count > 2 { _exit(Self.exitCode) }
        if count == 2 {
          let seconds = Self.forcedEndTimeout / .seconds(1)
          queue.asyncAfter(deadline: .now() + seconds) { _exit(Self.exitCode) }
        }
        continuation.yield(name)
      }
      source.resume()
      return source
    }
  }

  /// How many signals have arrived.
  public var count: Int { counter.count }

  /// Stops listening.
  public func cancel() { for source in sources { source.cancel() } }
}

private final class Counter: Sendable {
  private let value = Atomic(0)

  var count: Int { value.load(ordering: .relaxed) }

  func increment() -> Int { value.add(1, ordering: .relaxed).newValue }
}
