#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What an ``InMemoryFileSystem`` holds: two images of everything, the current and the durable one, and the changes in
/// between.
struct InMemoryState: Sendable {
  /// A file's bytes.
  struct Node: Sendable {
    var current: [UInt8] = []
    var durable: [UInt8] = []
  }

  /// A change that is not yet durable.
  enum Change: Sendable {
    case write(node: Int, offset: Int, bytes: [UInt8])
    case truncate(node: Int)
    case link(path: String, node: Int)
    case unlink(path: String)
    case rename(path: String, newPath: String, node: Int)
    case makeDirectory(path: String)

    /// The file whose sync makes the change durable.
    var node: Int? {
      switch self {
      case .write(let node, _, _), .truncate(let node): node
      default: nil
      }
    }

    /// The directory whose sync makes the change durable.
    var directory: String? {
      switch self {
      case .link(let path, _), .unlink(let path), .rename(let path, _, _), .makeDirectory(let path):
        InMemoryState.parent(of: path)
      default: nil
      }
    }
  }

  var nodes: [Int: Node] = [:]
  private var nextNode = 1
  /// From paths of files to nodes.
  private var currentNames: [String: Int] = [:]
  private var durableNames: [String: Int] = [:]
  private var currentDirectories: Set<String> = ["/"]
  private var durableDirectories: Set<String> = ["/"]
  private(set) var pending: [Change] = []
  var locks: Set<String> = []
  /// How many open files each node has.
  private var openFiles: [Int: Int] = [:]
  var kind = FileSystemKind(name: "memory", isDurable: true, isSupported: true)
  var faults: (@Sendable (InMemoryCall) -> InMemoryFault?)?
  /// Whether the machine has stopped, see ``InMemoryFault/stop``.
  private var hasStopped = false
  private(set) var callCount = 0
  private(set) var callCounts: [InMemoryCall.Operation: Int] = [:]

  mutating func count(_ operation: InMemoryCall.Operation, _ path: String, length: Int) -> InMemoryFault? {
    if hasStopped { return .stop }
    callCount += 1
    callCounts[operation, default: 0] += 1
    guard let faults else { return nil }
    let fault = faults(InMemoryCall(number: callCount, operation: operation, path: path, length: length))
    if case .stop? = fault { hasStopped = true }
    return fault
  }

  // MARK: Names

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  private func requireDirectory(_ path: String, _ operation: String) throws(JournalFileSystemError) {
    guard currentDirectories.contains(path) else {
      throw JournalFileSystemError(operation: operation, path: path, errno: ENOENT)
    }
  }

  private func requireNode(_ path: String, _ operation: String) throws(JournalFileSystemError) -> Int {
    guard let node = currentNames[path] else {
      throw JournalFileSystemError(operation: operation, path: path, errno: ENOENT)
    }
    return node
  }

  var paths: [String] { currentNames.keys.sorted() }

  func node(at path: String) -> Node? {
    currentNames[path].flatMap { nodes[$0] }
  }

  mutating func createDirectory(_ path: String) throws(JournalFileSystemError) -> Bool {
    try requireDirectory(Self.parent(of: path), "mkdir")
    guard currentDirectories.insert(path).inserted else { return false }
    pending.append(.makeDirectory(path: path))
    return true
  }

  func list(_ directory: String) throws(JournalFileSystemError) -> [String] {
    try requireDirectory(directory, "list")
    let prefix = directory == "/" ? "/" : directory + "/"
    let paths =
      currentNames.keys.filter { Self.parent(of: $0) == directory }
      + currentDirectories.filter { $0 != "/" && Self.parent(of: $0) == directory }
    return paths.map { String($0.dropFirst(prefix.count)) }.sorted()
  }

  mutating func open(_ path: String, _ access: JournalFileAccess) throws(JournalFileSystemError) -> Int {
    let node = try find(path, access)
    openFiles[node, default: 0] += 1
    return node
  }

  mutating func close(_ node: Int) {
    openFiles[node, default: 1] -= 1
  }

  private mutating func find(_ path: String, _ access: JournalFileAccess) throws(JournalFileSystemError) -> Int {
    guard access == .create else { return try requireNode(path, "open") }
    try requireDirectory(Self.parent(of: path), "open")
    if let node = currentNames[path] {
      nodes[node]?.current = []
      pending.append(.truncate(node: node))
      return node
    }
    let node = nextNode
    nextNode += 1
    nodes[node] = Node()
    currentNames[path] = node
    pending.append(.link(path: path, node: node))
    return node
  }

  mutating func rename(_ path: String, to newPath: String) throws(JournalFileSystemError) {
    let node = try requireNode(path, "rename")
    guard Self.parent(of: path) == Self.parent(of: newPath) else {
      throw JournalFileSystemError(operation: "rename", path: path, errno: EXDEV)
    }
    currentNames[path] = nil
    currentNames[newPath] = node
    pending.append(.rename(path: path, newPath: newPath, node: node))
  }

