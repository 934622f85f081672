extension ByteWriter {
  /// Payloads with nothing but a well-known encoding take one byte for it.
  mutating func payload(_ payload: Payload) {
    switch payload.metadata {
    case Payload.jsonMetadata: byte(1)
    case Payload.nullMetadata: byte(2)
    case Payload.bytesMetadata: byte(3)
    default:
      byte(0)
      payloadMetadata(payload.metadata)
    }
    blob(payload.data)
  }

  mutating func payloadMetadata(_ metadata: [String: [UInt8]]) {
    array(metadata.sorted { $0.key < $1.key }) { writer, entry in
      writer.text(entry.key)
      writer.blob(entry.value)
    }
  }

  mutating func payloads(_ payloads: [Payload]) {
    count(payloads.count)
    let payloads = payloads.span
    for index in payloads.indices { payload(payloads[index]) }
  }

  mutating func payloadMap(_ map: [String: Payload]) {
    array(map.sorted { $0.key < $1.key }) { writer, entry in
      writer.text(entry.key)
      writer.payload(entry.value)
    }
  }

  /// Chains deeper than a reader accepts end with the innermost message.
  mutating func failure(_ failure: Failure, depth: Int = 0) {
    let isCut = depth == ByteReader.deepestCause - 1 && failure.cause != nil
    text(isCut ? "\(failure.message) … \(failure.root.message)" : failure.message)
    text(failure.source)
    text(failure.stackTrace)
    if let encoded = failure.encodedAttributes {
      byte(ByteReader.encodedAttributesMark)
      payload(encoded)
    }
    failureInfo(failure.info)
    optional(isCut ? nil : failure.cause) { $0.failure($1, depth: depth + 1) }
  }

  private mutating func failureInfo(_ info: Failure.Info) {
    switch info {
    case .application(let type, let isNonRetryable, let details, let nextRetryDelay):
      byte(1)
      text(type)
      byte(isNonRetryable ? 1 : 0)
      payloads(details)
      optional(nextRetryDelay) { $0.duration($1) }
    case .timeout(let type, let details):
      byte(2)
      count(type.rawValue)
      payloads(details)
    case .canceled(let details):
      byte(3)
      payloads(details)
    case .terminated(let identity):
      byte(4)
      text(identity)
    case .server(let isNonRetryable):
      byte(5)
      byte(isNonRetryable ? 1 : 0)
    case .activity(let scheduled, let started, let identity, let type, let id, let retryState):
      byte(6)
      signed(scheduled)
      signed(started)
      text(identity)
      text(type)
      text(id)
      count(retryState.rawValue)
    case .childWorkflow(let namespace, let workflowID, let runID, let type, let initiated, let started, let retryState):
      byte(7)
      text(namespace)
      text(workflowID)
      text(runID)
      text(type)
      signed(initiated)
      signed(started)
      count(retryState.rawValue)
    }
  }

  mutating func retryPolicy(_ policy: RetryPolicy) {
    duration(policy.initialInterval)
    unsigned(policy.backoffCoefficient.bitPattern)
    duration(policy.maximumInterval)
    count(policy.maximumAttempts)
    array(policy.nonRetryableErrorTypes) { $0.text($1) }
  }
}

extension ByteReader {
  /// The deepest chain of causes that is read.
  fileprivate static let deepestCause = 64
  /// Stands before the kind of a failure with encoded attributes; they come in between.
  fileprivate static let encodedAttributesMark: UInt8 = 0x80

  mutating func payload() throws(RecordCodingError) -> Payload {
    let metadata: [String: [UInt8]]
    switch try byte() {
    case 0: metadata = try payloadMetadata()
    case 1: metadata = Payload.jsonMetadata
    case 2: metadata = Payload.nullMetadata
    case 3: metadata = Payload.bytesMetadata
    case let kind: throw RecordCodingError("payload kind \(kind) is unknown", at: remaining)
    }
    return Payload(metadata: metadata, data: try blob())
  }

