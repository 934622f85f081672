/// Up to 15 bytes of ASCII in two words, which are compared and hashed faster than a string. Nearly all identifiers
/// fit.
struct ShortText: Equatable {
  /// The bytes from the lowest on, then zeros; the highest of the 16 is the number of bytes.
  private var words: (UInt64, UInt64) = (0, 0)

  /// No bytes.
  init() {}

  /// The text; nil when it is too long or holds something else than ASCII.
  init?(_ bytes: Span<UInt8>) {
    let count = bytes.count
    guard count < 16 else { return nil }
    if count < 8 {
      for index in 0..<count { words.0 |= UInt64(bytes[index]) << UInt64(8 * index) }
    } else {
      // The second word ends with the text and shares its first bytes with the first word, which are shifted out.
      let (first, last) = bytes.withUnsafeBytes {
        ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
      }
      words = (UInt64(littleEndian: first), UInt64(littleEndian: last) >> UInt64(8 * (16 - count)))
    }
    guard (words.0 | words.1) & Self.every(0x80) == 0 else { return nil }
    words.1 |= UInt64(count) << 56
  }

  /// How many bytes there are.
  var count: Int { Int(words.1 >> 56) }

  /// One of the bytes.
  subscript(index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (index < 8 ? words.0 : words.1) >> UInt64(8 * (index & 7)))
  }

  /// Whether one of the bytes, other than zero or a control character, is this one.
  func contains(_ byte: UInt8) -> Bool {
    // A byte becomes zero where it is this one; taking one from zero reaches the highest bit, which ASCII leaves free.
    func hits(_ word: UInt64) -> UInt64 {
      let difference = word ^ Self.every(byte)
      return (difference &- Self.every(1)) & ~difference & Self.every(0x80)
    }
    return hits(words.0) | hits(words.1) != 0
  }

  /// The text in upper case.
  var uppercased: ShortText {
    // All bytes of a word at once: the highest bit of a byte, free in ASCII, tells whether it is between a and z.
    func upper(_ word: UInt64) -> UInt64 {
      let fromA = word &+ Self.every(0x80 - UInt8(ascii: "a"))
      let beyondZ = word &+ Self.every(0x7F - UInt8(ascii: "z"))
      return word &- ((fromA & ~beyondZ & Self.every(0x80)) >> 2)
    }
    var text = self
    text.words = (upper(words.0), upper(words.1))
    return text
  }

  /// The text as a string.
  var string: String {
    withUnsafeBytes(of: (words.0.littleEndian, words.1.littleEndian)) {
      String(decoding: $0.prefix(count), as: UTF8.self)
    }
  }

  /// A number in whose upper bits all bytes take part.
  var hash: UInt64 {
    let mixed = (words.0 &* 0x9e37_79b9_7f4a_7c15) ^ (words.1 &* 0xc2b2_ae3d_27d4_eb4f)
    return (mixed ^ (mixed >> 32)) &* 0x9e37_79b9_7f4a_7c15
  }

  static func == (left: ShortText, right: ShortText) -> Bool { left.words == right.words }

  private static func every(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }
}

/// Numbers for short texts in the order in which they come, by open addressing.
struct ShortTextIndex {
  /// The upper half of a text's hash and, in the lower half, its number plus one; zero while the slot is free. Half of
  /// a hash seldom is another text's, so that texts are compared hardly more often than they are found.
  private var slots: [UInt64] = Array(repeating: 0, count: 64)
  /// A bit for every quarter of the hashes with which a search begins at a slot, set when a text has one of them. It
  /// ends most searches for texts that have no number, and is so small that the processor keeps it at hand.
  private var marks: [UInt64] = Array(repeating: 0, count: 4)
  /// The texts by number.
  private var texts: [ShortText] = []

  /// The text of a number.
  subscript(code: Int32) -> ShortText { texts[Int(code)] }

  /// The number of a text, -1 when it has none.
  func existingCode(of text: ShortText) -> Int32 {
    let hash = text.hash
    let mark = mark(of: hash)
    guard marks[mark >> 6] & 1 << UInt64(mark & 63) != 0 else { return -1 }
    return Int32(slots[slot(of: text, hash: hash)] & 0xFFFF_FFFF) - 1
  }

  /// The number of a text, a new one when it has none yet.
  mutating func code(of text: ShortText) -> Int32 {
    let hash = text.hash
    let slot = slot(of: text, hash: hash)
    if slots[slot] != 0 { return Int32(slots[slot] & 0xFFFF_FFFF) - 1 }
    texts.append(text)
    slots[slot] = hash & ~0xFFFF_FFFF | UInt64(texts.count)
    setMark(of: hash)
    if texts.count * 2 > slots.count { grow() }
    return Int32(texts.count - 1)
  }

  /// A number that no text has.
  mutating func skip() -> Int32 {
    texts.append(ShortText())
    return Int32(texts.count - 1)
  }

  /// Where a text is, or where it belongs.
  private func slot(of text: ShortText, hash: UInt64) -> Int {
    var slot = start(of: hash)
    while slots[slot] != 0 {
      if (slots[slot] ^ hash) >> 32 == 0, texts[Int(slots[slot] & 0xFFFF_FFFF) - 1] == text { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    marks = Array(repeating: 0, count: slots.count / 16)
    for entry in old where entry != 0 {
      var slot = start(of: entry)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
      setMark(of: entry)
    }
  }

  private mutating func setMark(of hash: UInt64) {
    let mark = mark(of: hash)
    marks[mark >> 6] |= 1 << UInt64(mark & 63)
  }

  /// Where the search for a hash begins: as many of its upper bits as there are slots. They are in the half that slots
  /// hold as long as there are less than 2^30.
  private func start(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> UInt64(64 - slots.count.trailingZeroBitCount))
  }

  /// The two bits more that choose the mark.
  private func mark(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> UInt64(62 - slots.count.trailingZeroBitCount))
  }
}
