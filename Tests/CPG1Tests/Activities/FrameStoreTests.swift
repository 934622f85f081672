import Foundation
import Testing

@testable import CPG1

@Suite struct FrameStoreTests {
  @Test func everyTableComesBackTheSame() throws {
    let sandbox = try Sandbox()
    for (id, frame) in try SampleData.tables() {
      let reference = try sandbox.frames.store(frame, item: id)
      #expect(reference.rows == frame.rowCount)
      let loaded = try sandbox.frames.load(reference)
      #expect(loaded == frame, "\(id)")
      #expect(CanonicalHash.hash(loaded) == CanonicalHash.hash(frame))
      #expect(try sandbox.frames.store(frame, item: id) == reference)
    }
  }

  @Test func anEmptyTableKeepsItsColumns() throws {
    let sandbox = try Sandbox()
    let frame = Frame(emptyWith: [FrameColumn("a", .decimal), FrameColumn("b", .timestamp)])
    #expect(try sandbox.frames.load(sandbox.frames.store(frame, item: "X")) == frame)
  }

  @Test func aChangedFileIsAnError() throws {
    let sandbox = try Sandbox()
    let reference = try sandbox.frames.store(SampleData.frame("CR_05"), item: "CR_05")
    let file = URL(filePath: sandbox.frames.directory + "/" + reference.path)
    let original = try Data(contentsOf: file)
    for position in stride(from: 0, to: original.count, by: 97) {
      var changed = original
      changed[position] ^= 1
      try changed.write(to: file)
      let error = #expect(throws: CPG1Error.self) { _ = try sandbox.frames.load(reference) }
      #expect(error?.code == .frameStore)
      #expect(error?.message.contains("CR_05") == true && error?.message.contains("was changed") == true)
    }
    // Storing it again repairs it.
    #expect(try sandbox.frames.store(SampleData.frame("CR_05"), item: "CR_05") == reference)
    #expect(try sandbox.frames.load(reference).rowCount == reference.rows)
  }

  @Test func aMissingFileIsAnError() throws {
    let sandbox = try Sandbox()
    let reference = try sandbox.frames.store(SampleData.frame("CR_05"), item: "CR_05")
    try FileManager.default.removeItem(atPath: sandbox.frames.directory + "/" + reference.path)
    let error = #expect(throws: CPG1Error.self) { _ = try sandbox.frames.load(reference) }
    #expect(error?.code == .frameStore)
    #expect(error?.message.contains("does not exist") == true)
  }

  @Test func aReferenceCannotLeaveTheDirectory() throws {
    let sandbox = try Sandbox()
    try Data("secret".utf8).write(to: URL(filePath: sandbox.path + "/outside"))
    for path in ["../outside", "/etc/hostname", "aa/../../outside"] {
      let reference = DocumentReference(sha256: "", size: 0, path: path)
      let error = #expect(throws: CPG1Error.self) { _ = try sandbox.frames.loadDocument(reference) }
      #expect(error?.message.contains("leaves the frames directory") == true)
    }
  }

  @Test func aDirectoryThatCannotBeWrittenIsNamed() throws {
    let sandbox = try Sandbox()
    try Data().write(to: URL(filePath: sandbox.path + "/file"))
    let store = FrameStore(directory: sandbox.path + "/file")
    let error = #expect(throws: CPG1Error.self) { _ = try store.storeDocument([1, 2, 3]) }
    #expect(error?.message.contains(store.directory) == true)
  }
}
