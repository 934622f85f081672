#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A thread of the operating system that runs one function, outside Swift's cooperative pool, which must not block.
struct PlainThread {
  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let handle: pthread_t

  /// Starts `body` on a new thread, or returns `nil` when the system has no thread to give.
  init?(_ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(body))
    #if canImport(Darwin)
      var created: pthread_t?
      let result = pthread_create(&created, nil, { Self.run($0) }, start.toOpaque())
      guard result == 0, let created else {
        start.release()
        return nil
      }
      handle = created
    #else
      var created = pthread_t()
      guard pthread_create(&created, nil, { Self.run($0) }, start.toOpaque()) == 0 else {
        start.release()
        return nil
      }
      handle = created
    #endif
  }

  private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
    return nil
  }

  /// Waits until the function has returned. Called exactly once.
  func join() {
    pthread_join(handle, nil)
  }
}
