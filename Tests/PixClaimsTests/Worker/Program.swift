import TestSupport

/// One of the programs, as the build left it beside the tests.
struct Program {
  typealias Running = ExampleProgram.Running

  let path: String

  /// The directory of the programs; `nil` when they are not built.
  static var directory: String? {
    ExampleProgram.directory(of: ["pix-claims-worker", "pix-claims-starter"], variable: "PIX_BIN")
  }

  /// Starts the program in a directory of its own, without the test's own settings.
  func start(_ arguments: [String], environment: [String: String] = [:], in sandbox: Sandbox) throws -> Running {
    let prefixes = ["TEMPORAL_", "POSTGRES_", "PULSAR_", "PIX_", "BRIDGE_", "MAX_CONCURRENT_", "LOG_LEVEL"]
    return try ExampleProgram(path: path).start(
      arguments, environment: environment, withholding: prefixes, in: sandbox.path)
  }
}
