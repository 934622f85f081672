internal import Foundation
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What this process has used.
public enum ProcessUsage {
  /// Processor time of all threads since the process began, in seconds.
  public static var processorSeconds: Double {
    var usage = rusage()
    getrusage(ProcessUsage.thisProcess, &usage)
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Memory that is in use, in bytes; where the system does not tell, the most that ever was.
  public static var residentBytes: Int {
    #if os(Linux)
      // Pages in use are the second number.
      if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
        let numbers = text.split(separator: " ")
        if numbers.count > 1, let pages = Int(numbers[1]) { return pages * Int(sysconf(Int32(_SC_PAGESIZE))) }
      }
    #endif
    var usage = rusage()
    getrusage(ProcessUsage.thisProcess, &usage)
    #if canImport(Darwin)
      return Int(usage.ru_maxrss)
    #else
      return Int(usage.ru_maxrss) * 1024
    #endif
  }

  /// The most memory that was in use at once, in bytes: since the process began, or since ``forgetPeak()``.
  public static var peakResidentBytes: Int {
    #if os(Linux)
      if let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) {
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        if let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) { return kilobytes * 1024 }
      }
    #endif
    var usage = rusage()
    getrusage(ProcessUsage.thisProcess, &usage)
    #if canImport(Darwin)
      return Int(usage.ru_maxrss)
    #else
      return Int(usage.ru_maxrss) * 1024
    #endif
  }

  /// Lets ``peakResidentBytes`` count from now on. Where the system cannot, it goes on counting from the start of the
  /// process, which only makes figures worse.
  public static func forgetPeak() {
    #if os(Linux)
      try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    #endif
  }

  /// Gives memory that was freed back to the system, so that ``residentBytes`` counts what is held.
  public static func releaseFreeMemory() {
    #if canImport(Glibc)
      _ = trimHeap(0)
    #endif
  }

  /// `RUSAGE_SELF`, whose type differs between systems.
  private static let thisProcess: Int32 = 0

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

#if canImport(Glibc)
  /// glibc's `malloc_trim`, which its module does not declare.
  @_silgen_name("malloc_trim")
  private func trimHeap(_ pad: Int) -> Int32
#endif
