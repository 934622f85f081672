/// A token of the remote frontend: the run and the service's own token.
struct RemoteHistoryToken: Hashable {
  var runID: String
  var serviceToken: [UInt8]

  init(runID: String, serviceToken: [UInt8]) {
    self.runID = runID
    self.serviceToken = serviceToken
  }

  /// Reads a token; `nil` if it is none of this kind.
  init?(_ bytes: [UInt8]) {
    guard let length = bytes.first.map(Int.init), length > 0, bytes.count > length + 1,
      let runID = String(validating: bytes[1...length], as: UTF8.self)
    else { return nil }
    self.init(runID: runID, serviceToken: Array(bytes[(length + 1)...]))
  }

  /// The run id's length in one byte, the run id, the service's token.
  var bytes: [UInt8] {
    [UInt8(clamping: runID.utf8.count)] + Array(runID.utf8).prefix(255) + serviceToken
  }
}
