/// A text column: every row is a code into a pool of UTF-8 texts, -1 is NULL.
///
/// Repeated texts are stored once as long as they do repeat, so rules that work on text can be applied once per
/// distinct text instead of once per row. Entries may repeat in columns of mostly distinct texts.
struct TextStorage: Sendable {
  private(set) var codes: [Int32] = []
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []

  /// How many entries the pool has.
  var entryCount: Int { ends.count }

  /// The byte range of an entry in the pool.
  func range(of entry: Int) -> Range<Int> {
    (entry == 0 ? 0 : Int(ends[entry - 1]))..<Int(ends[entry])
  }

  /// The text of an entry.
  func text(of entry: Int) -> String {
    String(decoding: bytes[range(of: entry)], as: UTF8.self)
  }

  /// Calls `body` with the UTF-8 bytes of an entry.
  func withBytes<Result>(of entry: Int, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    try body(bytes.span.extracting(range(of: entry)))
  }

  /// Applies a rule once per entry of the pool.
  func mapEntries<Result>(_ rule: (String) throws -> Result) rethrows -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(entryCount)
    for entry in 0..<entryCount { results.append(try rule(text(of: entry))) }
    return results
  }

  /// The numbers that a rule gives to the entries of some rows, in the order of the rows; -1 for NULL. The rule, which
  /// must not give less than -1, is asked once per entry, unless the rows are so few that they hardly share one.
  func numbers(rows: some Collection<Int>, _ rule: (Int) -> Int32) -> [Int32] {
    if rows.count < entryCount / 2 { return rows.map { codes[$0] < 0 ? -1 : rule(Int(codes[$0])) } }
    // -2 marks entries that no row has asked for yet.
    var perEntry = [Int32](repeating: -2, count: entryCount)
    var results = [Int32](repeating: -1, count: rows.count)
    for (position, row) in rows.enumerated() where codes[row] >= 0 {
      let entry = Int(codes[row])
      if perEntry[entry] == -2 { perEntry[entry] = rule(entry) }
      results[position] = perEntry[entry]
    }
    return results
  }

  /// Orders two entries by their bytes, which is the order of their code points.
  func isOrderedBefore(_ left: Int, _ right: Int) -> Bool {
    let (leftRange, rightRange) = (range(of: left), range(of: right))
    let shared = min(leftRange.count, rightRange.count)
    for offset in 0..<shared {
      let (one, other) = (bytes[leftRange.lowerBound + offset], bytes[rightRange.lowerBound + offset])
      if one != other { return one < other }
    }
    return leftRange.count < rightRange.count
  }

  /// Whether an entry has exactly these bytes.
  func entry(_ entry: Int, equals other: Span<UInt8>) -> Bool {
    let range = range(of: entry)
    guard range.count == other.count else { return false }
    for offset in 0..<other.count where bytes[range.lowerBound + offset] != other[offset] { return false }
    return true
  }

  mutating func appendNull() { codes.append(-1) }
  mutating func append(code: Int32) { codes.append(code) }

  /// Adds an entry to the pool; nil when the pool would pass 4 GiB or 2^31 entries.
  mutating func addEntry(_ text: Span<UInt8>) -> Int32? {
    guard bytes.count + text.count <= Int(UInt32.max), ends.count < Int(Int32.max) else { return nil }
    for index in text.indices { bytes.append(text[index]) }
    ends.append(UInt32(bytes.count))
    return Int32(ends.count - 1)
  }

  mutating func reserve(rows: Int) { codes.reserveCapacity(rows) }
}

/// Finds texts that a ``TextStorage`` has already, by open addressing. Given up for columns whose texts hardly repeat.
struct TextIndex {
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var used = 0
  private(set) var isActive = true

  /// The code of a text, added to the storage when it is new; nil when the storage is full.
  mutating func code(of text: Span<UInt8>, in storage: inout TextStorage) -> Int32? {
    guard isActive else { return storage.addEntry(text) }
    // Texts that repeat a few times all over a table are still mostly new at its beginning.
    if used > 262_144, used * 4 > storage.codes.count * 3 {
      isActive = false
      slots = []
      return storage.addEntry(text)
    }
    var slot = Self.hash(text) & (slots.count - 1)
    while slots[slot] >= 0 {
      if storage.entry(Int(slots[slot]), equals: text) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard let code = storage.addEntry(text) else { return nil }
    slots[slot] = code
    used += 1
    if used * 2 > slots.count { grow(storage) }
    return code
  }

  private mutating func grow(_ storage: TextStorage) {
    var larger = [Int32](repeating: -1, count: slots.count * 4)
    for code in slots where code >= 0 {
      var slot = storage.withBytes(of: Int(code)) { Self.hash($0) } & (larger.count - 1)
      while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
      larger[slot] = code
    }
    slots = larger
  }

  private static func hash(_ text: Span<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & 0x7fff_ffff_ffff_ffff)
  }
}
