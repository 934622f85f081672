internal import WorkflowJournal

/// Keeps large payloads out of the journal: above the threshold a payload is a content-addressed file, written and
/// synced before the event that names it, and verified whenever it is read.
struct PayloadStore: Sendable {
  let blobs: BlobStore?
  let threshold: Int
  let maximumSize: Int
  /// How large memos and search attributes of commands may be.
  let limits: WorkflowLimits
  /// Is told of every reference instead of its being resolved.
  private let collector: BlobCollector?

  init(blobs: BlobStore?, threshold: Int, maximumSize: Int, limits: WorkflowLimits = WorkflowLimits()) {
    self.limits = limits
    self.blobs = blobs
    self.threshold = threshold
    self.maximumSize = maximumSize
    collector = nil
  }

  /// A store that only tells `collector` what is referred to.
  init(collecting collector: BlobCollector) {
    limits = WorkflowLimits()
    blobs = nil
    threshold = .max
    maximumSize = .max
    self.collector = collector
  }

  /// The metadata key of a payload whose data is the reference to a file.
  static let metadataKey = "durable-workflows-blob"

  /// Replaces what is too large by references.
  func externalized(_ payloads: [Payload]) throws -> [Payload] {
    var isLarge = false
    let span = payloads.span
    for index in span.indices {
      if span[index].data.count > threshold { isLarge = true }
      guard span[index].isExternal else { continue }
      throw ApplicationError(
        "the payload metadata key '\(PayloadStore.metadataKey)' is reserved; remove it", type: "ReservedMetadata",
        isNonRetryable: true)
    }
    return isLarge ? try payloads.map(externalized) : payloads
  }

  /// Fetches what is referred to.
  func resolved(_ payloads: [Payload]) throws -> [Payload] {
    guard payloads.contains(where: { $0.isExternal }) else { return payloads }
    return try payloads.map(resolved)
  }

  private func externalized(_ payload: Payload) throws -> Payload {
    guard payload.data.count > threshold else { return payload }
    guard payload.data.count <= maximumSize else {
      throw ApplicationError(
        "a payload of \(payload.data.count) bytes exceeds the limit of \(maximumSize); pass a reference to a file instead",
        type: "PayloadTooLarge", isNonRetryable: true)
    }
    guard let blobs else { return payload }
    let reference = try blobs.put(payload.data)
    var external = payload
    external.metadata[PayloadStore.metadataKey] = Array("sha256".utf8)
    external.data = reference.encoded
    return external
  }

  private func resolved(_ payload: Payload) throws -> Payload {
    if let collector {
      collector.note(payload)
      return payload
    }
    guard payload.isExternal, let blobs else { return payload }
    guard let reference = BlobReference(encoded: payload.data) else {
      throw RecordCodingError("a payload's blob reference has \(payload.data.count) bytes instead of 40", at: 0)
    }
    var whole = payload
    whole.metadata[PayloadStore.metadataKey] = nil
    whole.data = try blobs.get(reference)
    return whole
  }
}

extension Payload {
  /// Whether the data is a reference to a file. There are one or two keys: comparing them is faster than hashing.
  fileprivate var isExternal: Bool { metadata.contains { $0.key == PayloadStore.metadataKey } }
}
