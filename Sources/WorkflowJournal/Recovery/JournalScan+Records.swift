// The records of a batch.

extension JournalScan {
  /// How the records of a file are to be read.
  enum Content {
    case plain
    case encrypted(FileCipher)
    /// The key is not known, and not needed for checking.
    case hidden
  }

  /// Where a batch lies; `file` is what pointers call the file.
  struct BatchPlace {
    var file: UInt32
    var path: String
    var offset: Int
  }

  /// How to read the file whose header names that key. Throws `missingKey` and `wrongKey`.
  mutating func content(
    _ purpose: FileCipher.Purpose,
    _ identifier: JournalIdentifier,
    key: UInt32,
    salt: KeySalt,
    _ path: String
  ) throws(JournalError) -> Content {
    guard key != 0 else { return .plain }
    found.keys.insert(key)
    if !needsRecords, encryption?.key(key) == nil { return .hidden }
    let cipher = try FileCipher(encryption, purpose, identifier, keyIdentifier: key, salt: salt, file: path)
    return cipher.map { .encrypted($0) } ?? .plain
  }

  /// Visits the records of a batch whose `batch.length` bytes begin at `payload` of `window`.
  mutating func visitRecords(
    _ window: [UInt8],
    _ batch: BatchHeader,
    _ payload: Int,
    _ place: BatchPlace,
    _ content: Content,
    _ visit: RecordVisitor
  ) throws {
    let isWhole: Bool
    switch content {
    case _ where batch.kind != .data, .plain:
      isWhole = try visitRecords(window.span, batch, payload..<(payload + Int(batch.length)), place, visit)
    case .hidden:
      found.records += Int(batch.count)
      isWhole = true
    case .encrypted(let cipher):
      guard let records = cipher.open(window, at: payload, batch) else {
        try damaged(
          .damaged(
            "Batch \(batch.sequence) has a valid checksum, but was not written with key \(cipher.keyIdentifier)",
            file: place.path,
            offset: place.offset
          )
        )
        return
      }
      isWhole = try visitRecords(records.span, batch, 0..<records.count, place, visit)
    }
    guard !isWhole else { return }
    try damaged(
      .damaged(
        "Batch \(batch.sequence) has a valid checksum, but its records cannot be told apart",
        file: place.path,
        offset: place.offset
      )
    )
  }

  /// Returns false when the bytes are not the stated number of records.
  private mutating func visitRecords(
    _ bytes: Span<UInt8>,
    _ batch: BatchHeader,
    _ range: Range<Int>,
    _ place: BatchPlace,
    _ visit: RecordVisitor
  ) throws -> Bool {
    var position = range.lowerBound
    var count: UInt32 = 0
    while position < range.upperBound {
      guard count < batch.count,
        let record = RecordFormat.locate(in: bytes, at: position, limit: range.upperBound)
      else { break }
      let offset = place.offset + BatchHeader.byteCount + record.body.lowerBound - range.lowerBound
      try visit(
        record.type,
        bytes.extracting(record.body),
        RecordPointer(segment: place.file, offset: UInt32(offset), length: UInt32(record.body.count))
      )
      position = record.next
      count += 1
    }
    found.records += Int(count)
    return position == range.upperBound && count == batch.count
  }
}
