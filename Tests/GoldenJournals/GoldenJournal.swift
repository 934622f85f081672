public import FoundationEssentials
public import WorkflowJournal

/// A journal that some version wrote, with all its files, and what every later version has to find in it.
public struct GoldenJournal: Codable, Sendable {
  /// A file of the directory. Zeros are left out.
  public struct File: Codable, Sendable {
    /// Bytes that are not zero.
    public struct Part: Codable, Sendable {
      /// Where they begin.
      public var offset: Int
      /// The bytes.
      public var bytes: Data
    }

    /// The whole path.
    public var path: String
    /// The length in bytes.
    public var size: Int
    /// What is in it, in order.
    public var parts: [Part]
  }

  /// A run as it was when the journal was left.
  public struct Run: Codable, Sendable, Equatable {
    /// The id that the starter chose.
    public var workflowID: String
    /// The run's own id.
    public var runID: String
    /// The status, as it is written in descriptions.
    public var status: String
    /// The number of events.
    public var events: Int
    /// The first half of the SHA-256 of a line for each event: its number, its type and its time.
    public var digest: String
    /// What the run returned, if it did, as text.
    public var result: [String]
  }

  /// What the journal is an example of.
  public var name: String
  /// What the scenario was drawn from.
  public var seed: UInt64
  /// The clock when the journal was left, in nanoseconds since 1970.
  public var time: Int64
  /// Whether the journal ends with the trace of an unfinished write.
  public var hasTornTail: Bool
  /// Whether its records are encrypted, with a key that everybody may know.
  public var isEncrypted: Bool
  /// The files of the journal's directory.
  public var files: [File]
  /// All runs.
  public var runs: [Run]
  /// The ids of the schedules.
  public var schedules: [String]
  /// Whether another namespace has a run, a batch and a schedule.
  public var hasRunsElsewhere: Bool?

  /// The directory's files in a file system of their own, everything durable.
  public func fileSystem() throws -> InMemoryFileSystem {
    let fileSystem = InMemoryFileSystem()
    for file in files {
      try Self.createParents(of: file.path, fileSystem)
      var bytes = [UInt8](repeating: 0, count: file.size)
      for part in file.parts {
        guard part.offset >= 0, part.offset + part.bytes.count <= file.size else {
          throw GoldenError("\(name): \(file.path) is longer than its size")
        }
        bytes.replaceSubrange(part.offset..<(part.offset + part.bytes.count), with: part.bytes)
      }
      fileSystem.setContents(of: file.path, to: bytes)
    }
    // A restart makes the directories durable too.
    return fileSystem
  }

  private static func createParents(of path: String, _ fileSystem: InMemoryFileSystem) throws {
    var directory = ""
    for name in path.split(separator: "/").dropLast() {
      directory += "/" + name
      if try fileSystem.createDirectory(directory) {
        try fileSystem.synchronizeDirectory(directory.split(separator: "/").count == 1 ? "/" : parent(of: directory))
      }
    }
  }

  private static func parent(of path: String) -> String {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  /// The files of a file system, without the owner's lock.
  static func files(of fileSystem: InMemoryFileSystem) -> [File] {
    fileSystem.files.filter { !$0.hasSuffix("/LOCK") }.map { path in
      let bytes = fileSystem.contents(of: path) ?? []
      var parts: [File.Part] = []
      var position = 0
      while position < bytes.count {
        guard bytes[position] != 0 else {
          position += 1
          continue
        }
        let start = position
        var end = position + 1
        // Short gaps are cheaper inside a part.
        while position < bytes.count, position - end < 32 {
          if bytes[position] != 0 { end = position + 1 }
          position += 1
        }
        parts.append(File.Part(offset: start, bytes: Data(bytes[start..<end])))
        position = end
      }
      return File(path: path, size: bytes.count, parts: parts)
    }
  }
}

/// A golden journal is not what it should be.
public struct GoldenError: Error, CustomStringConvertible {
  /// Which journal, and what is wrong.
  public var description: String

  init(_ description: String) { self.description = description }
}
