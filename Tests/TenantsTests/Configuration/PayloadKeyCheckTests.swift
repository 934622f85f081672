import DurableWorkflows
import ExampleSupport
import Foundation
import Testing
import WorkflowCodecs

@testable import Tenants

/// The note of a journal's keys.
@Suite("The keys of a journal")
struct PayloadKeyCheckTests {
  private static func keys(_ list: (String, UInt8)...) throws -> EncryptionKeys {
    try EncryptionKeys(list.map { ($0.0, Array(repeating: $0.1, count: 32)) })
  }

  private static func problems(_ check: PayloadKeyCheck, _ keys: EncryptionKeys) -> [String] {
    let error = #expect(throws: ConfigurationProblems.self) { try check.verify(keys) }
    return error?.list ?? []
  }

  @Test("a key that was in use must be there, and must be the same; rotation keeps the old ones")
  func verify() throws {
    let sandbox = try Sandbox()
    let check = PayloadKeyCheck(journal: sandbox.path + "/made/journal/")
    #expect(check.path == sandbox.path + "/made/journal.keys")
    try check.verify(Self.keys(("a", 1)))
    try check.verify(Self.keys(("a", 1)))
    #expect(try String(contentsOfFile: check.path, encoding: .utf8).split(separator: "\n").count == 1)

    let wrong = Self.problems(check, try Self.keys(("a", 2)))
    #expect(wrong.count == 1 && wrong[0].contains("the key 'a' is not the one"), "\(wrong)")
    let missing = Self.problems(check, try Self.keys(("b", 1)))
    #expect(missing.count == 1 && missing[0].contains("lacks the key 'a'"), "\(missing)")

    try check.verify(Self.keys(("b", 2), ("a", 1)))
    #expect(Self.problems(check, try Self.keys(("b", 3), ("a", 3))).count == 2)
    #expect(Self.problems(check, try Self.keys(("b", 2))).count == 1)
    // The old one is not needed any more.
    let lines = try String(contentsOfFile: check.path, encoding: .utf8).split(separator: "\n")
    try Data("\(lines[1])\n".utf8).write(to: URL(filePath: check.path))
    try check.verify(Self.keys(("b", 2)))
  }

  @Test("a note that is damaged, or cannot be written, is named")
  func damaged() throws {
    let sandbox = try Sandbox()
    let check = PayloadKeyCheck(journal: sandbox.path + "/journal")
    try Data("no note\n".utf8).write(to: URL(filePath: check.path))
    let list = Self.problems(check, try Self.keys(("a", 1)))
    #expect(list.count == 1 && list[0].contains("restore the file"), "\(list)")
    let elsewhere = PayloadKeyCheck(journal: "/dev/null/x/journal")
    #expect(Self.problems(elsewhere, try Self.keys(("a", 1))).count == 1)
  }
}
