internal import Foundation
internal import Synchronization
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What the processes and files of a soak take, second by second.
final class SoakSamples: Sendable {
  private struct Sample {
    /// Seconds from the beginning.
    var time: Double
    var worker: pid_t
    /// Seconds since the worker began.
    var age: Double
    var memory: Double
    var descriptors: Double
    var disk: Double
    var parentMemory: Double
  }

  private struct State {
    var samples: [Sample] = []
    var worker: pid_t = 0
    var workerStart = 0.0
  }

  private let journal: String
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(journal: String) { self.journal = journal }

  private var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }
  var minutes: Int { Int(elapsed / 60) }

  /// Takes a sample if the last one is a second old.
  func take(_ worker: pid_t) {
    let now = elapsed
    let isDue = state.withLock { state in
      if state.worker != worker {
        state.worker = worker
        state.workerStart = now
      }
      return state.samples.last.map { now - $0.time >= 1 } ?? true
    }
    guard isDue, let memory = ProcessUsage.residentBytes(of: worker),
      let descriptors = ProcessUsage.descriptors(of: worker)
    else { return }
    let mebibyte = Double(1 << 20)
    let disk = Double(ProcessUsage.bytes(below: journal)) / mebibyte
    let parent = Double(ProcessUsage.residentBytes(of: getpid()) ?? 0) / mebibyte
    state.withLock { state in
      state.samples.append(
        Sample(
          time: now, worker: worker, age: now - state.workerStart, memory: Double(memory) / mebibyte,
          descriptors: Double(descriptors), disk: disk, parentMemory: parent))
    }
  }

  /// The present in words.
  var line: String {
    guard let last = state.withLock({ $0.samples.last }) else { return "nothing was seen yet" }
    return "worker \(rounded(last.memory)) MiB, \(Int(last.descriptors)) descriptors; journal \(rounded(last.disk)) MiB"
  }

  /// Maxima per minute, and how fast things grow.
  func figures(into result: inout RowResult) {
    let samples = state.withLock { $0.samples }
    result.count("samples", samples.count)
    for (minute, group) in Dictionary(grouping: samples, by: { Int($0.time / 60) }) {
      let name = "minute \(minute < 10 ? "0" : "")\(minute)"
      result.figures["\(name) worker max MiB"] = rounded(group.map(\.memory).max() ?? 0)
      result.figures["\(name) descriptors max"] = group.map(\.descriptors).max() ?? 0
      result.figures["\(name) journal max MiB"] = rounded(group.map(\.disk).max() ?? 0)
    }
    // A young process has not touched all of its memory yet.
    let grown = samples.filter { $0.age >= 5 }
    result.figures["worker max MiB"] = rounded(samples.map(\.memory).max() ?? 0)
    result.figures["journal max MiB"] = rounded(samples.map(\.disk).max() ?? 0)
    result.figures["parent max MiB"] = rounded(samples.map(\.parentMemory).max() ?? 0)
    result.figures["worker memory slope MiB per hour"] = rounded(slope(grown, \.memory))
    result.figures["worker descriptors slope per hour"] = rounded(slope(grown, \.descriptors))
    let half = samples.filter { $0.time > (samples.last?.time ?? 0) / 2 }
    result.figures["journal slope in the second half MiB per hour"] = rounded(slope(half, \.disk))
  }

  /// The slope of a line through the samples, per hour (least squares).
  private func slope(_ samples: [Sample], _ value: KeyPath<Sample, Double>) -> Double {
    guard samples.count > 1 else { return 0 }
    let count = Double(samples.count)
    let meanTime = samples.reduce(0) { $0 + $1.time } / count
    let mean = samples.reduce(0) { $0 + $1[keyPath: value] } / count
    var (above, below) = (0.0, 0.0)
    for sample in samples {
      above += (sample.time - meanTime) * (sample[keyPath: value] - mean)
      below += (sample.time - meanTime) * (sample.time - meanTime)
    }
    return below > 0 ? above / below * 3600 : 0
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
