#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension PosixFileSystem {
  #if canImport(Darwin)
    /// What kind of file system a directory is on.
    public func kind(of directory: String) throws(JournalFileSystemError) -> FileSystemKind {
      var information = statfs()
      while statfs(directory, &information) != 0 {
        if errno == EINTR { continue }
        throw JournalFileSystemError(operation: "statfs", path: directory, errno: errno)
      }
      let isLocal = information.f_flags & UInt32(MNT_LOCAL) != 0
      let name = withUnsafePointer(to: &information.f_fstypename) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      return FileSystemKind(name: name, isDurable: isLocal, isSupported: isLocal)
    }
  #else
    /// What kind of file system a directory is on, by the kernel's mount table. (The Swift modules of the Linux C
    /// libraries lack statfs(2).)
    public func kind(of directory: String) throws(JournalFileSystemError) -> FileSystemKind {
      guard let resolved = realpath(directory, nil) else {
        throw JournalFileSystemError(operation: "realpath", path: directory, errno: errno)
      }
      defer { free(resolved) }
      let path = Array(String(cString: resolved).utf8)
      let table = try Self.readWhole("/proc/self/mountinfo")
      guard let name = Self.kindName(of: path, mountTable: table) else {
        throw JournalFileSystemError(operation: "find the mount of", path: directory, errno: ENOENT)
      }
      return Self.kind(named: name)
    }
  #endif

  /// Finds the kind of file system of an absolute path in the text of `/proc/self/mountinfo` (proc(5)): that of the
  /// longest mount point that contains it, the last one where several are mounted over each other.
  static func kindName(of path: [UInt8], mountTable: [UInt8]) -> String? {
    var best: (length: Int, name: String)?
    for line in mountTable.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "))
      // ID, parent, device, root, mount point, options, optional fields, a dash, then the kind.
      guard fields.count > 6, let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]), dash + 1 < fields.count
      else { continue }
      let mountPoint = unescape(fields[4])
      let prefix = mountPoint == [UInt8(ascii: "/")] ? [] : mountPoint
      guard path.starts(with: prefix), path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/") else {
        continue
      }
      if prefix.count >= best?.length ?? 0 {
        best = (prefix.count, String(decoding: fields[dash + 1], as: UTF8.self))
      }
    }
    return best?.name
  }

  /// Space, tab, newline and backslash stand in the table as a backslash and three octal digits.
  private static func unescape(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
        result.append(digits.reduce(0) { $0 &* 8 &+ ($1 &- 0x30) })
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
      }
    }
    return result
  }

  /// What is known of a kind of file system with the name that the kernel gives it.
  static func kind(named name: String) -> FileSystemKind {
    switch name {
    case "tmpfs", "ramfs", "rootfs":
      return FileSystemKind(name: name, isDurable: false, isSupported: true)
    case "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "ceph", "afs", "coda", "lustre", "gfs2", "ocfs2",
      "orangefs", "beegfs", "gpfs", "fuse", "fuseblk":
      return FileSystemKind(name: name, isDurable: false, isSupported: false)
    default:
      let isSupported = !name.hasPrefix("fuse.") && !name.hasPrefix("fuseblk.")
      return FileSystemKind(name: name, isDurable: isSupported, isSupported: isSupported)
    }
  }

  /// All bytes of a file whose size is not known beforehand. Files of the kernel only.
  private static func readWhole(_ path: String) throws(JournalFileSystemError) -> [UInt8] {
    let file = try PosixFileSystem().open(path, .read)
    defer { file.close() }
    var text: [UInt8] = []
    let step = 16384
    while true {
      let end = text.count
      text.appendZeros(step)
      let count = try file.read(into: &text, end..<(end + step), at: end)
      text.removeLast(step - max(count, 0))
      if count <= 0 { return text }
    }
  }
}
