import Foundation

extension ExternalTool {
  /// What a run of the program left behind.
  struct Output: Sendable {
    var status: Int32
    var text: String
  }

  /// Runs the program to its end and returns its output and errors in one text.
  ///
  /// The output goes to a file: the end of a pipe comes only when every process that inherited it has ended.
  func run(_ arguments: [String]) async throws -> Output {
    let file = FileManager.default.temporaryDirectory.appending(path: "tool-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: file.path(percentEncoded: false), contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    defer { try? FileManager.default.removeItem(at: file) }
    let output = try FileHandle(forWritingTo: file)
    defer { try? output.close() }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    let status = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do {
          try process.run()
        } catch {
          process.terminationHandler = nil
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      if process.isRunning { process.terminate() }
    }
    return Output(status: status, text: String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }
}
