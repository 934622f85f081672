internal import ExampleSupport
internal import FoundationEssentials
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Where published events go: a message broker, a file, a test.
public protocol EventSink: Sendable {
  /// Hands events over, in this order. When it returns, they are safe.
  ///
  /// - Throws: if it cannot be said that all of them are safe; they are handed over again.
  func publish(_ events: [RecordedEvent]) async throws

  /// No further event will come.
  func close() async
}

/// Appends events to a file, one JSON object per line, with the key and the properties that messages have.
public final class FileEventSink: EventSink {
  /// Why a file cannot be written.
  public struct Failure: Error, CustomStringConvertible {
    /// What failed, with the path.
    public let description: String
  }

  private let path: String
  private let topic: String
  private let producer: String
  /// The open file; `nil` once it is closed.
  private let descriptor: Mutex<Int32?>

  /// Opens the file, creating it if needed.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - topic: the topic that every line names.
  ///   - producer: the producer's name that every line carries.
  /// - Throws: ``Failure``.
  public init(path: String, topic: String, producer: String) throws {
    self.path = path
    self.topic = topic
    self.producer = producer
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    if descriptor < 0 {
      throw Failure(description: "cannot open '\(path)' for events: \(String(cString: strerror(errno)))")
    }
    self.descriptor = Mutex(descriptor)
  }

  public func publish(_ events: [RecordedEvent]) async throws {
    let text = events.map { line($0).text + "\n" }.joined()
    let failure = descriptor.withLock { descriptor -> String? in
      guard let descriptor else { return "it is closed" }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        if written <= 0 { return String(cString: strerror(errno)) }
        rest = rest.dropFirst(written)
      }
      return fsync(descriptor) == 0 ? nil : String(cString: strerror(errno))
    }
    if let failure { throw Failure(description: "events cannot be written to '\(path)': \(failure)") }
  }

  public func close() async {
    descriptor.withLock { descriptor in
      if let open = descriptor { closeFile(open) }
      descriptor = nil
    }
  }

  private func line(_ event: RecordedEvent) -> JSONValue {
    .object([
      "topic": .string(topic), "key": .string(event.aggregateID), "event_id": .string(event.eventID),
      "properties": .object([
        "event_time": .string(event.createdAt.description), "producer": .string("conn-dict"),
        "producer_name": .string(producer),
      ]), "payload": event.payload,
    ])
  }
}

/// Calls the system's `close`, which the method of the same name hides.
private func closeFile(_ descriptor: Int32) { _ = close(descriptor) }

/// Keeps events in memory, and refuses them when it is told to.
public final class RecordingEventSink: EventSink {
  private struct State {
    var events: [RecordedEvent] = []
    var failure: String?
  }

  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private let state = Mutex(State())

  /// Creates an empty sink.
  public init() {}

  /// The events so far, in order, repetitions included.
  public var events: [RecordedEvent] { state.withLock { $0.events } }

  /// Refuses everything, with this reason, until it is called with `nil`.
  public func refuse(_ reason: String?) { state.withLock { $0.failure = reason } }

  public func publish(_ events: [RecordedEvent]) async throws {
    try state.withLock { state in
      if let failure = state.failure { throw Refusal(description: failure) }
      state.events += events
    }
  }

  public func close() async {}
}
