import Foundation

/// A real client of the service, another program. It must be there: without it a test fails and says what to run.
struct ExternalTool {
  let path: String

  /// The real `temporal` command line tool.
  static var temporal: ExternalTool {
    get throws { try ExternalTool(named: "temporal", variable: "TEMPORAL_CLI") }
  }

  /// A Python that can import `temporalio`.
  static var python: ExternalTool {
    get throws { try ExternalTool(named: "python", variable: "TEMPORALIO_PYTHON") }
  }

  struct NotInstalled: Error, CustomStringConvertible {
    var description: String
  }

  /// Finds a program by an environment variable or in the virtual environment that `install-clients.sh` makes.
  private init(named name: String, variable: String) throws {
    let package = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    path =
      ProcessInfo.processInfo.environment[variable]
      ?? package.appending(path: ".build-tools/venv/bin/\(name)").path(percentEncoded: false)
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw NotInstalled(
        description: "\(path) is not there. Run Tests/WorkflowServiceTests/install-clients.sh, or set \(variable).")
    }
  }
}
