internal import ExampleSupport
internal import Foundation

/// The file with which a worker says that it serves, and where.
public enum ReadyFile {
  /// Writes the file in one step, as NAME=VALUE lines.
  ///
  /// - Parameter path: the file; `nil` if nobody asked for one.
  /// - Throws: `ConfigurationProblems` that names the option.
  public static func write(_ values: KeyValuePairs<String, String>, to path: String?) throws {
    let text = values.map { "\($0.key)=\($0.value)\n" }.joined()
    try write(text: text, to: path)
  }

  /// Writes the file in one step.
  public static func write(text: String, to path: String?) throws {
    guard let path else { return }
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw ConfigurationProblems(list: ["--ready-file: '\(path)' cannot be written; give another path"])
    }
  }
}
