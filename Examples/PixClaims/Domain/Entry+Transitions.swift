extension Entry {
  /// Switches the entry on.
  ///
  /// - Returns: whether anything changed.
  /// - Throws: ``PixError`` with `INVALID_STATE` if the entry is blocked.
  mutating func activate() throws -> Bool {
    if status == .active { return false }
    try requireNotBlocked("activated")
    status = .active
    statusReason = nil
    return true
  }

  /// Switches the entry off.
  ///
  /// - Returns: whether anything changed.
  /// - Throws: ``PixError`` with `INVALID_STATE` if the entry is blocked.
  mutating func deactivate(reason: String) throws -> Bool {
    if status == .inactive { return false }
    try requireNotBlocked("deactivated")
    status = .inactive
    statusReason = reason
    return true
  }

  /// Takes over the given fields.
  mutating func apply(_ changes: EntryChanges) throws {
    if let text = changes.ownerTaxID { try Entry.checkTaxID(text) }
    branch = changes.branch ?? branch
    account = changes.account ?? account
    ownerName = changes.ownerName ?? ownerName
    ownerTaxID = changes.ownerTaxID ?? ownerTaxID
  }

  private func requireNotBlocked(_ action: String) throws {
    if status == .blocked { throw PixError(.invalidState, "entry \(entryID) is BLOCKED and cannot be \(action)") }
  }
}
