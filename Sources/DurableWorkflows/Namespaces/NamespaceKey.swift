/// A namespace as records and tables name it: the engine's own one has no name there, whatever it is called, so that
/// its records are those of a journal without namespaces.
struct NamespaceKey: Hashable, Comparable, Sendable {
  /// Empty for the engine's own namespace.
  let name: String

  /// The engine's own namespace.
  static let own = NamespaceKey(name: "")

  var isOwn: Bool { name.isEmpty }

  static func < (left: NamespaceKey, right: NamespaceKey) -> Bool { left.name < right.name }
}

/// An id that is unique within a namespace. Those of a namespace stand together in the order of ids.
struct NamespacedID: Hashable, Comparable, Sendable {
  var namespace: NamespaceKey
  var id: String

  init(_ namespace: NamespaceKey, _ id: String) {
    self.namespace = namespace
    self.id = id
  }

  static func < (left: NamespacedID, right: NamespacedID) -> Bool {
    left.namespace == right.namespace ? left.id < right.id : left.namespace < right.namespace
  }
}

extension ByteWriter {
  /// What begins the record of something in another namespace than the engine's own: a kind, and the namespace.
  mutating func namespacePrefix(_ namespace: NamespaceKey, _ kind: UInt8) {
    if namespace.isOwn { return }
    byte(kind)
    text(namespace.name)
  }
}

extension ByteReader {
  /// The namespace of a record whose own kind is read next.
  mutating func namespacePrefix(_ kind: UInt8) throws(RecordCodingError) -> NamespaceKey {
    guard peek == kind else { return .own }
    _ = try byte()
    return NamespaceKey(name: try text())
  }
}
