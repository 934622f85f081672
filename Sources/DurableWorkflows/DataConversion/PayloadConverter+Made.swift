// Payloads that were made elsewhere: those of memos, of details, of schedules and batches. They go through the codecs
// too, once.

extension PayloadConverter {
  /// The payload as it is recorded. One that a codec has encoded already, even with a key that is missing here, stays
  /// as it is; so does null, which removes what it stands for.
  func encodedOnce(_ payload: Payload) throws -> Payload {
    if payload.isNull { return payload }
    guard let plain = try? decode(payload), plain == payload else { return payload }
    return try encode(payload)
  }

  func encodedOnce(_ payloads: [Payload]) throws -> [Payload] { try payloads.map(encodedOnce) }

  func encodedOnce(_ payloads: [String: Payload]) throws -> [String: Payload] {
    payloads.isEmpty ? payloads : try payloads.mapValues(encodedOnce)
  }

  /// The payload as code and people see it; one that cannot be decoded stays as it is.
  func readable(_ payload: Payload) -> Payload { (try? decode(payload)) ?? payload }

  func readable(_ payloads: [Payload]) -> [Payload] { payloads.map(readable) }

  func readable(_ payloads: [String: Payload]) -> [String: Payload] {
    payloads.isEmpty ? payloads : payloads.mapValues(readable)
  }
}

extension Schedule {
  /// The schedule with the input and memo of its action as they are recorded.
  func encoded(by converter: any PayloadConverter, in namespace: String) throws -> Schedule {
    var schedule = self
    guard case .startWorkflow(var start) = action else { return schedule }
    let bound = converter.bound(to: start.workflowID, in: namespace)
    start.input = try bound.encodedOnce(start.input)
    start.memo = try bound.encodedOnce(start.memo)
    schedule.action = .startWorkflow(start)
    return schedule
  }

  /// The schedule as code and people see it.
  func readable(by converter: any PayloadConverter) -> Schedule {
    var schedule = self
    guard case .startWorkflow(var start) = action else { return schedule }
    start.input = converter.readable(start.input)
    start.memo = converter.readable(start.memo)
    schedule.action = .startWorkflow(start)
    return schedule
  }
}

extension BatchOperation {
  /// The operation with its payloads as they are recorded.
  func encoded(by converter: any PayloadConverter) throws -> BatchOperation {
    switch self {
    case .terminate(let details): .terminate(details: try converter.encodedOnce(details))
    case .signal(let name, let input, let header):
      .signal(name: name, input: try converter.encodedOnce(input), header: header)
    case .cancel, .delete, .pause, .unpause, .reset: self
    }
  }
}
