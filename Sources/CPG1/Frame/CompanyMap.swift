/// Values by company and identifier, both numbers of one ``KeyTable``.
///
/// As identifiers are numbered in order, a value is found by an index instead of a hash. Companies that have the same
/// identifier form a chain.
struct CompanyMap<Value> {
  private struct Entry {
    let company: Int32
    /// The next entry of the chain, -1 at its end.
    let next: Int32
    var value: Value
  }

  private var heads: [Int32] = []
  private var entries: [Entry] = []

  /// The value at a position.
  subscript(position: Int) -> Value {
    get { entries[position].value }
    set { entries[position].value = newValue }
  }

  /// The position of a key's value.
  func position(company: Int32, id: Int32) -> Int? {
    guard id >= 0, id < heads.count else { return nil }
    var entry = heads[Int(id)]
    while entry >= 0 {
      if entries[Int(entry)].company == company { return Int(entry) }
      entry = entries[Int(entry)].next
    }
    return nil
  }

  /// Adds the value of a key that has none yet, or leaves the one that it has. Returns whether it was added.
  @discardableResult
  mutating func insert(_ value: Value, company: Int32, id: Int32) -> Bool {
    if position(company: company, id: id) != nil { return false }
    if Int(id) >= heads.count {
      heads.append(contentsOf: repeatElement(-1, count: max(Int(id) + 1, heads.count * 2) - heads.count))
    }
    entries.append(Entry(company: company, next: heads[Int(id)], value: value))
    heads[Int(id)] = Int32(entries.count - 1)
    return true
  }
}
