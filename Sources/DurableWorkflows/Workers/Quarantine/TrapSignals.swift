#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
internal import Synchronization

/// Notes in every watched file that the process traps, and on which thread, and lets the signal take its course:
/// whoever handled it before, a backtracer for example, handles it then.
enum TrapSignals {
  private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]
  private static let mostFiles = 64

  /// What the handler reads. It is made once, before the handler is installed, and never freed.
  private final class Shared: Sendable {
    /// The headers of the watched files; 0 for none. Unchecked, because an `Atomic` may be used by all threads and by
    /// signal handlers, and the memory is never moved or freed.
    nonisolated(unsafe) let headers: UnsafeMutablePointer<Atomic<UInt>>
    /// What handled each signal before. Written under ``installation``'s lock before the handler can run.
    nonisolated(unsafe) let former: UnsafeMutablePointer<sigaction>

    init() {
      headers = .allocate(capacity: mostFiles)
      for index in 0..<mostFiles { (headers + index).initialize(to: Atomic(0)) }
      former = .allocate(capacity: 128)
      former.initialize(repeating: sigaction(), count: 128)
    }
  }

  private static let shared = Shared()
  private static let isInstalled = Mutex(false)

  /// The calling thread, as a number.
  static var currentThread: UInt64 {
    #if canImport(Darwin)
      UInt64(UInt(bitPattern: pthread_self()))
    #else
      UInt64(pthread_self())
    #endif
  }

  /// Notes traps in the header of a file from now on.
  static func watch(_ header: UnsafeMutableRawPointer) {
    install()
    let address = UInt(bitPattern: header)
    for index in 0..<mostFiles
    where shared.headers[index].compareExchange(
      expected: 0, desired: address, ordering: .sequentiallyConsistent
    ).exchanged {
      return
    }
  }

  static func unwatch(_ header: UnsafeMutableRawPointer) {
    let address = UInt(bitPattern: header)
    for index in 0..<mostFiles {
      _ = shared.headers[index].compareExchange(expected: address, desired: 0, ordering: .sequentiallyConsistent)
    }
  }

  private static func install() {
    isInstalled.withLock { isInstalled in
      if isInstalled { return }
      isInstalled = true
      _ = shared
      for number in signals {
        var action = sigaction()
        #if canImport(Darwin)
          action.__sigaction_u.__sa_handler = { TrapSignals.handle($0) }
        #else
          action.__sigaction_handler.sa_handler = { TrapSignals.handle($0) }
        #endif
        action.sa_flags = SA_ONSTACK
        sigaction(number, &action, shared.former + Int(number))
      }
    }
  }

  /// Runs in the signal handler: nothing but stores, and calls that are safe there.
  private static func handle(_ number: Int32) {
    for index in 0..<mostFiles {
      let address = shared.headers[index].load(ordering: .sequentiallyConsistent)
      guard let header = UnsafeMutableRawPointer(bitPattern: address) else { continue }
      header.storeBytes(of: currentThread, toByteOffset: 16, as: UInt64.self)
      header.storeBytes(of: UInt64(UInt32(bitPattern: number)), toByteOffset: 8, as: UInt64.self)
    }
    sigaction(number, shared.former + Int(number), nil)
    raise(number)
  }

  /// Gives the calling thread a stack for the handler, for code that overflows its own. It is never given back.
  static func prepareThread() {
    var current = stack_t()
    guard sigaltstack(nil, &current) == 0, current.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    var stack = stack_t()
    stack.ss_size = 64 << 10
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: stack.ss_size, alignment: 16)
    sigaltstack(&stack, nil)
  }
}
