#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// For how long a thread was ready to run and had no processor, where the system tells: Linux, in `/proc`.
struct ThreadStarvation: Sendable {
  private let path: String

  /// That of the calling thread; `nil` if the system does not tell.
  init?() {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink("/proc/thread-self", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    path = "/proc/" + String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) + "/schedstat"
    if time == nil { return nil }
  }

  /// The time so far; `nil` if the thread has ended.
  var time: Duration? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    return ThreadStarvation.time(in: String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
  }

  /// The second number: nanoseconds on a run queue.
  static func time(in text: String) -> Duration? {
    let fields = text.split(whereSeparator: \.isWhitespace)
    guard fields.count >= 2 else { return nil }
    return Int64(fields[1]).map { .nanoseconds($0) }
  }
}
