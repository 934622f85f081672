internal import Synchronization
internal import WorkflowJournal

/// Gathers the files that payloads are in.
final class BlobCollector: Sendable {
  private let found = Mutex<Set<BlobReference>>([])

  var references: Set<BlobReference> { found.withLock { $0 } }

  func note(_ payloads: [Payload]) {
    for payload in payloads { note(payload) }
  }

  func note(_ payload: Payload) {
    guard payload.metadata[PayloadStore.metadataKey] != nil, let reference = BlobReference(encoded: payload.data)
    else { return }
    found.withLock { _ = $0.insert(reference) }
  }

  func note(_ events: [HistoryEvent]) throws {
    let store = PayloadStore(collecting: self)
    for event in events { _ = try store.resolved(event) }
  }
}
