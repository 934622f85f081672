internal import ArgumentParser
internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Row e on a real ext4: the file system is shut down without writing anything back, under a writer that was frozen,
/// and mounted again.
struct RealFileSystemCuts {
  let order: RowOrder

  func run() async throws -> RowResult {
    var result = RowResult()
    let cycles = max(1, order.size.units(ci: 100_000) / 5_000)
    let device: LoopDevice
    do {
      device = try await LoopDevice.make(in: order.scratch, name: "cuts", megabytes: 64)
    } catch {
      result.skipped.append("cuts of a real ext4: a loop device cannot be mounted here (\(error))")
      return result
    }
    for cycle in 0..<cycles {
      do {
        if let problem = try await cut(cycle, device, &result) {
          result.fail("cut \(cycle) of a real ext4: \(problem)", reproduce: order.command(row: "e"))
        }
      } catch let error as NotPossible {
        result.skipped.append("cuts of a real ext4: \(error.reason)")
        break
      }
      result.count("cuts of a real ext4")
    }
    try await device.unmount()
    return result
  }

  private struct NotPossible: Error {
    var reason: String
  }

  private func cut(_ cycle: Int, _ device: LoopDevice, _ result: inout RowResult) async throws -> String? {
    let (directory, ledger) = ("\(device.mountPoint)/journal-\(cycle)", "\(order.scratch)/cut-\(cycle).ledger")
    let seed = order.seed &+ UInt64(cycle)
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: ChildProcess.ownPath)
    writer.arguments = ["journal-writer", directory, "--ledger", ledger, "--seed", String(seed)]
    try writer.run()
    let limit = ContinuousClock.now + .seconds(20)
    var random = SeededRandom(order.seed, part: cycle)
    // At least a checkpoint's worth of batches, so that directory changes are cut too.
    let wanted = 20 + random.below(200)
    while Self.size(of: ledger) < wanted, writer.isRunning, ContinuousClock.now < limit { usleep(500) }
    usleep(UInt32(random.below(3000)))
    kill(writer.processIdentifier, SIGSTOP)
    let ending = try await ChildProcess.run([ChildProcess.ownPath, "shut-down-file-system", device.mountPoint])
    kill(writer.processIdentifier, SIGKILL)
    writer.waitUntilExit()
    guard ending.status == 0 else { throw NotPossible(reason: ending.output) }
    try await device.remount()
    let problem = WriterCheck.complaint(about: directory, ledger: ledger, seed: seed, &result)
    try FileManager.default.removeItem(atPath: directory)
    return problem
  }

  private static func size(of path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  }
}

/// Stops an ext4 as a loss of power would: nothing more is written, not even its own journal.
struct ShutDownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shut-down-file-system", abstract: "Shuts an ext4 down without flushing.", shouldDisplay: false)

  @Argument(help: "The mount point.")
  var path: String

  func run() throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw RowError("\(path) cannot be opened: errno \(errno)") }
    defer { close(descriptor) }
    // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH (linux/ext4.h).
    var flags: UInt32 = 2
    guard ioctl(descriptor, 0x8004_587D, &flags) == 0 else {
      throw RowError("the kernel refuses to shut the file system down: errno \(errno)")
    }
  }
}
