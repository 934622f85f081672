#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a process and a directory take at one moment.
enum ProcessUsage {
  /// The resident memory of a process in bytes; `nil` where `/proc` does not tell.
  static func residentBytes(of id: pid_t) -> Int? {
    guard let text = contents(of: "/proc/\(id)/statm") else { return nil }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
  }

  /// How many file descriptors a process has open; `nil` where `/proc` does not tell.
  static func descriptors(of id: pid_t) -> Int? {
    names(in: "/proc/\(id)/fd")?.count
  }

  /// The bytes of all files below a directory.
  static func bytes(below directory: String) -> Int {
    var total = 0
    for name in names(in: directory) ?? [] {
      let path = directory + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      total += status.st_mode & S_IFMT == S_IFDIR ? bytes(below: path) : Int(status.st_size)
    }
    return total
  }

  private static func names(in directory: String) -> [String]? {
    guard let stream = opendir(directory) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // The name is a C string that begins in the entry and may extend past the declared size of the field.
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
  }
}
