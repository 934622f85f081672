internal import WorkflowJournal

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a disk holds: files, their names, and directories.
struct DiskImage: Sendable {
  /// A file's bytes and its length, which a crash may set apart from each other.
  struct File: Sendable, Equatable {
    /// What was written; bytes behind `size` are on the disk, but not in the file.
    var bytes: [UInt8] = []
    var size = 0

    /// What a reader sees.
    var contents: [UInt8] {
      bytes.count >= size ? Array(bytes.prefix(size)) : bytes + [UInt8](repeating: 0, count: size - bytes.count)
    }
  }

  /// The smallest thing of which a crash keeps all or nothing.
  enum Change: Sendable {
    /// Bytes within one sector of 512 bytes.
    case sector(file: Int, offset: Int, bytes: [UInt8])
    /// The length of a file.
    case size(file: Int, Int)
    case link(path: String, file: Int)
    case unlink(path: String)
    case rename(from: String, to: String, file: Int)
    case directory(path: String)

    /// The file whose sync makes the change durable.
    var file: Int? {
      switch self {
      case .sector(let file, _, _), .size(let file, _): file
      default: nil
      }
    }

    /// The directory whose sync makes the change durable.
    var parent: String? {
      switch self {
      case .link(let path, _), .unlink(let path), .rename(let path, _, _), .directory(let path):
        DiskImage.parent(of: path)
      default: nil
      }
    }
  }

  static let sectorSize = 512

  var files: [Int: File] = [:]
  var names: [String: Int] = [:]
  var directories: Set<String> = ["/"]

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The changes that writing `bytes` makes: one for every sector, and one for the length if it grows.
  func changes(writing bytes: [UInt8], at offset: Int, in file: Int) -> [Change] {
    var changes: [Change] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, (offset + start) / Self.sectorSize * Self.sectorSize + Self.sectorSize - offset)
      changes.append(.sector(file: file, offset: offset + start, bytes: Array(bytes[start..<end])))
      start = end
    }
    if offset + bytes.count > files[file]?.size ?? 0 { changes.append(.size(file: file, offset + bytes.count)) }
    return changes
  }

  mutating func apply(_ change: Change) {
    switch change {
    case .sector(let file, let offset, let bytes):
      var target = files.removeValue(forKey: file) ?? File()
      if target.bytes.count < offset + bytes.count {
        target.bytes += [UInt8](repeating: 0, count: offset + bytes.count - target.bytes.count)
      }
      target.bytes.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
      files[file] = target
    case .size(let file, let size):
      var target = files.removeValue(forKey: file) ?? File()
      target.size = size
      target.bytes.removeLast(max(0, target.bytes.count - size))
      files[file] = target
    case .link(let path, let file):
      names[path] = file
      if files[file] == nil { files[file] = File() }
    case .unlink(let path): names[path] = nil
    case .rename(let from, let to, let file):
      names[from] = nil
      names[to] = file
      if files[file] == nil { files[file] = File() }
    case .directory(let path): directories.insert(path)
    }
  }

  /// Whether applying a change to this image alone would change anything.
  func isChanged(by change: Change) -> Bool {
    switch change {
    case .sector(let file, let offset, let bytes):
      let target = files[file]?.bytes ?? []
      return bytes.enumerated().contains { index, byte in
        byte != (offset + index < target.count ? target[offset + index] : 0)
      }
    case .size(let file, let size): return files[file]?.size ?? 0 != size
    case .link(let path, let file): return names[path] != file
    case .unlink(let path): return names[path] != nil
    case .rename(let from, let to, let file): return names[from] != nil || names[to] != file
    case .directory(let path): return !directories.contains(path)
    }
  }

  func names(in directory: String) -> [String] {
    let prefix = directory == "/" ? 1 : directory.utf8.count + 1
    let paths =
      names.keys.filter { Self.parent(of: $0) == directory }
      + directories.filter { $0 != "/" && Self.parent(of: $0) == directory }
    return paths.map { String($0.dropFirst(prefix)) }.sorted()
  }

  func file(at path: String, _ operation: String) throws(JournalFileSystemError) -> Int {
    guard let file = names[path] else {
      throw JournalFileSystemError(operation: operation, path: path, errno: ENOENT)
    }
    return file
  }

  func requireDirectory(_ path: String, _ operation: String) throws(JournalFileSystemError) {
    guard directories.contains(path) else {
      throw JournalFileSystemError(operation: operation, path: path, errno: ENOENT)
    }
  }
}
