/// Which rows of a column are NULL: one bit per row, no memory at all while there is none.
struct NullMask: Sendable {
  private var words: [UInt64] = []
  private(set) var count = 0

  func isNull(_ row: Int) -> Bool {
    let word = row >> 6
    return word < words.count && words[word] & (1 << UInt64(row & 63)) != 0
  }

  mutating func insert(_ row: Int) {
    let word = row >> 6
    if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
    words[word] |= 1 << UInt64(row & 63)
    count += 1
  }
}
