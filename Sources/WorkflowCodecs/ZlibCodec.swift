internal import CZlib
public import DurableWorkflows

/// Compresses whole payloads with zlib; one that does not become shorter stays as it is.
///
/// The result has the encoding `binary/zlib`, as in Temporal's SDK for Go. Put it before an encryption: what is
/// encrypted cannot be compressed.
public struct ZlibCodec: PayloadCodec {
  /// The encoding of compressed payloads.
  public static let encoding = "binary/zlib"

  private let minimumSize: Int
  private let maximumSize: Int

  /// A codec.
  ///
  /// - Parameters:
  ///   - minimumSize: payloads with less data than this many bytes are left alone. Default 256.
  ///   - maximumSize: how many bytes a payload may have when it is decompressed, so that a few bytes cannot fill the
  ///     memory. Default 1 GiB.
  public init(minimumSize: Int = 256, maximumSize: Int = 1 << 30) {
    self.minimumSize = minimumSize
    self.maximumSize = maximumSize
  }

  /// Compresses a payload.
  public func encode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    guard payload.data.count >= minimumSize else { return payload }
    let bytes = PayloadBytes.encode(payload)
    guard let compressed = Zlib.compress(bytes), compressed.count < payload.data.count else { return payload }
    return Payload(encoding: ZlibCodec.encoding, data: compressed)
  }

  /// Decompresses a payload.
  /// - Throws: ``PayloadCodecError``, code `damaged`, also when it becomes too long.
  public func decode(_ payload: Payload, in context: PayloadContext) throws -> Payload {
    guard payload.encoding == ZlibCodec.encoding else { return payload }
    guard let bytes = Zlib.decompress(payload.data, limit: maximumSize), let inner = PayloadBytes.decode(bytes) else {
      throw PayloadCodecError(
        .damaged, "a payload of \(payload.data.count) bytes is not compressed data, or exceeds \(maximumSize) bytes")
    }
    return inner
  }
}

/// zlib over arrays.
private enum Zlib {
  /// `nil` when the library has no memory.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var count = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(count))
    guard compress2(&result, &count, bytes, uLong(bytes.count), Z_BEST_SPEED) == Z_OK else { return nil }
    result.removeLast(result.count - Int(count))
    return result
  }

  /// `nil` when the bytes are not one whole stream, or what they stand for is longer than the limit.
  static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    var stream = z_stream()
    guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = bytes
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    // The library's counters have 32 bits.
    guard let length = UInt32(exactly: input.count) else { return nil }
    return input.withUnsafeMutableBufferPointer { buffer -> [UInt8]? in
      stream.next_in = buffer.baseAddress
      stream.avail_in = length
      while true {
        let (status, produced) = chunk.withUnsafeMutableBufferPointer { output -> (Int32, Int) in
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          let status = inflate(&stream, Z_NO_FLUSH)
          return (status, output.count - Int(stream.avail_out))
        }
        guard status == Z_OK || status == Z_STREAM_END, result.count + produced <= limit else { return nil }
        result += chunk[..<produced]
        if status == Z_STREAM_END { return stream.avail_in == 0 ? result : nil }
        // Everything was read and nothing came out: the stream is cut off.
        if produced == 0 && stream.avail_in == 0 { return nil }
      }
    }
  }
}
