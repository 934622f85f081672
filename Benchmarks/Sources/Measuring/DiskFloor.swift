#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What the bare disk takes: `pwrite` of a block into a zero-filled file, then `fdatasync`.
public enum DiskFloor {
  /// Writes and syncs `count` blocks, one after the other.
  ///
  /// - Returns: the time of each in microseconds.
  public static func measure(directory: String, block: Int, count: Int) throws -> [Double] {
    let path = directory + "/floor"
    let descriptor = open(path, O_CREAT | O_RDWR | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw BenchmarkError("cannot create \(path) (errno \(errno))") }
    defer {
      close(descriptor)
      unlink(path)
    }
    try fill(descriptor, with: block * count, path)
    let data = [UInt8](repeating: 0x5A, count: block)
    var samples: [Double] = []
    for index in 0..<count {
      let start = ContinuousClock.now
      guard pwrite(descriptor, data, block, off_t(index * block)) == block, sync(descriptor) == 0 else {
        throw BenchmarkError("cannot write \(path) (errno \(errno))")
      }
      samples.append((ContinuousClock.now - start).microseconds)
    }
    return samples
  }

  private static func fill(_ descriptor: Int32, with size: Int, _ path: String) throws {
    let zeroes = [UInt8](repeating: 0, count: 1 << 20)
    var filled = 0
    while filled < size {
      let written = pwrite(descriptor, zeroes, zeroes.count, off_t(filled))
      guard written > 0 else { throw BenchmarkError("cannot fill \(path) (errno \(errno))") }
      filled += written
    }
    guard fsync(descriptor) == 0 else { throw BenchmarkError("cannot sync \(path) (errno \(errno))") }
  }

  private static func sync(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
      fcntl(descriptor, F_FULLFSYNC)
    #else
      fdatasync(descriptor)
    #endif
  }
}
