#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the bare disk takes: `pwrite` of a block into a zero-filled file, then `fdatasync`.
enum DiskFloor {
  static func measure(directory: String, block: Int, count: Int) throws -> [Double] {
    let path = directory + "/floor"
    let descriptor = open(path, O_CREAT | O_RDWR | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw BenchmarkError("cannot create \(path) (errno \(errno))") }
    defer {
      close(descriptor)
      unlink(path)
    }
    let zeroes = [UInt8](repeating: 0, count: 1 << 20)
    let size = block * count
    var filled = 0
    while filled < size {
      let written = pwrite(descriptor, zeroes, zeroes.count, off_t(filled))
      guard written > 0 else { throw BenchmarkError("cannot fill \(path) (errno \(errno))") }
      filled += written
    }
    fsync(descriptor)
    let data = [UInt8](repeating: 0x5A, count: block)
    var samples: [Double] = []
    for index in 0..<count {
      let start = ContinuousClock.now
      guard pwrite(descriptor, data, block, off_t(index * block)) == block, fdatasync(descriptor) == 0 else {
        throw BenchmarkError("cannot write \(path) (errno \(errno))")
      }
      samples.append((ContinuousClock.now - start).microseconds)
    }
    return samples
  }
}

struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
