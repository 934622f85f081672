internal import WorkflowJournal

/// Every decoder of the engine's records, for whoever tests them with bytes that nobody wrote.
///
/// A decoder never traps: it returns or throws, and it allocates no more than a small multiple of its input.
package enum RecordCheck {
  /// A kind of record body.
  package enum Kind: String, CaseIterable, Sendable {
    /// Consecutive events of a run.
    case events
    /// What is known of a run besides its events.
    case state
    /// A schedule's definition, progress, outcome or end.
    case schedule
    /// A run in a checkpoint.
    case image
    /// A batch's definition or progress.
    case batch
    /// The engine itself, in a checkpoint.
    case engine
  }

  /// The kind of a record by its type in the journal, or `nil` when it has no coding of its own.
  package static func kind(ofType type: UInt8) -> Kind? {
    switch type & 0x7F {
    case RecordType.events, RecordType.history: .events
    case RecordType.state: .state
    case RecordType.schedule: .schedule
    case RecordType.image: .image
    case RecordType.batch: .batch
    case RecordType.engine: .engine
    default: nil
    }
  }

  /// Decodes a body and encodes what it says. Encoding is canonical: doing it again changes nothing.
  ///
  /// - Parameter first: the first record of events of the run, from which later ones take what they leave out.
  /// - Returns: the canonical body; `nil` when the body says nothing.
  /// - Throws: when the bytes are no such body.
  package static func canonical(_ kind: Kind, _ body: [UInt8], first: [UInt8]) throws -> [UInt8]? {
    var writer = ByteWriter()
    var reader = ByteReader(body)
    switch kind {
    case .events:
      let key = RunKey(rawValue: try reader.unsigned())
      var firstReader = ByteReader(first)
      _ = try firstReader.unsigned()
      guard let start = try firstReader.events(started: nil).first,
        case .workflowExecutionStarted(var started) = start.attributes
      else { throw RecordCodingError("the run's first record does not begin with its start", at: 0) }
      let events = try reader.events(started: started)
      guard let event = events.first else { return nil }
      if case .workflowExecutionStarted(let own) = event.attributes { started = own }
      writer.events(events, of: key, state: RunState(key: key, started: started, startTime: event.time))
    case .state:
      let key = RunKey(rawValue: try reader.unsigned())
      writer.stateRecord(try reader.stateRecord(), of: key)
    case .schedule:
      writer.scheduleRecord(try reader.scheduleRecord())
    case .image:
      return try RunImage(decoding: body).encoded
    case .batch:
      let (namespace, record) = try BatchRecord.decode(body)
      return record.encoded(in: namespace)
    case .engine:
      return try EngineRecord(decoding: body).encoded
    }
    return writer.bytes
  }

  /// Takes over the records of a journal as an open does. Throws when they are none that an engine wrote.
  package static func recover(_ records: [(type: UInt8, body: [UInt8])]) throws {
    var recovered = RecoveredRuns { pointer in
      guard pointer.offset < records.count else { throw RecordCodingError("there is no such record", at: 0) }
      return records[Int(pointer.offset)].body
    }
    for (index, record) in records.enumerated() {
      let pointer = RecordPointer(segment: 1, offset: UInt32(index), length: UInt32(record.body.count))
      try recovered.visit(type: record.type, body: record.body.span, at: pointer)
    }
    try recovered.finish()
  }
}
