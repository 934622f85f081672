internal import Testing

@testable internal import WorkflowJournal

/// The bytes on disk, as a separate program computed them from the tables in the sources. They are a promise: these
/// values change only together with the format version.
@Suite struct FormatTests {
  @Test func checksumsAreThoseOfTheStandard() {
    // RFC 3720, appendix B.4, and the usual check value.
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(Array(0..<32)) == 0x46DD_794E)
    #expect(CRC32C.checksum([]) == 0)
  }

  @Test func checksumsOfPartsMakeThatOfTheWhole() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 3) }
    // Bit by bit, the definition.
    func slow(_ bytes: some Sequence<UInt8>) -> UInt32 {
      var crc: UInt32 = 0xFFFF_FFFF
      for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
      }
      return ~crc
    }
    for cut in 0...bytes.count {
      let first = CRC32C.checksum(bytes.span.extracting(0..<cut))
      #expect(first == slow(bytes[..<cut]))
      #expect(CRC32C.update(first, bytes.span.extracting(cut..<bytes.count)) == slow(bytes))
    }
  }

  @Test func checksumsByInstructionAreThoseByTables() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 4) }
    // Around the length from which three streams are joined, several times it, and at odd places in memory.
    for count in [0, 1, 7, 8, 9, 255, 256, 767, 768, 769, 1535, 1536, 1600, 4032, 4096] {
      for start in [0, 1, 3, 8, 13] {
        let part = bytes.span.extracting(start..<(start + count))
        for checksum: UInt32 in [0, 1, 0xE306_9283, .max] {
          #expect(CRC32C.update(checksum, part) == CRC32C.updateByTables(checksum, part))
        }
      }
    }
  }

  @Test func hashesAreSHA256() {
    #expect(
      ChainHash.hash(Array("abc".utf8).span).description
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
  }

  @Test func theFirstSegmentHeaderHasTheseBytes() throws {
    let fileSystem = InMemoryFileSystem()
    let journal = try open(fileSystem).journal
    #expect(journal.identifier.description == "01234567-89ab-4def-8899-aabbccddeeff")
    let bytes = try #require(fileSystem.contents(of: Corpus.directory + "/00000001.journal"))
    #expect(bytes.count == 2048)
    #expect(
      hexadecimal(Array(bytes[..<160])) == """
        44575345474d4e54010000000000000000000000000200000123456789ab4def8899aabbccddeeff0100000001000000\
        00080000000000000000000000000000000000000000000000000000000000000b1be5c69e5114f5f759a6da2951fedf\
        1b3792c4884f579665a237c09af1210d0000000000000000000000000000000000000000000000000000000000000000\
        0000000000000000000000007e5c4253
        """
    )
    #expect(bytes[160...].allSatisfy { $0 == 0 })
  }

  @Test func aBatchHasTheseBytes() throws {
    let fileSystem = InMemoryFileSystem()
    try open(fileSystem).journal.commit([TestRecord(0x81, Array("hello".utf8)), TestRecord(2, [])])
    let bytes = try #require(fileSystem.contents(of: Corpus.directory + "/00000001.journal"))
    #expect(
      hexadecimal(Array(bytes[512..<593])) == """
        4457424410a37645dcefba890100000001000000000000000000000000000000020000001100000098ac6ab60b1be5c6\
        9e5114f5f759a6da2951fedf0e880bc7058168656c6c6f3c6d117b0002a62346b3
        """
    )
    #expect(bytes[593...].allSatisfy { $0 == 0 })
  }

  @Test func theManifestHasTheseBytes() throws {
    let fileSystem = InMemoryFileSystem()
    _ = try open(fileSystem)
    let bytes = try #require(fileSystem.contents(of: Corpus.manifest))
    #expect(
      hexadecimal(bytes) == """
        44574d414e49465401000000010000000123456789ab4def8899aabbccddeeff00000000010000000000000000000000\
        000000000000000001000000000000000000000000000000000000000000000000000000000000000000000000000000\
        000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000\
        0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000dd39d25f
        """
    )
  }

  @Test func recordsOfEveryLengthAreFoundAgain() {
    for length in [0, 1, 127, 128, 129, 16383, 16384, 16385, 2_097_151, 2_097_152] {
      var bytes: [UInt8] = []
      RecordFormat.appendLength(length, to: &bytes)
      let prefix = bytes.count
      bytes.append(9)
      bytes.append(contentsOf: [UInt8](repeating: 7, count: length))
      RecordFormat.appendChecksum(from: prefix, to: &bytes)
      let record = RecordFormat.locate(in: bytes.span, at: 0, limit: bytes.count)
      #expect(record?.type == 9)
      #expect(record?.body == (prefix + 1)..<(prefix + 1 + length))
      #expect(record?.next == bytes.count)
      #expect(RecordFormat.locate(in: bytes.span, at: 0, limit: bytes.count - 1) == nil)
    }
  }

  @Test func lengthsThatLieAreRefused() {
    for bytes: [UInt8] in [
      [], [0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0, 0],
      // One in two bytes, and zero in two bytes.
      [0x81, 0x00, 1, 0, 0, 0, 0, 0], [0x80, 0x00, 1, 0, 0, 0, 0],
    ] {
      #expect(RecordFormat.locate(in: bytes.span, at: 0, limit: bytes.count) == nil)
    }
  }

  @Test func headersOfNewerVersionsAreRefused() throws {
    let fileSystem = InMemoryFileSystem()
    try open(fileSystem).journal.close()
    let path = Corpus.directory + "/00000001.journal"
    func error(_ change: (inout [UInt8]) -> Void) -> JournalError? {
      let copy = fileSystem.copy()
      copy.modifyContents(of: path, change)
      return #expect(throws: JournalError.self) { try open(copy) }
    }
    func seal(_ bytes: inout [UInt8]) {
      let first = CRC32C.checksum(bytes.span.extracting(0..<156))
      bytes.store(CRC32C.update(first, bytes.span.extracting(160..<512)), at: 156)
    }
    let required = error { bytes in
      bytes[12] = 4
      seal(&bytes)
    }
    #expect(required?.code == .unsupportedVersion)
    #expect(required?.offset == 12)
    let version = error { bytes in
      bytes[8] = 2
      seal(&bytes)
    }
    #expect(version?.code == .unsupportedVersion)
    // A feature that a reader may ignore is ignored.
    let optional = fileSystem.copy()
    optional.modifyContents(of: path) { bytes in
      bytes[16] = 1
      seal(&bytes)
    }
    #expect(try open(optional).report.wasClosedCleanly)
  }

  /// Each field of the second batch's header changed, with checksums that are right again: not the checksum but the
  /// chain must notice.
  @Test(arguments: [
    (16, "sequence number"), (24, "first record"), (12, "epoch"), (44, "chain of hashes"), (58, "chain of hashes"),
    (36, "longer than the file"),
  ])
  func aBatchOutOfPlaceIsRefused(offset: Int, reason: String) throws {
    var fileSystem = InMemoryFileSystem()
    for value in [UInt8(1), 2] {
      try open(fileSystem).journal.commit([TestRecord(value, [value])])
      fileSystem = fileSystem.crash()
    }
    fileSystem.modifyContents(of: Corpus.directory + "/00000001.journal") { bytes in
      if offset == 36 {
        bytes.store(UInt32(1) << 20, at: 1024 + 36)
      } else if offset == 12 {
        bytes.store(UInt32(0), at: 1024 + 12)
      } else {
        bytes[1024 + offset] &+= 1
      }
      bytes.store(CRC32C.checksum(bytes.span.extracting(1024..<1084)), at: 1084)
    }
    let error = #expect(throws: JournalError.self) { try open(fileSystem) }
    #expect(error?.code == .damaged)
    #expect(error?.offset == 1024)
    #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func namesOfSegments() {
    #expect(JournalFormat.segmentName(1) == "00000001.journal")
    #expect(JournalFormat.segmentName(2_147_483_647) == "2147483647.journal")
    #expect(JournalFormat.segmentIndex("00000017.journal") == 17)
    #expect(JournalFormat.segmentIndex("2147483647.journal") == JournalFormat.maximumSegment)
    // The highest bit of a pointer's segment tells checkpoints.
    #expect(JournalFormat.segmentIndex("2147483648.journal") == nil)
    #expect(JournalFormat.checkpointName(12, part: 3) == "00000012-0003.checkpoint")
    #expect(JournalFormat.CheckpointFile(name: "00000012-0003.checkpoint") == .init(number: 12, part: 3))
    for name in ["00000012-3.checkpoint", "00000000-0001.checkpoint", "00000001-0000.checkpoint", "x-0001.checkpoint"] {
      #expect(JournalFormat.CheckpointFile(name: name) == nil)
    }
    for name in ["17.journal", "00000000.journal", "00000001.journal.tmp", "0000000x.journal", "+0000001.journal"] {
      #expect(JournalFormat.segmentIndex(name) == nil)
    }
  }

  /// Random bytes, and real headers with random changes whose checksums are right again.
  @Test func decodersNeverTrap() throws {
    var random = TestRandom(99)
    let corpus = try Corpus.rolls()
    let original = try #require(corpus.fileSystem.contents(of: corpus.segments[1]))
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let start = Int.random(in: 0..<156, using: &random) + (Bool.random(using: &random) ? 0 : 512)
        bytes[start] = UInt8.random(in: 0...255, using: &random)
      }
      let first = CRC32C.checksum(bytes.span.extracting(0..<156))
      bytes.store(CRC32C.update(first, bytes.span.extracting(160..<512)), at: 156)
      bytes.store(CRC32C.checksum(bytes.span.extracting(576..<1024)), at: 552)
      bytes.store(CRC32C.checksum(bytes.span.extracting(512..<572)), at: 572)
      let fileSystem = corpus.fileSystem.copy()
      fileSystem.setContents(of: corpus.segments[1], to: bytes)
      _ = try? open(fileSystem, corpus.options)
      _ = try Journal.read(directory: Corpus.directory, fileSystem: fileSystem) { _, _, _ in }
    }
  }
}
