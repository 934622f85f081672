/// The indexes of an engine's namespaces. None of them knows a run of another one. Not `Sendable`: they belong to one
/// thread at a time.
final class VisibilityIndexes {
  private let declared: [String: SearchAttributeType]
  private let stamp: UInt64
  private let own: VisibilityIndex
  private var others: [NamespaceKey: VisibilityIndex] = [:]
  private var isInBulk = false

  /// - Parameters:
  ///   - declared: the types of search attributes, in every namespace.
  ///   - stamp: tells these indexes from those of another life of the engine.
  init(declared: [String: SearchAttributeType], stamp: UInt64) {
    self.declared = declared
    self.stamp = stamp
    own = VisibilityIndex(declared: declared, stamp: stamp)
  }

  /// The index of a namespace.
  subscript(namespace: NamespaceKey) -> VisibilityIndex {
    if namespace.isOwn { return own }
    if let index = others[namespace] { return index }
    let index = VisibilityIndex(
      declared: declared, stamp: stamp ^ UInt64(VisibilityIndex.hash(namespace.name.utf8)))
    if isInBulk { index.beginBulk() }
    others[namespace] = index
    return index
  }

  func apply(_ change: VisibilityChange) {
    switch change {
    case .put(let record): self[record.namespace].apply(change)
    case .forget(_, let namespace): self[namespace].apply(change)
    }
  }

  /// Takes many runs in any order: the orders are made at the end.
  func applyInBulk(_ body: (VisibilityIndexes) throws -> Void) rethrows {
    isInBulk = true
    own.beginBulk()
    for index in others.values { index.beginBulk() }
    defer {
      isInBulk = false
      own.endBulk()
      for index in others.values { index.endBulk() }
    }
    try body(self)
  }
}