  mutating func payloadMetadata() throws(RecordCodingError) -> [String: [UInt8]] {
    var metadata: [String: [UInt8]] = [:]
    for _ in 0..<(try count()) { metadata[try text()] = try blob() }
    return metadata
  }

  mutating func payloads() throws(RecordCodingError) -> [Payload] {
    try array { reader throws(RecordCodingError) in try reader.payload() }
  }

  mutating func payloadMap() throws(RecordCodingError) -> [String: Payload] {
    var map: [String: Payload] = [:]
    for _ in 0..<(try count()) { map[try text()] = try payload() }
    return map
  }

  mutating func failure(depth: Int = 0) throws(RecordCodingError) -> Failure {
    guard depth < ByteReader.deepestCause else {
      throw RecordCodingError("a failure has more than \(ByteReader.deepestCause) causes", at: remaining)
    }
    let message = try text()
    let source = try text()
    let stackTrace = try text()
    var kind = try byte()
    var encodedAttributes: Payload?
    if kind == ByteReader.encodedAttributesMark {
      encodedAttributes = try payload()
      kind = try byte()
    }
    let info = try failureInfo(kind)
    let cause = try optional { reader throws(RecordCodingError) in try reader.failure(depth: depth + 1) }
    var failure = Failure(message: message, info: info, cause: cause, source: source, stackTrace: stackTrace)
    failure.encodedAttributes = encodedAttributes
    return failure
  }

  private mutating func failureInfo(_ kind: UInt8) throws(RecordCodingError) -> Failure.Info {
    switch kind {
    case 1:
      return .application(
        type: try text(), isNonRetryable: try bool(), details: try payloads(),
        nextRetryDelay: try optional { reader throws(RecordCodingError) in try reader.duration() })
    case 2: return .timeout(try timeoutType(), lastHeartbeatDetails: try payloads())
    case 3: return .canceled(details: try payloads())
    case 4: return .terminated(identity: try text())
    case 5: return .server(isNonRetryable: try bool())
    case 6:
      return .activity(
        scheduledEventID: try signed(), startedEventID: try signed(), identity: try text(), activityType: try text(),
        activityID: try text(), retryState: try retryState())
    case 7:
      return .childWorkflow(
        namespace: try text(), workflowID: try text(), runID: try text(), workflowType: try text(),
        initiatedEventID: try signed(), startedEventID: try signed(), retryState: try retryState())
    case let kind: throw RecordCodingError("failure kind \(kind) is unknown", at: remaining)
    }
  }

  mutating func timeoutType() throws(RecordCodingError) -> TimeoutType {
    let value = Int(truncatingIfNeeded: try unsigned())
    guard let type = TimeoutType(rawValue: value) else {
      throw RecordCodingError("timeout type \(value) is unknown", at: remaining)
    }
    return type
  }

  mutating func retryState() throws(RecordCodingError) -> RetryState {
    let value = Int(truncatingIfNeeded: try unsigned())
    guard let state = RetryState(rawValue: value) else {
      throw RecordCodingError("retry state \(value) is unknown", at: remaining)
    }
    return state
  }

  /// A number of attempts: small enough for counting on.
  mutating func attempt() throws(RecordCodingError) -> Int {
    let value = try unsigned()
    guard value <= UInt64(Int32.max) else { throw RecordCodingError("\(value) is not a number of attempts", at: remaining) }
    return Int(value)
  }

  mutating func retryPolicy() throws(RecordCodingError) -> RetryPolicy {
    RetryPolicy(
      initialInterval: try duration(), backoffCoefficient: Double(bitPattern: try unsigned()),
      maximumInterval: try duration(), maximumAttempts: Int(clamping: try unsigned()),
      nonRetryableErrorTypes: try array { reader throws(RecordCodingError) in try reader.text() })
  }
}
