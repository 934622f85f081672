internal import Foundation

/// Where the starter writes. With JSON the standard output carries the result only.
struct Console: Sendable {
  let isJSON: Bool

  /// Whether a person watches: then the progress is shown on one line that is rewritten.
  var isTerminal: Bool { isatty(isJSON ? STDERR_FILENO : STDOUT_FILENO) == 1 }

  func print(_ text: String = "") {
    write(text + "\n")
  }

  func status(_ text: String) {
    write("\r\u{1B}[2K" + text)
  }

  func clearStatus() {
    write("\r\u{1B}[2K")
  }

  func result(_ json: String) {
    FileHandle.standardOutput.write(Data((json + "\n").utf8))
  }

  func error(_ text: String) {
    FileHandle.standardError.write(Data("cpg1-starter: error: \(text)\n".utf8))
  }

  private func write(_ text: String) {
    (isJSON ? FileHandle.standardError : FileHandle.standardOutput).write(Data(text.utf8))
  }
}
