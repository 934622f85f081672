internal import DurableWorkflows
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Files that must be durable before what is encrypted with their keys is.
enum RunKeyFile {
  /// The text of a file; `nil` when there is none.
  static func read(_ path: String) throws -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("reading", path)
    }
    defer { _ = close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = systemRead(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("reading", path)
      }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }

  /// Replaces a file in one step, durably; only its owner may read it.
  static func replace(_ path: String, in directory: String, with text: String) throws {
    let temporary = path + ".tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("writing", temporary) }
    do {
      defer { _ = close(descriptor) }
      try write(Array(text.utf8), to: descriptor, temporary)
      guard fsync(descriptor) == 0 else { throw failure("syncing", temporary) }
    }
    guard rename(temporary, path) == 0 else { throw failure("renaming", path) }
    try synchronize(directory)
  }

  /// Replaces a file, durably, and then overwrites what it held with zeros, in place.
  static func destroy(_ path: String, in directory: String, leaving text: String) throws {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("opening", path) }
    defer { _ = close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    try replace(path, in: directory, with: text)
    guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure("overwriting", path) }
    try write([UInt8](repeating: 0, count: Int(size)), to: descriptor, path)
    guard fsync(descriptor) == 0 else { throw failure("syncing", path) }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("writing", path) }
      done += count
    }
  }

  private static func synchronize(_ directory: String) throws {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("syncing", directory) }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("syncing", directory) }
  }

  private static func failure(_ action: String, _ path: String) -> PayloadCodecError {
    PayloadCodecError(.unavailable, "\(action) '\(path)' failed: \(String(cString: strerror(errno)))")
  }
}

// These names are also those of methods above.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
