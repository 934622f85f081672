internal import ArgumentParser

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The process that decodes: it may trap, hang or run out of memory, and the file tells over which input.
struct FuzzCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Decodes hostile inputs.", shouldDisplay: false)

  @Argument(help: "The target's name.")
  var target: String

  @Option(help: "What the inputs are drawn from.")
  var seed: UInt64

  @Option(help: "The number of the first input.")
  var first: Int = 0

  @Option(help: "How many inputs.")
  var count: Int = .max

  @Option(help: "After how many seconds to stop.")
  var seconds: Double = 3600

  @Option(help: "The file that holds the number of the present input.")
  var progress: String

  func run() async throws {
    guard let target = try await FuzzTargets.make(target) else { throw ValidationError("no target '\(target)'") }
    let file = systemOpen(progress, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw RowError("\(progress) cannot be opened: errno \(errno)") }
    try Self.limitMemory()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var accepted = 0
    var number = first
    while number - first < count, number % 64 != 0 || clock.now < end {
      var mark = UInt64(number)
      guard pwrite(file, &mark, 8, 0) == 8 else { throw RowError("\(progress) cannot be written: errno \(errno)") }
      // An input that takes longer ends the process with SIGALRM.
      if number % 256 == 0 || count == 1 { alarm(5) }
      if let problem = target.attempt(number, seed: seed, accepted: &accepted) {
        say("input \(number): \(problem)")
        throw ExitCode(3)
      }
      number += 1
    }
    say("\(number - first) \(accepted)")
  }

  /// The address space may grow by a quarter of a GiB: a thousand times the longest input.
  private static func limitMemory() throws {
    let pages = text(of: "/proc/self/statm").split(separator: " ").first.flatMap { Int($0) } ?? 0
    guard pages > 0 else { return }
    let size = rlim_t(pages * 4096 + (256 << 20))
    var limit = rlimit(rlim_cur: size, rlim_max: size)
    guard setrlimit(__rlimit_resource_t(9), &limit) == 0 else { throw RowError("setrlimit failed: errno \(errno)") }
  }

  /// The text of a short file of the kernel.
  private static func text(of path: String) -> String {
    let file = systemOpen(path, O_RDONLY, 0)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
