#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A mutex with a condition, around one value.
///
/// `Synchronization.Mutex` has no condition variable, and the threads of this module have to sleep until there is
/// work for them.
///
/// `@unchecked Sendable`: `value` is read and written only between `pthread_mutex_lock` and `pthread_mutex_unlock`
/// (`pthread_cond_wait` holds the mutex again when it returns), and the two pointers never change.
final class Monitor<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  init(_ value: sending Value) {
    self.value = value
    self.mutex = .allocate(capacity: 1)
    self.condition = .allocate(capacity: 1)
    self.mutex.initialize(to: pthread_mutex_t())
    self.condition.initialize(to: pthread_cond_t())
    pthread_mutex_init(self.mutex, nil)
    pthread_cond_init(self.condition, nil)
  }

  deinit {
    pthread_cond_destroy(self.condition)
    pthread_mutex_destroy(self.mutex)
    self.condition.deallocate()
    self.mutex.deallocate()
  }

  /// Runs `body` with the mutex held and wakes every waiter when it returns.
  func update<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(self.mutex)
    defer {
      pthread_cond_broadcast(self.condition)
      pthread_mutex_unlock(self.mutex)
    }
    return try body(&self.value)
  }

  /// Blocks the calling thread until `body` returns something. `body` runs with the mutex held, at once and after
  /// every update by another thread.
  func wait<Result>(until body: (inout Value) -> Result?) -> Result {
    pthread_mutex_lock(self.mutex)
    defer { pthread_mutex_unlock(self.mutex) }
    while true {
      if let result = body(&self.value) { return result }
      pthread_cond_wait(self.condition, self.mutex)
    }
  }

  /// Like `wait(until:)`, but gives up after `milliseconds` and then returns `nil`.
  func wait<Result>(milliseconds: Int, until body: (inout Value) -> Result?) -> Result? {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    let nanoseconds = Int(deadline.tv_nsec) + milliseconds % 1000 * 1_000_000
    deadline.tv_sec += time_t(milliseconds / 1000 + nanoseconds / 1_000_000_000)
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    pthread_mutex_lock(self.mutex)
    defer { pthread_mutex_unlock(self.mutex) }
    while true {
      if let result = body(&self.value) { return result }
      if pthread_cond_timedwait(self.condition, self.mutex, &deadline) != 0 { return body(&self.value) }
    }
  }
}
