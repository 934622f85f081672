internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// An open file of the operating system.
final class PosixFile: JournalFile {
  private let path: String
  /// The descriptor, -1 once closed. Atomic, because files are closed by whoever drops them.
  private let descriptor: Atomic<Int32>

  init(descriptor: Int32, path: String) {
    self.descriptor = Atomic(descriptor)
    self.path = path
  }

  deinit {
    close()
  }

  private func failure(_ operation: String) -> JournalFileSystemError {
    JournalFileSystemError(operation: operation, path: path, errno: errno)
  }

  func size() throws(JournalFileSystemError) -> Int {
    var information = stat()
    while fstat(descriptor.load(ordering: .relaxed), &information) != 0 {
      if errno != EINTR { throw failure("fstat") }
    }
    return Int(information.st_size)
  }

  func read(into buffer: inout [UInt8], _ range: Range<Int>, at offset: Int) throws(JournalFileSystemError) -> Int {
    let descriptor = descriptor.load(ordering: .relaxed)
    while true {
      let count = buffer.withUnsafeMutableBytes { bytes in
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[range])
        return pread(descriptor, part.baseAddress, part.count, off_t(offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw failure("pread") }
    }
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(JournalFileSystemError) -> Int {
    let descriptor = descriptor.load(ordering: .relaxed)
    while true {
      let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
      if count >= 0 { return count }
      if errno != EINTR { throw failure("pwrite") }
    }
  }

  func synchronizeData() throws(JournalFileSystemError) {
    #if canImport(Darwin)
      try synchronize()
    #else
      // An interrupted call has not reported a lost write, so it alone may be repeated.
      while fdatasync(descriptor.load(ordering: .relaxed)) != 0 {
        if errno != EINTR { throw failure("fdatasync") }
      }
    #endif
  }

  func synchronize() throws(JournalFileSystemError) {
    let descriptor = descriptor.load(ordering: .relaxed)
    #if canImport(Darwin)
      // fsync alone leaves bytes in the drive's cache on this system.
      while fcntl(descriptor, F_FULLFSYNC) != 0 {
        if errno != EINTR { throw failure("fcntl(F_FULLFSYNC)") }
      }
    #else
      while fsync(descriptor) != 0 {
        if errno != EINTR { throw failure("fsync") }
      }
    #endif
  }

  func discardCache(offset: Int, count: Int) {
    #if !canImport(Darwin)
      // Only whole pages are dropped, and pages may have up to 64 KiB.
      let start = offset / 65536 * 65536
      let end = (offset + count + 65535) / 65536 * 65536
      _ = posix_fadvise(
        descriptor.load(ordering: .relaxed),
        off_t(start),
        off_t(end - start),
        POSIX_FADV_DONTNEED
      )
    #endif
  }

  func close() {
    let descriptor = descriptor.exchange(-1, ordering: .relaxed)
    // Never repeated: after an interrupted close the descriptor is already free and may be somebody else's.
    if descriptor >= 0 { _ = systemClose(descriptor) }
  }
}

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
