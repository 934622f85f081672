internal import FoundationEssentials

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Finds settings and secrets: in the environment, in the file that `NAME_FILE` names, in mounted directories.
///
/// A mounted directory holds files that are named like a setting, in capital or small letters, and files with lines
/// such as `export NAME='value'`. A file of secrets that others may read is refused. No problem's text holds a value.
public struct SecretReader: Sendable {
  /// Where secrets are mounted.
  public static let directories = ["/vault/secrets", "/run/secrets"]
  /// The longest file that is read, in bytes.
  static let largestFile = 1 << 20

  /// What is wrong so far, one sentence each.
  public private(set) var problems: [String] = []
  private let variables: [String: String]
  private var mounted: [String: String] = [:]

  /// Creates a reader, and reads the mounted directories.
  ///
  /// - Parameters:
  ///   - variables: the environment's variables; blank ones count as absent.
  ///   - directories: the mounted directories; missing ones are no problem.
  public init(_ variables: [String: String], directories: [String] = SecretReader.directories) {
    self.variables = variables
    for directory in directories { readDirectory(directory) }
  }

  /// The value of a setting; `nil` if it is nowhere.
  public mutating func value(_ name: String) -> String? {
    if let value = variables[name], !value.allSatisfy(\.isWhitespace) { return value }
    if let path = variables["\(name)_FILE"], !path.isEmpty {
      guard let text = contents(of: path, for: "\(name)_FILE is '\(path)', which") else { return nil }
      if text.isEmpty { problems.append("\(name)_FILE is '\(path)', which is empty") }
      return text.isEmpty ? nil : text
    }
    return [mounted[name], mounted[name.lowercased()], variables[name.lowercased()]].lazy.compactMap(\.self)
      .first { !$0.allSatisfy(\.isWhitespace) }
  }

  private mutating func readDirectory(_ directory: String) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else { return }
    // Names that begin with a dot are the means by which mounts are replaced.
    for name in names.sorted() where !name.hasPrefix(".") {
      let path = directory + "/" + name
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      guard let text = contents(of: path, for: "the file of secrets '\(path)'") else { continue }
      let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      if lines.contains(where: { $0.drop { $0 == " " || $0 == "\t" }.hasPrefix("export ") }) {
        read(lines, of: path)
      } else {
        mounted[name] = text
      }
    }
  }

  /// The text of a file without the newline at its end.
  private mutating func contents(of path: String, for subject: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      problems.append("\(subject) cannot be read; correct the path or its permissions")
      return nil
    }
    if status.st_mode & 0o006 != 0 {
      problems.append("\(subject) can be read or written by everybody; take that away: chmod o-rw '\(path)'")
      return nil
    }
    guard status.st_size <= Self.largestFile, let data = try? Data(contentsOf: URL(filePath: path)) else {
      problems.append("\(subject) cannot be read; correct the path or its permissions")
      return nil
    }
    var text = String(decoding: data, as: UTF8.self)
    if text.last?.isNewline == true { text.removeLast() }
    return text
  }

  private mutating func read(_ lines: [Substring], of path: String) {
    for (index, line) in lines.enumerated() {
      var rest = line.drop { $0.isWhitespace }
      if rest.isEmpty || rest.hasPrefix("#") { continue }
      if rest.hasPrefix("export ") { rest = rest.dropFirst("export ".count).drop { $0.isWhitespace } }
      guard let equal = rest.firstIndex(of: "="), SecretReader.isName(rest[..<equal]),
        let value = SecretReader.unquoted(rest[rest.index(after: equal)...])
      else {
        problems.append("line \(index + 1) of '\(path)' is no assignment; write export NAME='value'")
        continue
      }
      mounted[String(rest[..<equal])] = value
    }
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.first?.isNumber == false
      && text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
  }

  /// The value of a word of the shell; `nil` if the shell would replace something in it, or it is more than one word.
  static func unquoted(_ word: Substring) -> String? {
    var value = ""
    var rest = word
    while let character = rest.popFirst() {
      switch character {
      case "'":
        guard let end = rest.firstIndex(of: "'") else { return nil }
        value += rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"":
        guard let text = doubleQuoted(&rest) else { return nil }
        value += text
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        value.append(next)
      case "$", "`", ";", "&", "|", "<", ">", "(", ")": return nil
      case _ where character.isWhitespace:
        let end = rest.drop { $0.isWhitespace }
        return end.isEmpty || end.hasPrefix("#") ? value : nil
      default: value.append(character)
      }
    }
    return value
  }

  private static func doubleQuoted(_ rest: inout Substring) -> String? {
    var value = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return value
      case "$", "`": return nil
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        // Elsewhere the shell keeps the backslash.
        if !["\"", "\\", "$", "`"].contains(next) { value.append("\\") }
        value.append(next)
      default: value.append(character)
      }
    }
    return nil
  }
}
