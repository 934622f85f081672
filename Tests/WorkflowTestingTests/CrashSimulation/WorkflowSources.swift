internal import Foundation

/// The workflow types that the sources of this package declare, and those that crash simulations name.
struct WorkflowSources {
  /// A type, by the folder of its target and its name.
  struct WorkflowType: Hashable, Comparable, CustomStringConvertible {
    var folder: String
    var name: String

    var description: String { "\(folder)/\(name)" }
    static func < (one: Self, other: Self) -> Bool { one.description < other.description }
  }

  /// Where workflows are declared.
  static let roots = ["Examples", "Sources", "Tests"]
  /// What is declared there is text for macros.
  static let texts = "Tests/DurableWorkflowsMacrosTests"
  /// What is simulated there is meant to fail.
  static let plantedBugs = "PlantedBugTests.swift"

  private(set) var declared: Set<WorkflowType> = []
  private(set) var simulated: Set<WorkflowType> = []

  /// Reads the sources.
  ///
  /// - Parameter package: the folder with `Package.swift`.
  init(package: URL) throws {
    for root in WorkflowSources.roots {
      let folder = package.appending(path: root)
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
      for name in names {
        guard let target = name.split(separator: "/").first.map({ "\(root)/\($0)" }) else { continue }
        let bytes = try Data(contentsOf: folder.appending(path: name))
        if target == WorkflowSources.texts || !WorkflowSources.concerns(bytes) { continue }
        read(
          String(decoding: bytes, as: UTF8.self), target: target,
          isPlanted: name.hasSuffix(WorkflowSources.plantedBugs))
      }
    }
  }

  /// Reads one file.
  init(text: String, target: String) { read(text, target: target, isPlanted: false) }

  /// Whether a file may hold something of interest.
  private static func concerns(_ bytes: Data) -> Bool {
    ["WorkflowDefinition", "@Workflow", "CrashSimulation", "simulate"].contains {
      bytes.range(of: Data($0.utf8)) != nil
    }
  }

  private mutating func read(_ text: String, target: String, isPlanted: Bool) {
    let code = WorkflowSources.withoutTexts(text)
    let conforming = /actor\s+(\w+)\s*:[^{]*\bWorkflowDefinition\b/
    let marked = /@Workflow\b(?:\([^)]*\))?\s+(?:(?:public|private|fileprivate|internal)\s+)*actor\s+(\w+)/
    for match in code.matches(of: conforming) { declared.insert(.init(folder: target, name: String(match.1))) }
    for match in code.matches(of: marked) { declared.insert(.init(folder: target, name: String(match.1))) }
    if isPlanted { return }
    // The types are named before the first closure of the call.
    for call in code.matches(of: /(?:CrashSimulation\.run|\bsimulate\w*)\(([^{]*)/) {
      for match in call.1.matches(of: /(\w+)\.self/) {
        simulated.insert(.init(folder: target, name: String(match.1)))
      }
    }
  }

  /// The code without comments and without the lines of multi-line string literals.
  private static func withoutTexts(_ text: String) -> String {
    var isInText = false
    var lines: [Substring] = []
    for bytes in text.utf8.split(separator: 10) {
      let line = Substring(bytes)
      let quotes = line.utf8.contains(34) ? line.matches(of: /"""/).count : 0
      let isSwitch = quotes % 2 == 1
      let isComment = line.drop { $0 == " " }.hasPrefix("//")
      if !isInText, !isSwitch, !isComment { lines.append(line) }
      if isSwitch { isInText.toggle() }
    }
    return lines.joined(separator: "\n")
  }

  /// The declared types that no simulation names. A type of a test target has to be simulated in that target, because
  /// others may have one of the same name; a type of `Sources` or `Examples` in any.
  var notSimulated: Set<WorkflowType> {
    let names = Set(simulated.map(\.name))
    return declared.filter { type in
      type.folder.hasPrefix("Tests/") ? !simulated.contains(type) : !names.contains(type.name)
    }
  }
}
