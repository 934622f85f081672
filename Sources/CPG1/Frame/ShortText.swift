/// Up to 15 bytes of ASCII in two words, which are compared and hashed faster than a string. Nearly all identifiers
/// fit.
struct ShortText: Equatable {
  /// The bytes from the first on, then zeros; the last of the 16 is the number of bytes.
  private var words: (UInt64, UInt64) = (0, 0)

  /// No bytes.
  init() {}

  /// The text; nil when it is too long or holds something else than ASCII.
  init?(_ bytes: Span<UInt8>) {
    guard bytes.count < 16 else { return nil }
    withUnsafeMutableBytes(of: &words) { buffer in
      bytes.withUnsafeBytes { buffer.copyMemory(from: $0) }
      buffer[15] = UInt8(bytes.count)
    }
    guard (words.0 | words.1) & Self.every(0x80) == 0 else { return nil }
  }

  /// How many bytes there are.
  var count: Int { withUnsafeBytes(of: words) { Int($0[15]) } }

  /// One of the bytes.
  subscript(index: Int) -> UInt8 { withUnsafeBytes(of: words) { $0[index] } }

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
  var string: String { withUnsafeBytes(of: words) { String(decoding: $0.prefix(count), as: UTF8.self) } }

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
  /// The texts by number.
  private var texts: [ShortText] = []

  /// The text of a number.
  subscript(code: Int32) -> ShortText { texts[Int(code)] }

  /// The number of a text, -1 when it has none.
  func existingCode(of text: ShortText) -> Int32 {
    Int32(slots[slot(of: text, hash: text.hash)] & 0xFFFF_FFFF) - 1
  }

  /// The number of a text, a new one when it has none yet.
  mutating func code(of text: ShortText) -> Int32 {
    let hash = text.hash
    let slot = slot(of: text, hash: hash)
    if slots[slot] != 0 { return Int32(slots[slot] & 0xFFFF_FFFF) - 1 }
    texts.append(text)
    slots[slot] = hash & ~0xFFFF_FFFF | UInt64(texts.count)
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
    for entry in old where entry != 0 {
      var slot = start(of: entry)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }

  /// Where the search for a hash begins: as many of its upper bits as there are slots, never more than half of it.
  private func start(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> UInt64(64 - slots.count.trailingZeroBitCount))
  }
}
