internal import DurableWorkflows
internal import Synchronization
internal import WorkflowJournal

/// Everything that one simulation did, as a number: equal seeds, equal traces. And what it came through, by name.
final class SimulationTrace: Sendable {
  private struct State {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var calls = 0
    var lastPath = ""
    var probes: [String: Int] = [:]
  }

  private let state = Mutex(State())

  var hash: UInt64 { state.withLock { $0.hash } }
  /// The file of the last call.
  var lastPath: String { state.withLock { $0.lastPath } }
  var calls: Int { state.withLock { $0.calls } }
  var probes: [String: Int] { state.withLock { $0.probes } }

  /// Notes that something happened.
  func note(_ probe: String, _ count: Int = 1) {
    if count > 0 { state.withLock { $0.probes[probe, default: 0] += count } }
  }

  func add(_ call: InMemoryCall) {
    state.withLock { state in
      state.calls += 1
      state.lastPath = call.path
      Self.mix(call.operation.rawValue.utf8, into: &state.hash)
      Self.mix(call.path.utf8, into: &state.hash)
      Self.mix(UInt64(call.number), into: &state.hash)
      Self.mix(UInt64(call.length), into: &state.hash)
    }
  }

  func add(_ text: String) {
    state.withLock { Self.mix(text.utf8, into: &$0.hash) }
  }

  /// Adds the bytes of all files.
  func add(_ fileSystem: InMemoryFileSystem) {
    for path in fileSystem.files {
      add(path)
      guard let bytes = fileSystem.contents(of: path) else { continue }
      state.withLock { state in
        bytes.withUnsafeBytes { bytes in
          var offset = 0
          while offset + 8 <= bytes.count {
            Self.mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), into: &state.hash)
            offset += 8
          }
          Self.mix(bytes[offset...], into: &state.hash)
        }
      }
    }
  }

  private static func mix(_ number: UInt64, into hash: inout UInt64) {
    hash = (hash ^ number) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
  }

  private static func mix(_ bytes: some Sequence<UInt8>, into hash: inout UInt64) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }
}