  mutating func remove(_ path: String) throws(JournalFileSystemError) {
    _ = try requireNode(path, "unlink")
    currentNames[path] = nil
    pending.append(.unlink(path: path))
  }

  mutating func lock(_ path: String) throws(JournalFileSystemError) {
    if currentNames[path] == nil { _ = try find(path, .create) }
    guard locks.insert(path).inserted else {
      throw JournalFileSystemError(operation: "lock", path: path, errno: EWOULDBLOCK, lockHolder: getpid())
    }
  }

  // MARK: Bytes

  mutating func write(_ node: Int, _ bytes: [UInt8], at offset: Int) {
    Self.overlay(bytes, at: offset, on: &nodes[node, default: Node()].current)
    pending.append(.write(node: node, offset: offset, bytes: bytes))
  }

  static func overlay(_ bytes: [UInt8], at offset: Int, on target: inout [UInt8]) {
    if target.count < offset + bytes.count {
      target.appendZeros(offset + bytes.count - target.count)
    }
    target.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: target[offset..<(offset + bytes.count)]).copyMemory(from: $0)
      }
    }
  }

  mutating func synchronize(_ node: Int) {
    applyPending { $0.node == node }
  }

  mutating func synchronizeDirectory(_ path: String) throws(JournalFileSystemError) {
    try requireDirectory(path, "fsync")
    applyPending { $0.directory == path }
    dropUnnamed()
  }

  /// Forgets files that have neither a name nor a reader any more.
  private mutating func dropUnnamed() {
    let named = Set(currentNames.values).union(durableNames.values)
    for node in nodes.keys where !named.contains(node) && openFiles[node, default: 0] == 0 {
      nodes[node] = nil
      pending.removeAll { $0.node == node }
    }
  }

  private mutating func applyPending(_ isCovered: (Change) -> Bool) {
    var rest: [Change] = []
    for change in pending {
      if isCovered(change) { apply(change) } else { rest.append(change) }
    }
    pending = rest
  }

  /// After a failed sync: the bytes are still in the cache, but nothing will write them any more.
  mutating func loseUnsynced(_ node: Int) {
    pending.removeAll { $0.node == node }
  }

  mutating func discardCache(_ node: Int) {
    guard !pending.contains(where: { $0.node == node }), let durable = nodes[node]?.durable else { return }
    nodes[node]?.current = durable
  }

  /// Makes one change durable.
  private mutating func apply(_ change: Change) {
    switch change {
    case .write(let node, let offset, let bytes):
      Self.overlay(bytes, at: offset, on: &nodes[node, default: Node()].durable)
    case .truncate(let node): nodes[node]?.durable = []
    case .link(let path, let node): durableNames[path] = node
    case .unlink(let path): durableNames[path] = nil
    case .rename(let path, let newPath, let node):
      durableNames[path] = nil
      durableNames[newPath] = node
    case .makeDirectory(let path): durableDirectories.insert(path)
    }
  }

  // MARK: Crashes

  func crashed(_ survival: CrashSurvival) -> InMemoryState {
    var after = self
    let lost = after.pending
    after.pending = []
    switch survival {
    case .synced: break
    case .everything: lost.forEach { after.apply($0) }
    case .prefix(let count, let tornBytes):
      lost.prefix(count).forEach { after.apply($0) }
      if tornBytes > 0, count < lost.count, case .write(let node, let offset, let bytes) = lost[count] {
        after.apply(.write(node: node, offset: offset, bytes: Array(bytes.prefix(tornBytes))))
      }
    case .random(let seed):
      var generator = SplitMix64(state: seed)
      for change in lost {
        guard case .write(let node, let offset, let bytes) = change else {
          if generator.next() & 1 == 0 { after.apply(change) }
          continue
        }
        // A sector that is lost leaves what was there before; the file's length is a change of its own.
        for start in stride(from: 0, to: bytes.count, by: 512) where generator.next() & 1 == 0 {
          let end = min(start + 512, bytes.count)
          after.apply(.write(node: node, offset: offset + start, bytes: Array(bytes[start..<end])))
        }
      }
    }
    after.currentNames = after.durableNames
    after.currentDirectories = after.durableDirectories
    after.nodes = after.nodes.filter { after.durableNames.values.contains($0.key) }
      .mapValues { Node(current: $0.durable, durable: $0.durable) }
    return after.restarted()
  }

  func restarted() -> InMemoryState {
    var after = self
    after.locks = []
    after.openFiles = [:]
    after.faults = nil
    after.hasStopped = false
    after.callCount = 0
    after.callCounts = [:]
    return after
  }

  mutating func replace(_ path: String, with bytes: [UInt8]) {
    let node = currentNames[path] ?? nextNode
    if node == nextNode { nextNode += 1 }
    pending.removeAll { $0.node == node }
    nodes[node] = Node(current: bytes, durable: bytes)
    currentNames[path] = node
    durableNames[path] = node
  }

  mutating func erase(_ path: String) {
    currentNames[path] = nil
    durableNames[path] = nil
  }
}
