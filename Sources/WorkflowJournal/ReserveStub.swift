extension Journal {
  public func commit(usingReserve: Bool) throws(JournalError) -> CommittedBatch { try commit() }
  public var isShortOfSpace: Bool { false }
  public func refillReserve() throws(JournalError) {}
}
