internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// How many programs are drawn, from the environment.
enum PropertySettings {
  /// The only seed to be run.
  static var seed: UInt64? { number("WORKFLOW_PROGRAM_SEED").map { UInt64($0) } }

  /// How many programs are driven through the activation seam.
  static var programs: Int { number("WORKFLOW_PROGRAMS") ?? (isCI ? 100_000 : 4_000) }

  /// How many programs run in whole engines.
  static var enginePrograms: Int { number("WORKFLOW_ENGINE_PROGRAMS") ?? 200 }

  private static let numbers = Atomic<Int>(0)

  /// A number for ``ProgramTable`` that nobody else has.
  static func nextNumber() -> Int { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

  private static var isCI: Bool { text("CI") == "true" }
  private static func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
  private static func text(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
