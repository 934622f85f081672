import Foundation
import Testing

@testable import CPG1

@Suite struct FrameStoreTests {
  @Test func framesComeBackAndDamageIsFound() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "frames-" + UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let store = FrameStore(directory: path)
    let (frame, _) = try FrameTests.sample()
    let reference = try store.save(frame)
    #expect(try store.save(frame) == reference)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [reference.sha256 + ".frame"])
    #expect(try store.load(reference) == frame)
    let empty = try store.save(Frame(emptyWith: frame.columns))
    #expect(try store.load(empty) == Frame(emptyWith: frame.columns))

    let file = path + "/" + reference.sha256 + ".frame"
    var bytes = try PackageHash.readFile(file)
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(filePath: file))
    let error = #expect(throws: CPG1Error.self) { _ = try store.load(reference) }
    #expect(error?.code == .evidenceMismatch)
  }
}
