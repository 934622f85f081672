#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Which code runs, in a file that is mapped into memory: marking costs a few stores and no sync. The system keeps what
/// was stored when the process ends, however it ends; only a power failure loses it, and then nobody is accused.
///
/// The file begins with a header: magic, signal of a trap, whether it was on the engine's thread, the engine's thread.
/// A mark takes 32 bytes: run, part, state and crashes. The first mark is that of the workflow task.
///
/// Confined to the engine's thread; the header's words for the trap are written by a signal handler.
final class InFlightFile {
  static let name = "in-flight"
  private static let magic: UInt64 = 0x3130_544C_464E_4957
  static let headerSize = 64
  static let markSize = 32
  private static let growth = 510
  /// Half a million marks.
  private static let mostRegions = 1024

  private let descriptor: Int32
  /// Regions of ``growth`` marks each; the first has the header before it.
  private var regions: [UnsafeMutableRawPointer] = []
  private var free: [Int] = []
  /// What the process before left behind.
  let found: [InFlightMark]
  let trap: ProcessTrap?

  private static var regionSize: Int { headerSize + growth * markSize }

  /// Opens the file of a journal's directory, which is locked by this process, and begins it anew.
  ///
  /// - Throws: ``WorkflowEngineError`` if it cannot be opened or mapped.
  init(directory: String) throws {
    let path = directory + "/" + InFlightFile.name
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    self.descriptor = descriptor
    guard descriptor >= 0 else { throw InFlightFile.error("open", path) }
    let size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
    // One that is longer than any of ours is not read.
    var contents = [UInt8](repeating: 0, count: size <= InFlightFile.mostRegions * InFlightFile.regionSize ? size : 0)
    let count = contents.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    (found, trap) = InFlightFile.decode(count == size ? contents : [])
    guard ftruncate(descriptor, 0) == 0 else {
      close(descriptor)
      throw InFlightFile.error("truncate", path)
    }
    do {
      try grow()
    } catch {
      close(descriptor)
      throw error
    }
    regions[0].storeBytes(of: InFlightFile.magic, as: UInt64.self)
    TrapSignals.watch(regions[0])
  }

  /// Takes the file away: the engine ended as it should, and nothing was running.
  func end(removing directory: String?) {
    guard !regions.isEmpty else { return }
    TrapSignals.unwatch(regions[0])
    for region in regions { munmap(region, InFlightFile.regionSize) }
    regions = []
    close(descriptor)
    if let directory { unlink(directory + "/" + InFlightFile.name) }
  }

  deinit { end(removing: nil) }

  private static func error(_ what: String, _ path: String) -> WorkflowEngineError {
    WorkflowEngineError(.journal, "\(what) of '\(path)' failed (errno \(errno))")
  }

  private func grow() throws {
    let size = InFlightFile.regionSize
    let offset = regions.count * size
    guard regions.count < InFlightFile.mostRegions,
      offset % Int(sysconf(Int32(_SC_PAGESIZE))) == 0 || regions.isEmpty
    else {
      throw WorkflowEngineError(.journal, "more than \(capacity) marks do not fit")
    }
    // Written, not only lengthened: a store into a mapped hole that a full disk cannot fill would end the process.
    let zeros = [UInt8](repeating: 0, count: size)
    guard pwrite(descriptor, zeros, size, off_t(offset)) == size else {
      let error = InFlightFile.error("growth", "in-flight")
      _ = ftruncate(descriptor, off_t(offset))
      throw error
    }
    guard let region = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, off_t(offset)),
      region != MAP_FAILED
    else { throw InFlightFile.error("map", "in-flight") }
    let first = capacity
    regions.append(region)
    free.append(contentsOf: (max(1, first)..<capacity).reversed())
  }

  private var capacity: Int { regions.count * InFlightFile.growth }

  // MARK: Marks

  private func place(_ index: Int) -> UnsafeMutableRawPointer {
    regions[index / InFlightFile.growth]
      + (InFlightFile.headerSize + index % InFlightFile.growth * InFlightFile.markSize)
  }

  /// The calling thread is the engine's: a trap on it is one of workflow code.
  func adoptThread() {
    TrapSignals.prepareThread()
    regions[0].storeBytes(of: TrapSignals.currentThread, toByteOffset: 24, as: UInt64.self)
  }

  /// A run's workflow code is about to run.
  func beginTask(_ run: RunKey, crashes: Int) {
    let place = regions[0] + InFlightFile.headerSize
    place.storeBytes(of: run.rawValue, as: UInt64.self)
    place.storeBytes(of: UInt32(crashes), toByteOffset: 20, as: UInt32.self)
    place.storeBytes(of: InFlightMark.State.running.rawValue, toByteOffset: 16, as: UInt32.self)
  }

  func endTask() {
    (regions[0] + InFlightFile.headerSize)
      .storeBytes(of: InFlightMark.State.free.rawValue, toByteOffset: 16, as: UInt32.self)
  }

  /// Sets a mark.
  /// - Returns: its place; `nil` if there is no space for it, then the code goes unmarked.
  func set(_ code: InFlightCode, _ state: InFlightMark.State, crashes: Int) -> Int? {
    if free.isEmpty { try? grow() }
    guard let index = free.popLast() else { return nil }
    let place = place(index)
    place.storeBytes(of: code.run.rawValue, as: UInt64.self)
    place.storeBytes(of: code.part, toByteOffset: 8, as: Int64.self)
    place.storeBytes(of: UInt32(crashes), toByteOffset: 20, as: UInt32.self)
    place.storeBytes(of: state.rawValue, toByteOffset: 16, as: UInt32.self)
    return index
  }

  func change(_ index: Int, to state: InFlightMark.State) {
    place(index).storeBytes(of: state.rawValue, toByteOffset: 16, as: UInt32.self)
  }

  /// Takes a mark away.
  func clear(_ index: Int) {
    change(index, to: .free)
    free.append(index)
  }

  // MARK: Reading

  /// The marks of a file; none if it is not one of ours.
  static func decode(_ bytes: [UInt8]) -> (marks: [InFlightMark], trap: ProcessTrap?) {
    func word(_ offset: Int) -> UInt64 {
      bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard bytes.count >= regionSize, word(0) == magic else { return ([], nil) }
    var marks: [InFlightMark] = []
    for region in stride(from: 0, to: bytes.count - regionSize + 1, by: regionSize) {
      for index in 0..<growth {
        let offset = region + headerSize + index * markSize
        let status = word(offset + 16)
        guard let state = InFlightMark.State(rawValue: UInt32(truncatingIfNeeded: status)), state != .free,
          (1..<RunKey.limit).contains(word(offset))
        else { continue }
        let isTask = region == 0 && index == 0
        let code = InFlightCode(
          run: RunKey(rawValue: word(offset)), part: isTask ? 0 : Int64(bitPattern: word(offset + 8)))
        marks.append(InFlightMark(code: code, state: state, crashes: min(Int(status >> 32), 1000)))
      }
    }
    let signal = word(8)
    guard signal != 0 else { return (marks, nil) }
    return (marks, ProcessTrap(signal: Int(signal & 0xFF), isOnEngineThread: word(16) == word(24)))
  }
}
