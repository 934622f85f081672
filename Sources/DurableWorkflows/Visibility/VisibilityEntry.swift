/// A row's entry in the arena: ids, what few runs have, search attributes and memo.
enum VisibilityEntry {
  private enum Flag {
    static let hasPlainRunID: UInt8 = 1
    static let hasExecutionTime: UInt8 = 2
    static let hasParent: UInt8 = 4
    static let hasRoot: UInt8 = 8
    static let hasAttributes: UInt8 = 16
    static let hasMemo: UInt8 = 32
  }

  /// Writes the entry of a run.
  ///
  /// - Parameter attributes: gives a search attribute's number, and its type.
  static func bytes(
    of record: VisibilityRecord, attributes: (String, Payload) -> (code: UInt32, type: SearchAttributeType)
  ) -> [UInt8] {
    var writer = ByteWriter(reserving: 96)
    let bits = RunIDs.bits(record.runID)
    var flags: UInt8 = 0
    if bits == nil { flags |= Flag.hasPlainRunID }
    if record.executionTime != record.startTime { flags |= Flag.hasExecutionTime }
    if record.parent != nil { flags |= Flag.hasParent }
    if record.root != nil { flags |= Flag.hasRoot }
    if !record.searchAttributes.isEmpty { flags |= Flag.hasAttributes }
    if !record.memo.isEmpty { flags |= Flag.hasMemo }
    writer.byte(flags)
    writer.text(record.workflowID)
    if let bits {
      writer.word(bits.high)
      writer.word(bits.low)
    } else {
      writer.text(record.runID)
    }
    writer.unsigned(UInt64(max(0, record.historyLength)))
    writer.unsigned(UInt64(max(0, record.historySizeBytes)))
    if record.executionTime != record.startTime { writer.signed(record.executionTime.nanosecondsSinceEpoch) }
    for execution in [record.parent, record.root] {
      guard let execution else { continue }
      writer.text(execution.workflowID)
      writer.text(execution.runID)
    }
    if !record.searchAttributes.isEmpty {
      writer.count(record.searchAttributes.count)
      for (name, payload) in record.searchAttributes {
        let (code, type) = attributes(name, payload)
        writer.unsigned(UInt64(code))
        writer.blob(VisibilityStoredAttribute.bytes(of: payload, type))
      }
    }
    if !record.memo.isEmpty { writer.payloadMap(record.memo) }
    return writer.bytes
  }

  /// The fixed beginning of an entry.
  struct Head {
    let flags: UInt8
    let workflowID: UnsafeRawBufferPointer
    /// The 16 bytes of a UUID, or the text.
    let runID: UnsafeRawBufferPointer

    var hasPlainRunID: Bool { flags & Flag.hasPlainRunID != 0 }

    @inline(__always)
    init(_ cursor: inout VisibilityCursor) {
      flags = cursor.byte()
      workflowID = cursor.blob()
      runID = flags & Flag.hasPlainRunID != 0 ? cursor.blob() : cursor.take(16)
    }

    var runIDText: String {
      if hasPlainRunID { return String(decoding: runID, as: UTF8.self) }
      let high = runID.loadUnaligned(as: UInt64.self)
      let low = runID.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      return RunIDs.Bits(high: high, low: low).description
    }
  }

  /// What stands behind the head and before the search attributes.
  struct Details {
    let head: Head
    let historyLength: Int64
    let historySizeBytes: Int64
    let executionTime: Int64?
    let parent: WorkflowExecution?
    let root: WorkflowExecution?

    init(_ cursor: inout VisibilityCursor) {
      head = Head(&cursor)
      historyLength = Int64(clamping: cursor.unsigned())
      historySizeBytes = Int64(clamping: cursor.unsigned())
      executionTime = head.flags & Flag.hasExecutionTime != 0 ? cursor.signed() : nil
      parent =
        head.flags & Flag.hasParent != 0 ? WorkflowExecution(workflowID: cursor.text(), runID: cursor.text()) : nil
      root = head.flags & Flag.hasRoot != 0 ? WorkflowExecution(workflowID: cursor.text(), runID: cursor.text()) : nil
    }
  }

  /// The stored value of a search attribute; `nil` if the run has none.
  static func attribute(_ code: UInt32, of entry: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var cursor = VisibilityCursor(entry)
    let flags = skipToAttributes(&cursor)
    guard flags & Flag.hasAttributes != 0 else { return nil }
    for _ in 0..<cursor.unsigned() {
      if cursor.unsigned() == UInt64(code) { return cursor.blob() }
      cursor.skipBlob()
    }
    return nil
  }

  private static func skipToAttributes(_ cursor: inout VisibilityCursor) -> UInt8 {
    let flags = Head(&cursor).flags
    _ = cursor.unsigned()
    _ = cursor.unsigned()
    if flags & Flag.hasExecutionTime != 0 { _ = cursor.unsigned() }
    for flag in [Flag.hasParent, Flag.hasRoot] where flags & flag != 0 {
      cursor.skipBlob()
      cursor.skipBlob()
    }
    return flags
  }

  /// The search attributes, by number, and the memo.
  static func maps(
    of entry: UnsafeRawBufferPointer, name: (UInt32) -> String
  ) throws(RecordCodingError) -> (attributes: [String: Payload], memo: [String: Payload]) {
    var cursor = VisibilityCursor(entry)
    let flags = skipToAttributes(&cursor)
    var attributes: [String: Payload] = [:]
    if flags & Flag.hasAttributes != 0 {
      for _ in 0..<cursor.unsigned() {
        let code = UInt32(truncatingIfNeeded: cursor.unsigned())
        attributes[name(code)] = try VisibilityStoredAttribute(cursor.blob()).payload()
      }
    }
    guard flags & Flag.hasMemo != 0 else { return (attributes, [:]) }
    var reader = ByteReader(Array(cursor.take(entry.count - cursor.position)))
    return (attributes, try reader.payloadMap())
  }
}

extension ByteWriter {
  fileprivate mutating func word(_ value: UInt64) { withUnsafeBytes(of: value) { for next in $0 { byte(next) } } }
}
