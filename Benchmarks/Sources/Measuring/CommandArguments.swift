/// A command line: a command, then positional values, then `--name value` pairs.
public struct CommandArguments {
  /// The first word; empty if there is none.
  public let command: String
  private var values: [String] = []
  private var options: [String: String] = [:]

  /// Reads the words after the program's name.
  /// - Throws: ``BenchmarkError`` for an option without a value.
  public init(_ words: [String]) throws {
    command = words.first ?? ""
    var rest = words.dropFirst()
    while let word = rest.popFirst() {
      if word.hasPrefix("--") {
        guard let value = rest.popFirst() else { throw BenchmarkError("\(word) needs a value") }
        options[String(word.dropFirst(2))] = value
      } else {
        values.append(word)
      }
    }
  }

  /// A positional value, from 0.
  /// - Throws: ``BenchmarkError`` that names what is missing.
  public func value(_ index: Int, _ name: String) throws -> String {
    guard index < values.count else { throw BenchmarkError("'\(command)' needs a \(name)") }
    return values[index]
  }

  /// The text of an option.
  public func text(_ name: String) -> String? { options[name] }

  /// The number of an option.
  /// - Throws: ``BenchmarkError`` if it is not a positive number.
  public func number(_ name: String, default standard: Int) throws -> Int {
    guard let text = options[name] else { return standard }
    guard let number = Int(text), number > 0 else { throw BenchmarkError("--\(name) is '\(text)'; give a positive number") }
    return number
  }
}
