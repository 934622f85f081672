internal import CLibZip

/// Writes and reads zip files.
enum ZipArchive {
  /// Start of the archive comment, followed by the SHA-256 of all bytes before the comment.
  static let commentPrefix = "SOXZIP1 sha256="
  static let commentLength = commentPrefix.utf8.count + 64

  /// Packs files into a new archive, deflated, each under its name in the archive.
  static func create(_ path: String, files: [(name: String, path: String)], comment: String) throws {
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code) else {
      throw CPG1Error(.evidence, "cannot create the zip file '\(path)': \(message(code)); check the evidence directory")
    }
    do {
      for file in files { try add(file.name, from: file.path, to: archive, archivePath: path) }
      guard zip_set_archive_comment(archive, comment, UInt16(comment.utf8.count)) == 0 else {
        throw failure(archive, path)
      }
    } catch {
      zip_discard(archive)
      throw error
    }
    guard zip_close(archive) == 0 else {
      let error = failure(archive, path)
      zip_discard(archive)
      throw error
    }
  }

  private static func add(_ name: String, from file: String, to archive: OpaquePointer, archivePath: String) throws {
    guard let source = zip_source_file(archive, file, 0, -1) else { throw failure(archive, archivePath) }
    let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      throw failure(archive, archivePath)
    }
    guard zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_DEFLATE, 6) == 0 else {
      throw failure(archive, archivePath)
    }
    // 1980-01-01 00:00, so that the same files give the same archive; the package's own files say when it was made.
    guard zip_file_set_dostime(archive, zip_uint64_t(index), 0, 0x21, 0) == 0 else {
      throw failure(archive, archivePath)
    }
  }

  /// Reads all entries of an archive, at most `limit` bytes each, and checks their checksums.
  static func entries(of path: String, limit: Int) throws -> [(name: String, bytes: [UInt8])] {
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code) else {
      throw CPG1Error(.evidenceMismatch, "the zip file '\(path)' cannot be read: \(message(code))")
    }
    defer { zip_discard(archive) }
    var entries: [(name: String, bytes: [UInt8])] = []
    for index in 0..<max(zip_get_num_entries(archive, 0), 0) {
      var status = zip_stat_t()
      zip_stat_init(&status)
      guard zip_stat_index(archive, zip_uint64_t(index), 0, &status) == 0, let name = status.name else {
        throw failure(archive, path)
      }
      let text = String(cString: name)
      guard status.size <= UInt64(limit) else {
        throw CPG1Error(
          .evidenceMismatch,
          "'\(text)' in '\(path)' claims \(status.size) bytes, more than the \(limit) expected"
        )
      }
      entries.append((text, try read(archive, zip_uint64_t(index), size: Int(status.size), name: text, path: path)))
    }
    return entries
  }

  private static func read(
    _ archive: OpaquePointer,
    _ index: zip_uint64_t,
    size: Int,
    name: String,
    path: String
  ) throws -> [UInt8] {
    guard let file = zip_fopen_index(archive, index, 0) else { throw failure(archive, path) }
    defer { zip_fclose(file) }
    // One byte more than announced, so that the end of the entry, where its checksum is verified, is reached.
    var bytes = [UInt8](repeating: 0, count: size + 1)
    var filled = 0
    while filled <= size {
      let count = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { zip_fread(file, $0 + filled, zip_uint64_t(size + 1 - filled)) } ?? -1
      }
      if count < 0 {
        throw CPG1Error(.evidenceMismatch, "'\(name)' in '\(path)' is damaged (checksum or compressed data)")
      }
      if count == 0 { break }
      filled += Int(count)
    }
    guard filled == size else {
      throw CPG1Error(.evidenceMismatch, "'\(name)' in '\(path)' has \(filled) bytes instead of \(size)")
    }
    bytes.removeLast()
    return bytes
  }

  private static func failure(_ archive: OpaquePointer, _ path: String) -> CPG1Error {
    let reason = zip_strerror(archive).map { String(cString: $0) } ?? "unknown"
    return CPG1Error(.evidence, "the zip file '\(path)': \(reason)")
  }

  private static func message(_ code: Int32) -> String {
    var error = zip_error_t()
    zip_error_init_with_code(&error, code)
    defer { zip_error_fini(&error) }
    return zip_error_strerror(&error).map { String(cString: $0) } ?? "error \(code)"
  }
}
