#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif
internal import Synchronization

/// Reads memory and processors from `/proc` and, in a container with limits of its own, from `/sys/fs/cgroup`.
///
/// On other systems nothing is known, and a ``ResourceBasedTuner`` gives no more than its minimum of slots.
public final class LinuxResourceMeter: ResourceMeter {
  private let root: String
  private let last = Mutex<ProcessorTimes?>(nil)

  /// Creates a meter.
  public convenience init() { self.init(root: "") }

  /// - Parameter root: what stands before `/proc` and `/sys`; for tests.
  init(root: String) { self.root = root }

  public func usage() -> ResourceUsage? {
    guard let memory = memory(), let times = text("/proc/stat").flatMap(ProcessorTimes.init) else { return nil }
    let before = last.withLock { last in
      defer { last = times }
      return last
    }
    return ResourceUsage(memory: memory, cpu: before.map(times.usage(since:)) ?? 0)
  }

  private func memory() -> Double? {
    let machine = text("/proc/meminfo").flatMap(MemoryText.usage(ofMachine:))
    guard let limit = text("/sys/fs/cgroup/memory.max"), let current = text("/sys/fs/cgroup/memory.current"),
      let container = MemoryText.usage(ofContainer: limit, current)
    else { return machine }
    return max(container, machine ?? 0)
  }

  /// The beginning of a small file.
  private func text(_ path: String) -> String? {
    let descriptor = open(root + path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return nil }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}

/// The time that all processors have spent, from the first line of `/proc/stat`.
struct ProcessorTimes: Equatable {
  var busy: UInt64
  var total: UInt64

  /// `nil` if the text does not begin with the sum of all processors.
  init?(_ text: String) {
    guard let line = text.split(separator: "\n").first else { return nil }
    let fields = line.split(separator: " ")
    guard fields.first == "cpu", fields.count >= 5 else { return nil }
    // user, nice, system, idle, iowait, irq, softirq, steal; what guests take is in user.
    let values = fields[1...].prefix(8).compactMap { UInt64($0) }
    guard values.count >= 4 else { return nil }
    let sum = values.reduce(0, &+)
    let idle = values[3] &+ (values.count > 4 ? values[4] : 0)
    guard sum >= idle else { return nil }
    total = sum
    busy = sum - idle
  }

  /// The busy part of the time since an earlier look, 0 to 1.
  func usage(since earlier: ProcessorTimes) -> Double {
    guard total > earlier.total, busy >= earlier.busy else { return 0 }
    return min(1, Double(busy - earlier.busy) / Double(total - earlier.total))
  }
}

/// Reads what the system says of memory.
enum MemoryText {
  /// The part of the machine's memory that is in use, from `/proc/meminfo`.
  static func usage(ofMachine text: String) -> Double? {
    func value(_ name: String) -> Double? {
      for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
        return line.split(separator: " ").dropFirst().first.flatMap { Double($0) }
      }
      return nil
    }
    guard let total = value("MemTotal"), total > 0, let available = value("MemAvailable") else { return nil }
    return min(1, max(0, 1 - available / total))
  }

  /// The part of a container's memory that is in use; `nil` if it has no limit of its own.
  static func usage(ofContainer limit: String, _ current: String) -> Double? {
    guard let limit = Double(limit.filter { !$0.isWhitespace }), limit > 0,
      let current = Double(current.filter { !$0.isWhitespace })
    else { return nil }
    return min(1, max(0, current / limit))
  }
}
