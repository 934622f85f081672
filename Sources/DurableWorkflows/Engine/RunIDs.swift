/// The runs by their ids. Ids that are UUIDs, as those are that the engine makes, take 16 bytes.
struct RunIDs {
  struct Bits: Hashable, Sendable, CustomStringConvertible {
    var high: UInt64
    var low: UInt64

    /// The UUID in lower case.
    var description: String {
      var text: [UInt8] = []
      text.reserveCapacity(36)
      for position in 0..<32 {
        if position == 8 || position == 12 || position == 16 || position == 20 { text.append(UInt8(ascii: "-")) }
        let word = position < 16 ? high : low
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (position % 16))) & 0xF
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  private var byBits: [Bits: RunKey] = [:]
  private var byText: [String: RunKey] = [:]

  mutating func reserveCapacity(_ count: Int) { byBits.reserveCapacity(count) }

  subscript(id: String) -> RunKey? {
    get {
      if let bits = RunIDs.bits(id) { byBits[bits] } else { byText[id] }
    }
    set {
      if let bits = RunIDs.bits(id) { byBits[bits] = newValue } else { byText[id] = newValue }
    }
  }

  /// The bits of a UUID in lower case, the only spelling that they stand for.
  static func bits(_ id: String) -> Bits? {
    let utf8 = id.utf8
    guard utf8.count == 36 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    var digits = 0
    var position = 0
    for character in utf8 {
      defer { position += 1 }
      if position == 8 || position == 13 || position == 18 || position == 23 {
        guard character == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      default: return nil
      }
      if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
      digits += 1
    }
    return Bits(high: words.0, low: words.1)
  }
}
